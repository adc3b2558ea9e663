"""Instalments of a debt: cut to the cent, dated, paid in order, late or missed.

Amounts are integers in minor units of one currency.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from .plan_states import FailRule

#: Basis points in a whole.
WHOLE = 10_000


@dataclass(frozen=True)
class Terms:
    """The shape of a plan.

    :ivar count: equal instalments, after the first payment if there is one
    :ivar every: from one to the next, in ``unit`` (``days`` or ``months``)
    :ivar after: from the start of the plan to the first of them, in the same unit
    :ivar deposit: first payment at the start, in basis points of the whole
    :ivar month_end: each falls on the last day of its month
    """

    count: int
    every: int = 30
    unit: str = "days"
    after: int = 30
    deposit: int = 0
    month_end: bool = False


@dataclass(frozen=True)
class Instalment:
    due: date
    cents: int


def split(total, count):
    """An amount in equal parts; the odd cents go to the last one.

    Parts of nothing are left out.

    >>> split(10_000, 3)
    [3333, 3333, 3334]
    >>> split(2, 3)
    [2]
    """
    part = total // count
    parts = [part] * (count - 1) + [total - part * (count - 1)]
    return [cents for cents in parts if cents > 0]


def add_months(day, months):
    """The same day some months later (or before), or the last one of a shorter month.

    >>> add_months(date(2026, 12, 31), 2), add_months(date(2026, 5, 31), -3)
    (datetime.date(2027, 2, 28), datetime.date(2026, 2, 28))
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    return day.replace(year=year, month=month + 1, day=min(day.day, last))


def due_dates(start, terms):
    """Due dates of the equal instalments, each counted from the start of the plan.

    So a plan of months that starts on the 31st comes back to the 31st.

    >>> [d.day for d in due_dates(date(2026, 1, 31), Terms(3, 1, "months", 1))]
    [28, 31, 30]
    """
    days = []
    for rank in range(terms.count):
        away = terms.after + rank * terms.every
        if terms.unit == "months":
            day = add_months(start, away)
        else:
            day = start + timedelta(days=away)
        if terms.month_end:
            day = day.replace(day=monthrange(day.year, day.month)[1])
        days.append(day)
    return days


def propose(total, terms, start):
    """The instalments of a debt.

    :param int total: cents, more than nothing
    :param Terms terms: shape of the plan
    :param date start: first day of the plan, on which a first payment is due
    :return: tuple of :class:`Instalment`; their sum is ``total``
    """
    first = (total * terms.deposit + WHOLE // 2) // WHOLE
    told = [Instalment(start, first)] if first else []
    if total > first:
        parts = split(total - first, terms.count)
        told += [
            Instalment(day, cents)
            for day, cents in zip(due_dates(start, terms), parts, strict=False)
        ]
    return tuple(told)


def unpaid(instalments, paid):
    """What is left of each instalment; money goes to the oldest first.

    :param paid: cents received on the whole
    :return: ``[(rank, Instalment)]``, ranks from 1, those paid in full left out
    """
    left = []
    for rank, one in enumerate(instalments, 1):
        taken = min(max(paid, 0), one.cents)
        paid -= taken
        if one.cents > taken:
            left.append((rank, Instalment(one.due, one.cents - taken)))
    return left


def fails_on(left, rule, grace, deposit_first=False):
    """Day on which a plan fails as a whole when nothing more is received.

    An instalment is missed when it is not paid in full ``grace`` days after its
    date. Under the rule ``second`` the plan fails with the second one missed at the
    same time, or with its last one.

    :param left: what :func:`unpaid` told
    :param rule: value of :class:`plan_states.FailRule`
    :param int grace: days
    :param bool deposit_first: the plan stands on its first payment
    :return: date; None when nothing is left to pay
    """
    if not left:
        return None
    missed = sorted(one.due + timedelta(days=grace + 1) for _rank, one in left)
    if rule == FailRule.FIRST.value or (deposit_first and left[0][0] == 1):
        return missed[0]
    return missed[min(1, len(missed) - 1)]


def slices(parts, left):
    """Which part of each document belongs to which instalment still to pay.

    :param parts: ``[(key, open cents)]``, in the order in which they are paid
    :param left: what :func:`unpaid` told, for the same sum
    :return: ``{key: [(rank, due, cents)]}``
    """
    rest = [[rank, one.due, one.cents] for rank, one in left]
    told = {}
    for key, cents in parts:
        while cents > 0 and rest:
            rank, due, room = rest[0]
            taken = min(cents, room)
            told.setdefault(key, []).append((rank, due, taken))
            cents -= taken
            rest[0][2] -= taken
            if not rest[0][2]:
                rest.pop(0)
    return told
