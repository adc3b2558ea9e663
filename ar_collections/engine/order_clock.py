"""The clocks of an order to pay, once a court has issued it.

The creditor serves it within some months of its date, else it is void (code de
procédure civile, art. 1411); the debtor may oppose it within some months of the
service (art. 1416); without opposition it is enforced (art. 1422). How many months
is data, by the date of the order.

A time in months ends on the day of the same number, or on the last day of its month
(art. 641); one that ends on a Saturday, a Sunday or a holiday goes on to the next
working day (art. 642). The clock is prudent on both sides: what the creditor has to
do is due without that prolongation, and on the last working day before; what he has
to wait for ends with it.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from .calendars import is_working_day
from .case_clock import prolonged
from .instalments import add_months

DAY = timedelta(days=1)
COUNTRY = "FR"


@dataclass(frozen=True)
class Terms:
    """Months, as the law in force on the day of the order has them."""

    serve: int = 3
    oppose: int = 1
    enforce: int = 2


@dataclass(frozen=True)
class Clock:
    """What comes next of one order.

    :ivar step: ``serve``, ``opposition``, ``enforce``, ``opposed``, ``void``
    :ivar day: last day to act, or first day on which something may be done
    :ivar legal: the last day that the law gives, prolongation included
    """

    step: str
    day: date | None
    legal: date | None = None


def prudent(day, country=COUNTRY):
    """The same day, or the last working one before it.

    >>> prudent(date(2026, 11, 1))
    datetime.date(2026, 10, 30)
    """
    while not is_working_day(day, country):
        day -= DAY
    return day


def serve_by(ordered, terms):
    """Until when the order is served: ``(prudent day, legal day)``."""
    end = add_months(ordered, terms.serve)
    return prudent(end), prolonged(end, COUNTRY)


def opposition_ends(served, terms):
    """Last day on which the debtor may oppose, counted from the service."""
    return prolonged(add_months(served, terms.oppose), COUNTRY)


def enforce_from(served, terms):
    """First day of enforcement when nothing was heard of an opposition.

    >>> enforce_from(date(2026, 4, 10), Terms())
    datetime.date(2026, 6, 11)
    """
    return prolonged(add_months(served, terms.enforce), COUNTRY) + DAY


def clock(ordered, terms, today, served=None, opposed=None):
    """Where an order stands.

    :param date ordered: date of the order
    :param Terms terms: see :class:`Terms`
    :param date served: when the debtor was served with it
    :param date opposed: when the debtor opposed it
    :return: :class:`Clock`
    """
    if opposed:
        return Clock("opposed", None)
    if not served:
        day, legal = serve_by(ordered, terms)
        return Clock("void" if today > legal else "serve", day, legal)
    if served > serve_by(ordered, terms)[1]:
        return Clock("void", None, serve_by(ordered, terms)[1])
    ends, first = opposition_ends(served, terms), enforce_from(served, terms)
    if today < first:
        return Clock("opposition", first, ends)
    return Clock("enforce", first, ends)
