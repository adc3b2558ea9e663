"""What the customer's page says: totals and the state of each item.

Amounts are integer minor units, dates are dates, and the day is a parameter.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum


class Status(str, Enum):
    """State of an item as the customer sees it, the most telling one first."""

    CREDIT = "credit"
    DISPUTED = "disputed"
    PROOF = "proof"
    ANNOUNCED = "announced"
    OVERDUE = "overdue"
    DUE_TODAY = "due_today"
    NOT_DUE = "not_due"


@dataclass(frozen=True)
class PageItem:
    """One open instalment or credit of the account.

    :param residual: signed minor units, negative for a credit
    :param disputed: positive part under dispute
    :param proved: positive part covered by a proof nobody judged yet
    :param announced: positive part covered by any announced payment, proof included
    """

    id: int
    currency: int
    due: date
    residual: int
    disputed: int = 0
    proved: int = 0
    announced: int = 0

    def days_late(self, today: date) -> int:
        """Days since the due date, negative before it."""
        return (today - self.due).days

    def status(self, today: date) -> Status:
        """The one word of this item today."""
        if self.residual < 0:
            return Status.CREDIT
        if self.disputed > 0:
            return Status.DISPUTED
        if self.proved > 0:
            return Status.PROOF
        if self.announced > 0:
            return Status.ANNOUNCED
        late = self.days_late(today)
        if late > 0:
            return Status.OVERDUE
        return Status.NOT_DUE if late else Status.DUE_TODAY

    def free(self) -> int:
        """The part that no dispute and no announcement covers."""
        return max(0, self.residual - self.disputed - self.announced)


@dataclass
class Totals:
    """Sums of one currency.

    ``due`` is the balance (credits deducted), ``overdue`` what is late before
    credits, ``held`` the late part that is disputed or announced, ``credits`` the
    positive sum of credits.
    """

    currency: int
    due: int = 0
    overdue: int = 0
    overdue_count: int = 0
    held: int = 0
    not_due: int = 0
    credits: int = 0
    count: int = 0


def totals(items: Iterable[PageItem], today: date) -> list[Totals]:
    """Totals per currency, the currency with most items first."""
    sums: dict[int, Totals] = {}
    for item in items:
        total = sums.setdefault(item.currency, Totals(item.currency))
        total.due += item.residual
        total.count += 1
        if item.residual < 0:
            total.credits -= item.residual
        elif item.days_late(today) > 0:
            total.overdue += item.residual
            total.overdue_count += 1
            total.held += item.residual - item.free()
        else:
            total.not_due += item.residual
    return sorted(sums.values(), key=lambda t: (-t.count, t.currency))
