"""What a payment pays first, by law; only ever proposed.

One debt (Code civil 1343-1): a partial payment goes to the interest before the
principal; costs of recovery are accessories too and come before both. Several debts
(1342-10): the debtor's indication rules; without it, the debts that are due, among
them the one that he had most interest to pay off, then the oldest, then in
proportion. Parties may have agreed otherwise, and the debtor's remittance advice is
an indication: nothing here is ever booked by itself.

Amounts are integers in minor units of one currency.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

#: Parts of one debt, in the order in which they are paid.
PARTS = ("costs", "interest", "principal")

#: Why an allocation stands where it stands.
INDICATED, DUE, BURDEN, OLDEST, PRO_RATA, NOT_DUE = (
    "indicated",
    "due",
    "burden",
    "oldest",
    "pro_rata",
    "not_due",
)


@dataclass(frozen=True)
class Debt:
    """One debt and its accessories.

    :ivar key: name of the debt, given back in the allocations
    :ivar due: last day to pay
    :ivar since: day on which it arose; the older, the earlier it is paid
    :ivar burden: what it costs the debtor to leave it unpaid, per cent a year: the
        debt that he has most interest to pay off has the highest
    """

    key: object
    principal: int
    due: date
    since: date
    interest: int = 0
    costs: int = 0
    burden: Decimal = Decimal(0)

    @property
    def open(self):
        return self.costs + self.interest + self.principal


@dataclass(frozen=True)
class Allocation:
    """So much of the payment to one part of one debt, and by which rule."""

    key: object
    part: str
    cents: int
    rule: str


def propose(cents, debts, as_of, indicated=()):
    """Share a payment between debts in the order of the law.

    :param int cents: what was paid
    :param debts: iterable of :class:`Debt`
    :param date as_of: day of the payment: tells which debts are due
    :param indicated: keys that the debtor named, in his order
    :return: ``(list of Allocation, cents left over)``
    """
    left, allocations = cents, []
    for group, rule in _order(list(debts), as_of, list(indicated)):
        for debt, share in _shares(group, min(left, sum(d.open for d in group))):
            allocations += _inside(debt, share, rule)
            left -= share
    return allocations, left


def _order(debts, as_of, indicated):
    """Groups of debts that are paid one after the other, each with its rule."""
    known = {debt.key: debt for debt in debts}
    for key in dict.fromkeys(indicated):
        if key in known:
            yield [known.pop(key)], INDICATED
    rest = list(known.values())
    yield from _ranked([d for d in rest if d.due < as_of], DUE)
    yield from _ranked([d for d in rest if d.due >= as_of], NOT_DUE)


def _ranked(debts, single):
    """By burden, then by age; debts alike in both share in proportion."""
    groups = {}
    for debt in sorted(debts, key=_rank):
        groups.setdefault(_rank(debt), []).append(debt)
    for group in groups.values():
        alike = [debt for debt in debts if debt.burden == group[0].burden]
        if len(group) > 1:
            rule = PRO_RATA
        elif single == NOT_DUE or len(debts) == 1:
            rule = single
        else:
            rule = OLDEST if len(alike) > 1 else BURDEN
        yield group, rule


def _rank(debt):
    return (-debt.burden, debt.since)


def _shares(group, cents):
    """``(debt, cents)`` in proportion to what is open; no cent is lost."""
    whole = sum(debt.open for debt in group)
    if not whole or cents <= 0:
        return []
    parts = [cents * debt.open // whole for debt in group]
    # What the rounding left goes to the largest remainders, the first ones first.
    by_remainder = sorted(
        range(len(group)), key=lambda i: (-(cents * group[i].open % whole), i)
    )
    for index in by_remainder[: cents - sum(parts)]:
        parts[index] += 1
    return list(zip(group, parts, strict=True))


def _inside(debt, cents, rule):
    """One debt: costs, then interest, then principal."""
    found = []
    for part in PARTS:
        paid = min(cents, getattr(debt, part))
        if paid > 0:
            found.append(Allocation(debt.key, part, paid, rule))
            cents -= paid
    return found
