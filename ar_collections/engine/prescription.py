"""Until when a debt can be claimed in court, and what started the time again.

Rules come as data (years, how they are counted, source), so that a country's law is
a record and not a line of code. Dates are plain dates; nothing reads a clock.

French law, as shipped: five years between businesses (C. com. L110-4), two years
against a consumer (C. conso. L218-2), four calendar years against a public body
(loi 68-1250, art. 1). The time is counted in days and ends with its last one
(C. civ. 2228 and 2229). An acknowledgement (C. civ. 2240: a payment on account is
one), a claim in court (2241) and enforcement (2244) start it again; a formal notice
does not (Com. 18 May 2022, 20-23.204).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum

from .instalments import add_months

#: Months before the end at which people are warned, the latest last.
WARNINGS = (12, 6, 3)


class Interrupts(str, Enum):
    """What may have happened to a debt; not all of it starts the time again."""

    PAYMENT = "payment"
    ACKNOWLEDGEMENT = "acknowledgement"
    COURT = "court"
    ENFORCEMENT = "enforcement"
    NOTICE = "formal_notice"


RESTARTING = {
    Interrupts.PAYMENT,
    Interrupts.ACKNOWLEDGEMENT,
    Interrupts.COURT,
    Interrupts.ENFORCEMENT,
}


@dataclass(frozen=True)
class Rule:
    """How long: ``years`` from the day, or to the end of the ``years``-th calendar
    year after it (``calendar``)."""

    years: int
    calendar: bool = False


@dataclass(frozen=True)
class Fact:
    """Something that happened to the debt on a day."""

    day: date
    kind: Interrupts


@dataclass(frozen=True)
class Prescription:
    """The last day on which the debt can be claimed, and from what it counts.

    ``since`` is the day it counts from; ``by`` what restarted it, None when it still
    counts from the start.
    """

    last_day: date
    since: date
    by: Interrupts | None = None


def start_day(
    delivered: date | None, invoiced: date | None, due: date | None
) -> tuple[date, str] | None:
    """The cautious start: delivery, else the invoice, else the due date.

    Completion of the service starts the time, whatever the invoice says (Com.
    26 February 2020, 18-25.036).

    :return: (day, ``delivery`` | ``invoice`` | ``due``), None when nothing is known
    """
    for day, word in ((delivered, "delivery"), (invoiced, "invoice"), (due, "due")):
        if day:
            return day, word
    return None


def add_years(day: date, years: int) -> date:
    """The same day ``years`` later; 28 February when there is no 29th.

    >>> add_years(date(2024, 2, 29), 5), add_years(date(2021, 3, 12), 5)
    (datetime.date(2029, 2, 28), datetime.date(2026, 3, 12))
    """
    return add_months(day, 12 * years)


def last_day(since: date, rule: Rule) -> date:
    """The last day on which a claim comes in time.

    >>> last_day(date(2021, 3, 12), Rule(5)), last_day(date(2021, 3, 12), Rule(4, True))
    (datetime.date(2026, 3, 12), datetime.date(2025, 12, 31))
    """
    if rule.calendar:
        return date(since.year + rule.years, 12, 31)
    return add_years(since, rule.years)


def prescription(start: date, rule: Rule, facts: Iterable[Fact]) -> Prescription:
    """Where the clock of one debt stands.

    What came after the end changes nothing: a debt that is prescribed stays so.

    :param start: as :func:`start_day` gives it
    :param facts: in any order
    """
    told = Prescription(last_day(start, rule), start)
    for fact in sorted(facts, key=lambda fact: (fact.day, fact.kind.value)):
        if fact.kind not in RESTARTING or not told.since <= fact.day <= told.last_day:
            continue
        told = Prescription(last_day(fact.day, rule), fact.day, fact.kind)
    return told


def warning(end: date, today: date) -> int | None:
    """Months of the warning that is due today: 12, 6 or 3; 0 once it is too late.

    >>> [warning(date(2026, 12, 31), day) for day in (date(2025, 12, 30),
    ...     date(2025, 12, 31), date(2026, 6, 30), date(2026, 10, 1), date(2027, 1, 1))]
    [None, 12, 6, 3, 0]
    """
    if today > end:
        return 0
    due = [months for months in WARNINGS if add_months(end, -months) <= today]
    return min(due) if due else None
