"""What is true of one debtor on one day: the only input of a decision.

Amounts are integers in minor units (cents); an invoice is positive, a credit
negative. ``residual`` is in the currency of the document, ``company_residual`` in
the currency of the collecting company.
"""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Reason:
    """A code of the registry with the parameters of its sentence."""

    code: str
    params: dict = field(default_factory=dict, compare=False)

    def as_dict(self):
        return {"code": self.code, "params": self.params}


@dataclass(frozen=True)
class Step:
    """One rung: ``delay`` in days after the due date (negative: before)."""

    id: int
    name: str
    delay: int
    channel: str = "email"
    mode: str = "auto"


@dataclass(frozen=True)
class Strategy:
    """A ladder and its limits; ``minimum`` in cents of the company currency."""

    id: int
    steps: tuple[Step, ...]
    when_paid: str = "context"
    minimum: int = 0
    min_gap_days: int = 0
    weekly_cap: int = 1

    @property
    def ladder(self):
        return sorted(self.steps, key=lambda s: (s.delay, s.id))


@dataclass(frozen=True)
class Item:
    """An open instalment, or an open credit."""

    id: int
    move_id: int
    number: str
    due_date: date
    residual: int
    company_residual: int
    currency: str
    is_credit: bool = False
    scope_code: str | None = None
    disputed: int = 0
    announced: int = 0
    reasons: tuple[Reason, ...] = ()
    blocked: bool = False
    step_delay: int | None = None

    @property
    def in_scope(self):
        return not self.scope_code

    @property
    def chaseable(self):
        """Part that may be asked for, in the currency of the document."""
        if self.is_credit or self.blocked or self.scope_code:
            return 0
        return max(self.residual - self.disputed - self.announced, 0)

    @property
    def company_chaseable(self):
        """The same in the company currency, in proportion, rounded down."""
        if self.residual <= 0:
            return 0
        return self.company_residual * self.chaseable // self.residual


@dataclass(frozen=True)
class Debtor:
    """One account, as of one date."""

    id: int
    as_of: date
    currency: str
    items: tuple[Item, ...] = ()
    strategy: Strategy | None = None
    holds: tuple[Reason, ...] = ()
    contact_dates: tuple[date, ...] = ()
    waits: tuple[tuple[date, Reason], ...] = ()
    open_reminder: str | None = None
    open_reminder_date: date | None = None
    has_address: bool = True


@dataclass(frozen=True)
class Decision:
    """What to do about one account, and why."""

    verdict: str
    reasons: tuple[Reason, ...]
    step: Step | None = None
    item_ids: tuple[int, ...] = ()
    amount: int = 0
    next_date: date | None = None

    def as_dict(self):
        return {
            "verdict": self.verdict,
            "reasons": [reason.as_dict() for reason in self.reasons],
            "step_id": self.step.id if self.step else False,
            "item_ids": list(self.item_ids),
            "amount_cents": self.amount,
            "next_date": self.next_date.isoformat() if self.next_date else False,
        }
