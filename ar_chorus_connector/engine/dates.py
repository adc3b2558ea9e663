"""Dates of the platforms, which say their time zone only now and then.

``rechercher`` answers ISO date-times with an offset; ``consulter/historique``
answers ``YYYY-MM-DD HH:MM`` without any zone. The latter is read as Paris time.
The raw text stays beside the result, since that zone is an assumption.
"""

from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from odoo.addons.ar_collections.engine import calendars

PARIS = ZoneInfo("Europe/Paris")


def parse_moment(raw, zone=PARIS):
    """Read a date-time of a platform.

    :param raw: text; a missing zone means ``zone``
    :return: aware datetime in UTC, or None when the text is no date-time

    >>> parse_moment("2026-07-01 16:10").isoformat()
    '2026-07-01T14:10:00+00:00'
    """
    if not isinstance(raw, str):
        return None
    text = raw.strip()
    if text.endswith(("Z", "z")):
        text = f"{text[:-1]}+00:00"
    # Python 3.10 reads offsets with a colon only, and 3 or 6 decimals only.
    if len(text) > 5 and text[-5] in "+-" and text[-4:].isdigit():
        text = f"{text[:-2]}:{text[-2:]}"
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=zone)
        return moment.astimezone(timezone.utc)
    except (ValueError, OverflowError):
        return None


def parse_day(raw):
    """Read ``YYYY-MM-DD`` (what follows is ignored); None when it is no date."""
    if not isinstance(raw, str):
        return None
    try:
        return date.fromisoformat(raw.strip()[:10])
    except ValueError:
        return None


def to_wire(moment, zone=PARIS):
    """ISO date-time with milliseconds and offset, as the platform writes them."""
    return moment.astimezone(zone).isoformat(timespec="milliseconds")


def naive(moment):
    """An aware moment as a database in UTC keeps it; None stays None.

    >>> naive(datetime(2026, 7, 1, 16, 10, tzinfo=PARIS)).isoformat()
    '2026-07-01T14:10:00'
    """
    return moment and moment.astimezone(timezone.utc).replace(
        microsecond=0, tzinfo=None
    )


def local_day(moment, zone=PARIS):
    """Calendar day of an aware moment where the buyer sits."""
    return moment.astimezone(zone).date()


def is_working_day(day):
    """Whether public treasuries and banks of mainland France work on ``day``."""
    return calendars.is_working_day(day, "FR")


def add_working_days(day, count, is_working=is_working_day):
    """``day`` moved forward by ``count`` working days.

    >>> add_working_days(date(2026, 7, 10), 3).isoformat()
    '2026-07-16'
    """
    while count > 0:
        day += timedelta(days=1)
        count -= bool(is_working(day))
    return day
