"""The account of a claim to a day (décompte), element by element.

The judge wants the precise amount with the account of its elements (code de
procédure civile, art. 1407): per invoice what was invoiced, credited and paid, the
interest by period and rate, the fixed indemnity, and what of both was invoiced or
paid apart. Whatever happened, the elements add up to the total to the cent: the
interest of an invoice is rounded once, and its periods share that rounded amount.

Amounts are integers in minor units of one currency.

>>> april = Period(date(2026, 4, 1), date(2026, 4, 30), 10000, "12.15", 30, 100)
>>> paid = Paid(date(2026, 5, 1), 4000)
>>> account = Account((Invoice("F1", 10000, paid=(paid,), interest=(april,),
...     indemnity=4000),))
>>> account.principal, account.interest, account.indemnity, account.total
(6000, 100, 4000, 10100)
"""

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from math import floor

ELEMENTS = ("principal", "interest", "indemnity")


@dataclass(frozen=True)
class Paid:
    """Money that arrived on a day."""

    day: date
    cents: int


@dataclass(frozen=True)
class Period:
    """Interest of some days at one rate; ``cents`` is its share of the rounded sum."""

    first: date
    last: date
    base: int
    rate: str
    days: int
    cents: int


@dataclass(frozen=True)
class Invoice:
    """One invoice of the claim.

    :ivar cents: what was invoiced, including tax
    :ivar credited: of it, what credit notes took back
    :ivar contested: of it, what is in dispute and not claimed here
    :ivar interest_settled: of the interest, what was invoiced or received apart
    """

    number: str
    cents: int
    dated: date | None = None
    due: date | None = None
    credited: int = 0
    contested: int = 0
    paid: tuple[Paid, ...] = ()
    interest: tuple[Period, ...] = ()
    interest_settled: int = 0
    indemnity: int = 0
    indemnity_settled: int = 0
    key: object = None

    @property
    def received(self):
        return sum(p.cents for p in self.paid)

    @property
    def principal(self):
        return self.cents - self.credited - self.contested - self.received

    @property
    def interest_due(self):
        return sum(p.cents for p in self.interest) - self.interest_settled

    @property
    def indemnity_due(self):
        return self.indemnity - self.indemnity_settled

    @property
    def total(self):
        return self.principal + self.interest_due + self.indemnity_due


@dataclass(frozen=True)
class Account:
    """The claim to a day."""

    invoices: tuple[Invoice, ...] = ()
    as_of: date | None = None
    notes: tuple[str, ...] = field(default=())

    @property
    def invoiced(self):
        return sum(i.cents - i.credited - i.contested for i in self.invoices)

    @property
    def received(self):
        return sum(i.received for i in self.invoices)

    @property
    def principal(self):
        return sum(i.principal for i in self.invoices)

    @property
    def interest(self):
        return sum(i.interest_due for i in self.invoices)

    @property
    def indemnity(self):
        return sum(i.indemnity_due for i in self.invoices)

    @property
    def total(self):
        return sum(i.total for i in self.invoices)


def share(exact, total):
    """Whole cents for amounts that add up to about ``total``; no cent is lost.

    :param exact: exact amounts (``Fraction``), none negative
    :param int total: their sum, rounded

    >>> share([Fraction(1, 3)] * 3, 1), share([], 0)
    ([1, 0, 0], [])
    """
    parts = [floor(amount) for amount in exact]
    left = total - sum(parts)
    step = 1 if left > 0 else -1
    # What was cut off most gets a cent first, or gives one last.
    ranked = sorted(range(len(exact)), key=lambda i: (step * (parts[i] - exact[i]), i))
    for index in ranked[: abs(left)]:
        parts[index] += step
    return parts


def periods(lines, total):
    """The working of the interest of an invoice as :class:`Period` in whole cents.

    :param lines: ``(first day, last day, base, rate, days, exact interest)`` of all
        its instalments
    :param int total: their interest, rounded once
    """
    lines = list(lines)
    shares = share([Fraction(line[-1]) for line in lines], total)
    return tuple(
        Period(*line[:-1], cents) for line, cents in zip(lines, shares, strict=True)
    )
