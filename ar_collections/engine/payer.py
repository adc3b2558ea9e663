"""How a customer pays: mean delay weighted by amount, class, trend.

``sum(amount x (day paid - due date)) / sum(amount)`` over the payments of the last
twelve months, in which what is overdue and unpaid counts as if it were paid on the
day of the question. Early payments count as negative days. Credit notes are no
invoices, and what a credit note or a write-off settled was not paid: both are left
out, and so is what was contested on the day of the question. Amounts are integers
in minor units of one currency, delays are whole days.

>>> from datetime import date
>>> day = date(2026, 6, 30)
>>> late = Instalment(1, 1, date(2026, 3, 31), 900, ((date(2026, 5, 10), 900, True),))
>>> unpaid = Instalment(2, 2, date(2026, 6, 20), 100)
>>> measure(parts([late, unpaid], day)).delay
37
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

#: Upper bounds of the classes A, B and C in days; whoever is later is in D.
LIMITS = (30, 60, 90)
CLASSES = ("A", "B", "C", "D")
#: Not enough invoices to tell.
NEW = "new"
#: Days by which the delay must move before it is called a trend.
TREND_DAYS = 5


@dataclass(frozen=True)
class Instalment:
    """One due amount of an invoice and what became of it.

    ``settlements`` are ``(day, cents, whether it was a payment)``; ``contested`` are
    ``(first day, day of the end or None, cents)``.
    """

    id: int
    move_id: int
    due: date
    amount: int
    settlements: tuple[tuple[date, int, bool], ...] = ()
    contested: tuple[tuple[date, date | None, int], ...] = ()


@dataclass(frozen=True)
class Part:
    """What one payment, or one unpaid rest, weighs: ``days`` after the due date.

    ``paid`` is None for what is not paid yet.
    """

    move_id: int
    due: date
    paid: date | None
    cents: int
    days: int


@dataclass(frozen=True)
class Measure:
    """The mean of some parts; ``delay`` is None when there is none."""

    delay: int | None = None
    invoices: int = 0
    amount: int = 0
    unpaid: int = 0


def year_before(day):
    """The same day one year earlier; 28 February stands for a 29th.

    >>> year_before(date(2024, 2, 29))
    datetime.date(2023, 2, 28)
    """
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def parts(instalments: Iterable[Instalment], as_of: date) -> list[Part]:
    """What counts on ``as_of``: payments of the twelve months up to it, and the rest
    that was overdue on that day.
    """
    since, found = year_before(as_of), []
    for one in instalments:
        rest = one.amount
        for day, cents, is_payment in one.settlements:
            if day > as_of:
                continue
            rest -= cents
            if is_payment and day > since and cents > 0:
                late = (day - one.due).days
                found.append(Part(one.move_id, one.due, day, cents, late))
        if one.due >= as_of:
            continue
        rest -= sum(
            cents
            for first, end, cents in one.contested
            if first <= as_of and (end is None or end > as_of)
        )
        if rest > 0:
            late = (as_of - one.due).days
            found.append(Part(one.move_id, one.due, None, rest, late))
    return found


def remembered(found: Iterable[Part], since: date | None) -> list[Part]:
    """Those of these parts that still count: an incident that was settled leaves.

    :param since: a late payment made before this day is forgotten; None: none is

    >>> late = Part(1, date(2025, 1, 31), date(2025, 3, 1), 100, 29)
    >>> unpaid = Part(2, date(2024, 1, 31), None, 100, 500)
    >>> [part.move_id for part in remembered([late, unpaid], date(2025, 6, 1))]
    [2]
    >>> len(remembered([late, unpaid], date(2025, 3, 1)))
    2
    """
    return [
        part
        for part in found
        if not since or part.paid is None or part.days <= 0 or part.paid >= since
    ]


def measure(found: Iterable[Part]) -> Measure:
    """The weighted mean of these parts, rounded to whole days, half a day up."""
    amount = unpaid = weighted = 0
    invoices = set()
    for part in found:
        amount += part.cents
        unpaid += part.cents if part.paid is None else 0
        weighted += part.cents * part.days
        invoices.add(part.move_id)
    if not amount:
        return Measure()
    delay = (2 * weighted + amount) // (2 * amount)
    return Measure(delay, len(invoices), amount, unpaid)


def classify(found: Measure, limits=LIMITS, minimum: int = 1) -> str:
    """Class of a payer: A to D by ``limits``, ``new`` below ``minimum`` invoices.

    >>> [classify(Measure(d, 9, 1)) for d in (-4, 30, 31, 60, 61, 90, 91)]
    ['A', 'A', 'B', 'B', 'C', 'C', 'D']
    >>> classify(Measure(95, 2, 1), minimum=3)
    'new'
    """
    if found.delay is None or found.invoices < minimum:
        return NEW
    return CLASSES[sum(found.delay > limit for limit in limits)]


def trend(now: Measure, before: Measure, minimum: int = 1) -> str | None:
    """``better``, ``steady`` or ``worse`` than a year ago, None when unknown."""
    if NEW in (classify(now, minimum=minimum), classify(before, minimum=minimum)):
        return None
    moved = now.delay - before.delay
    if abs(moved) < TREND_DAYS:
        return "steady"
    return "worse" if moved > 0 else "better"


def heaviest(found: Iterable[Part], limit: int = 20) -> list[tuple[Part, float]]:
    """The parts that move the mean most, with the days each adds to it.

    :return: ``[(part, days added)]``, the largest effect first; over all parts the
        days add up to the mean
    """
    found = list(found)
    amount = sum(part.cents for part in found)
    shares = [(part, part.cents * part.days / amount) for part in found if amount]
    return sorted(shares, key=lambda s: (-abs(s[1]), s[0].due, s[0].move_id))[:limit]
