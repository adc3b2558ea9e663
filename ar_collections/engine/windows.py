"""When a reminder may leave: days, hours and holidays where the customer is.

Moments are naive UTC, as Odoo stores them; hours are the customer's own. Of the
moments of an open day one account uses its own minute of every period (an hour
unless said otherwise), so that a night's plan does not leave in one heap; which
minute depends on the account alone, and stays the same from one run to the next.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import lru_cache
from hashlib import blake2b

import pytz

from .calendars import is_holiday

DAY = timedelta(days=1)
#: No calendar keeps a strategy closed for longer than that.
LONGEST_CLOSURE = 400


@dataclass(frozen=True)
class Place:
    """Where the customer is: time zone, country and its part, as ISO codes."""

    tz: str
    country: str | None = None
    subdivision: str | None = None


@dataclass(frozen=True)
class Window:
    """Days and hours of sending.

    ``weekdays`` from 0 (Monday) to 6; ``start`` and ``end`` in minutes after
    midnight, ``end`` not included; ``spread`` in minutes, 0 for no spreading.

    :raise ValueError: when it would never open
    """

    weekdays: frozenset[int] = frozenset(range(5))
    start: int = 8 * 60 + 30
    end: int = 17 * 60 + 30
    skip_holidays: bool = True
    spread: int = 60

    def __post_init__(self):
        if not self.weekdays or not 0 <= self.start < self.end <= 24 * 60:
            raise ValueError("This window never opens.")


def release_at(earliest, window, place, key=""):
    """First moment at or after ``earliest`` at which this account may be contacted.

    :param datetime earliest: naive UTC
    :param key: text that tells accounts apart, for the spread
    :return: naive UTC, inside the window
    :raise ValueError: when a calendar keeps the window closed for over a year

    Bastille Day, early in the morning:

    >>> paris = Place("Europe/Paris", "FR")
    >>> release_at(datetime(2026, 7, 14, 5), Window(spread=0), paris)
    datetime.datetime(2026, 7, 15, 6, 30)
    """
    first = to_local(earliest, place.tz).date()
    for number in range(LONGEST_CLOSURE):
        day = first + number * DAY
        hours = _hours(day, window, place)
        moment = hours and _own_moment(earliest, *hours, window.spread, key)
        if moment:
            return moment
    raise ValueError("This window never opens.")


def is_open(moment, window, place):
    """Whether the window is open at a moment (naive UTC).

    >>> is_open(datetime(2026, 7, 13, 7), Window(), Place("Europe/Paris", "FR"))
    True
    """
    hours = _hours(to_local(moment, place.tz).date(), window, place)
    return bool(hours) and hours[0] <= moment < hours[1]


def holidays_before(moment, since, window, place):
    """Days on which it would have left, had they not been public holidays.

    :param moment: when it leaves, naive UTC
    :param since: from when it was ready to leave, naive UTC
    :return: list of dates, where the customer is
    """
    if not window.skip_holidays:
        return []
    first, last = to_local(since, place.tz).date(), to_local(moment, place.tz).date()
    days = (first + number * DAY for number in range((last - first).days))
    return [
        day
        for day in days
        if day.weekday() in window.weekdays
        and is_holiday(day, place.country, place.subdivision)
    ]


def to_local(moment, tz):
    """A naive UTC moment as naive time of a zone.

    >>> to_local(datetime(2026, 10, 25, 0, 30), "Europe/Paris")
    datetime.datetime(2026, 10, 25, 2, 30)
    """
    return pytz.utc.localize(moment).astimezone(pytz.timezone(tz)).replace(tzinfo=None)


@lru_cache(maxsize=4096)
def _hours(day, window, place):
    """Opening and closing of a day in UTC, None when it stays closed."""
    if day.weekday() not in window.weekdays:
        return None
    if window.skip_holidays and is_holiday(day, place.country, place.subdivision):
        return None
    # In the night in which an hour comes twice, the hours that are inside the
    # window on both passes; a window that fits into that hour opens on the first.
    opening = _to_utc(day, window.start, place.tz, second=True)
    closing = _to_utc(day, window.end, place.tz)
    if opening >= closing:
        opening = _to_utc(day, window.start, place.tz)
    return (opening, closing) if opening < closing else None


def _to_utc(day, minutes, tz, second=False):
    """Local time as naive UTC; what the clock skips is the moment after the gap.

    :param second: of a time that comes twice, take the second one
    """
    zone = pytz.timezone(tz)
    wall = datetime.combine(day, time()) + timedelta(minutes=minutes)
    found = {zone.localize(wall, is_dst=dst) for dst in (True, False)}
    moments = sorted(each.astimezone(pytz.utc) for each in found)
    exact = [each for each in moments if _wall(each, zone) == wall]
    if not exact:
        return _after_gap(moments[0], moments[-1], zone)
    return exact[-1 if second else 0].replace(tzinfo=None)


def _wall(moment, zone):
    return moment.astimezone(zone).replace(tzinfo=None)


def _after_gap(before, after, zone):
    """The moment between two at which the zone puts its clocks forward."""
    offset = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0, tzinfo=None)


def _own_moment(earliest, opening, closing, spread, key):
    """The account's own moment of a day, None when the day has none left."""
    period = min(timedelta(minutes=spread), closing - opening)
    if not period:
        moment = max(opening, earliest)
    else:
        moment = opening + _share(key) * period.total_seconds() * timedelta(seconds=1)
        moment = moment.replace(microsecond=0)
        if moment < earliest:
            moment += -((moment - earliest) // period) * period
    return moment if moment < closing else None


def _share(key):
    """A fraction below 1 that depends on the text alone, evenly spread."""
    digest = blake2b(str(key).encode(), digest_size=6).digest()
    return int.from_bytes(digest, "big") / 2**48
