"""Days that count and days that do not.

Public holidays are those of the package ``holidays``: by country (ISO code of two
letters) and, where they differ inside a country, by subdivision. A country that it
does not know has its weekends only; :func:`is_known` tells.
"""

from datetime import date, timedelta
from functools import lru_cache

from holidays import country_holidays

#: Saturday and Sunday, where nothing else is known.
WEEKEND = (5, 6)


@lru_cache(maxsize=512)
def _year(country, subdivision, year, language=None):
    """The calendar of one year, None for a country that nobody knows."""
    try:
        return country_holidays(
            country,
            subdiv=subdivision or None,
            years=year,
            expand=False,
            language=language or "en_US",
        )
    except NotImplementedError:
        # Not every region that customers live in is told apart.
        return _year(country, None, year, language) if subdivision else None


def _calendar(day, country, subdivision, language=None):
    if not country:
        return None
    return _year(country, subdivision or None, day.year, language)


def is_known(country):
    """Whether the public holidays of a country are known.

    >>> is_known("FR"), is_known("ZZ"), is_known(None)
    (True, False, False)
    """
    return _calendar(date(2000, 1, 1), country, None) is not None


def knows_region(country, subdivision):
    """Whether a part of a country is told apart from the rest.

    >>> knows_region("DE", "BY"), knows_region("DE", "XX"), knows_region("ZZ", "1")
    (True, False, False)
    """
    calendar = _calendar(date(2000, 1, 1), country, None)
    return calendar is not None and subdivision in calendar.subdivisions


def is_holiday(day, country=None, subdivision=None):
    """Whether a day is a public holiday.

    >>> is_holiday(date(2026, 7, 14), "FR"), is_holiday(date(2026, 7, 14), "DE")
    (True, False)
    >>> is_holiday(date(2026, 4, 3), "FR"), is_holiday(date(2026, 4, 3), "FR", "57")
    (False, True)
    """
    calendar = _calendar(day, country, subdivision)
    return calendar is not None and day in calendar


def holiday_name(day, country, subdivision=None, language="en_US"):
    """Name of a public holiday in a language, in English when it has none there.

    :param language: code such as ``fr_FR``
    :return: None on an ordinary day

    >>> holiday_name(date(2026, 7, 14), "FR", language="fr_FR")
    'Fête nationale'
    """
    calendar = _calendar(day, country, subdivision)
    if calendar is None or day not in calendar:
        return None
    spoken = calendar.supported_languages
    for code in (language, (language or "").split("_")[0]):
        if code in spoken:
            return _calendar(day, country, subdivision, code)[day]
    return calendar[day]


def is_working_day(day, country=None, subdivision=None):
    """Neither weekend, as the country has it, nor public holiday.

    >>> is_working_day(date(2026, 5, 1), "FR"), is_working_day(date(2026, 5, 1))
    (False, True)
    """
    calendar = _calendar(day, country, subdivision)
    if calendar is None:
        return day.weekday() not in WEEKEND
    return calendar.is_working_day(day)


def working_days_between(start, end, country=None, subdivision=None):
    """Working days after ``start``, up to and with ``end``.

    >>> working_days_between(date(2026, 11, 20), date(2026, 11, 23))
    1
    >>> working_days_between(date(2026, 4, 30), date(2026, 5, 4), "FR")
    1
    """
    days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    return sum(is_working_day(day, country, subdivision) for day in days)
