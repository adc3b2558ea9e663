"""What is true of one debtor on one day: the only input of a decision.

Amounts are integers in minor units (cents); an invoice is positive, a credit
negative. ``residual`` is in the currency of the document, ``company_residual`` in
the currency of the collecting company.
"""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from .ladder import with_levels

#: Ways to reach a customer: what a channel needs to be known.
REACH = {"email": "email", "sms": "phone", "letter": "post"}


@dataclass(frozen=True)
class Reason:
    """A code of the registry with the parameters of its sentence."""

    code: str
    params: dict = field(default_factory=dict, compare=False)

    def as_dict(self):
        return {"code": self.code, "params": self.params}


@dataclass(frozen=True)
class Step:
    """One rung of the ladder.

    :ivar delay: days after what it counts from (negative: before)
    :ivar trigger: ``due`` date, ``invoice`` date, ``previous`` contact, the
        ``status`` that the buyer's platform tells, or ``broken``: an announced payment
        did not come (see :mod:`broken`)
    :ivar status: canonical status that sets off a step of trigger ``status``
    :ivar rank: place in a mixed ladder
    :ivar level: see :mod:`ladder`; given by the strategy
    """

    id: int
    name: str
    delay: int
    channel: str = "email"
    mode: str = "auto"
    trigger: str = "due"
    status: str | None = None
    rank: int = 0
    level: int = 0


@dataclass(frozen=True)
class Strategy:
    """A ladder and its limits; ``minimum`` in cents of the company currency.

    :ivar unit: one contact per ``account``, or one per ``invoice``
    :ivar carrier: ``each`` item climbs its own ladder, or all go with the ``oldest``
    """

    id: int
    steps: tuple[Step, ...]
    when_paid: str = "context"
    minimum: int = 0
    min_gap_days: int = 0
    weekly_cap: int = 1
    unit: str = "account"
    carrier: str = "each"

    @cached_property
    def ladder(self):
        """The steps in their order, with their levels."""
        return with_levels(tuple(s for s in self.steps if s.trigger != "broken"))

    @cached_property
    def broken_step(self):
        """Step beside the ladder: an announced payment did not come."""
        beside = [step for step in self.steps if step.trigger == "broken"]
        return min(beside, key=lambda s: (s.delay, s.id), default=None)

    @cached_property
    def delays(self):
        """Delays of a ladder counted from the due date alone, in its order; else None.

        Where every step counts from one date, the place on the ladder is found without
        a look at each step.
        """
        plain = all(step.trigger == "due" for step in self.ladder)
        return tuple(step.delay for step in self.ladder) if plain else None


@dataclass(frozen=True)
class Item:
    """An open instalment, or an open credit.

    :ivar planned: part that an instalment plan puts off: its instalments are not late
    :ivar slices: ``(rank, due, cents)`` of the instalments of that plan; ``due_date``
        is then the first of theirs
    """

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
    invoice_date: date | None = None
    status: str | None = None
    status_date: date | None = None
    last_contact: date | None = None
    planned: int = 0
    slices: tuple[tuple[int, date, int], ...] = ()

    @property
    def in_scope(self):
        return not self.scope_code

    @property
    def position(self):
        """Level where it stands on its ladder, None below the first step.

        What was sent before an instalment of a plan was due was about something
        else: each late instalment begins its ladder anew.
        """
        told = self.last_contact and self.last_contact > self.due_date
        return self.step_delay if told or not self.slices else None

    @property
    def chaseable(self):
        """Part that may be asked for, in the currency of the document."""
        if self.is_credit or self.blocked or self.scope_code:
            return 0
        held = self.disputed + self.announced + self.planned
        return max(self.residual - held, 0)

    @property
    def company_chaseable(self):
        """The same in the company currency, in proportion, rounded down."""
        if self.residual <= 0:
            return 0
        part = self.chaseable
        if part == self.residual:
            return self.company_residual
        return self.company_residual * part // self.residual

    @property
    def company_matured(self):
        """What no plan puts off, in the company currency, rounded up."""
        if self.residual <= 0 or not self.planned:
            return self.company_residual
        return self.company_residual - (
            self.company_residual * self.planned // self.residual
        )


@dataclass(frozen=True)
class Broken:
    """A payment that was announced and did not come, nobody contacted since.

    :ivar day: day on which it broke
    :ivar expected: day for which it had been announced
    """

    name: str
    day: date
    move_ids: frozenset[int]
    expected: date | None = None


@dataclass(frozen=True)
class Debtor:
    """One account, as of one date.

    :ivar reach: what is known of how to reach the customer: ``email``, ``phone``,
        ``post``
    :ivar ladder_level: highest level reached since the account was last clean
    :ivar restart_date: day on which the oldest reminded item was last paid
    """

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
    reach: frozenset = frozenset(REACH.values())
    ladder_level: int | None = None
    restart_date: date | None = None
    broken: tuple[Broken, ...] = ()

    @cached_property
    def restarted_on(self):
        """Day on which the ladder began again, None when it never does."""
        again = self.strategy.when_paid == "restart"
        return self.restart_date if again else None

    @cached_property
    def height(self):
        """Highest level reached with what is open, or since the account was clean."""
        levels = [i.position for i in self.items if i.position is not None]
        if self.ladder_level is not None:
            levels.append(self.ladder_level)
        return max(levels, default=None)

    @cached_property
    def shared_level(self):
        """Highest level reached with what is open, since the ladder began again."""
        again = self.restarted_on
        levels = [
            i.position
            for i in self.items
            if i.position is not None
            and not (again and i.last_contact and i.last_contact < again)
        ]
        return max(levels, default=None)

    @cached_property
    def last_contact(self):
        """Day of the last contact about anything that is open."""
        days = [i.last_contact for i in self.items if i.last_contact]
        return max(days, default=None)


@dataclass(frozen=True)
class Contact:
    """One contact to make: about the whole account, or about one invoice.

    :ivar unit_key: ``account``, or ``move:<id>``
    :ivar carrier: the :class:`Item` that has come to the step
    :ivar amount: cents of the company currency, credits not deducted
    """

    unit_key: str
    step: Step
    item_ids: tuple[int, ...]
    amount: int
    carrier: Item = field(compare=False)
    skipped: int = 0


@dataclass(frozen=True)
class Decision:
    """What to do about one account, and why.

    ``contacts`` tells each contact; ``step`` and ``item_ids`` are the first one's
    step and the items of all; ``amount`` is net of what the customer has in hand.
    """

    verdict: str
    reasons: tuple[Reason, ...]
    step: Step | None = None
    item_ids: tuple[int, ...] = ()
    amount: int = 0
    next_date: date | None = None
    contacts: tuple[Contact, ...] = ()

    def contact(self, unit_key):
        """The contact of that unit, None when it is not to be made."""
        found = [c for c in self.contacts if c.unit_key == unit_key]
        return found[0] if found else None

    def as_dict(self):
        return {
            "verdict": self.verdict,
            "reasons": [reason.as_dict() for reason in self.reasons],
            "step_id": self.step.id if self.step else False,
            "item_ids": list(self.item_ids),
            "amount_cents": self.amount,
            "next_date": self.next_date.isoformat() if self.next_date else False,
        }
