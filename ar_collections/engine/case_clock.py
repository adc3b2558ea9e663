"""Deadlines of a recovery case, counted as the law and the calendar count them."""

from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from .calendars import is_working_day


def prolonged(day, country=None, subdivision=None):
    """The same day, or the next working one (art. 642).

    >>> from datetime import date
    >>> prolonged(date(2026, 11, 1), "FR")
    datetime.date(2026, 11, 2)
    """
    while not is_working_day(day, country, subdivision):
        day += timedelta(days=1)
    return day


def deadline(start, days, country=None, subdivision=None):
    """Last day of a time that begins on ``start``.

    The first day does not count, and a time that would end on a Saturday, a Sunday
    or a public holiday ends on the next working day (Code de procédure civile,
    articles 641 and 642).

    :param date start: day of the letter, or of the stage
    :param int days: length in calendar days
    :param country: ISO code of the calendar
    :return: a date

    >>> from datetime import date
    >>> deadline(date(2026, 3, 2), 8, "FR")
    datetime.date(2026, 3, 10)
    >>> deadline(date(2026, 12, 18), 8, "FR")  # would be Saturday 26 December
    datetime.date(2026, 12, 28)
    >>> deadline(date(2026, 12, 24), 8, "FR")  # would be New Year's Day, a Friday
    datetime.date(2027, 1, 4)
    """
    return prolonged(start + timedelta(days=days), country, subdivision)


def start_of(day, tz):
    """First moment of a day on a clock, as naive UTC.

    >>> from datetime import date
    >>> start_of(date(2026, 3, 29), "Europe/Paris")  # summer time begins that night
    datetime.datetime(2026, 3, 28, 23, 0)
    >>> start_of(date(2026, 3, 30), "Europe/Paris")
    datetime.datetime(2026, 3, 29, 22, 0)
    """
    local = datetime.combine(day, time(), ZoneInfo(tz))
    return local.astimezone(timezone.utc).replace(tzinfo=None)


def days_left(last, today):
    """Days until a deadline: 0 on the last day, negative once it has passed.

    >>> from datetime import date
    >>> days_left(date(2026, 3, 29), date(2026, 3, 27))
    2
    """
    return (last - today).days
