"""Days that count and days that do not."""

from datetime import timedelta


def working_days_between(start, end):
    """Working days (Monday to Friday) after ``start``, up to and with ``end``.

    >>> from datetime import date
    >>> working_days_between(date(2026, 11, 20), date(2026, 11, 23))
    1
    """
    if end <= start:
        return 0
    weeks, rest = divmod((end - start).days, 7)
    days = weeks * 5
    for offset in range(1, rest + 1):
        if (start + timedelta(days=offset)).weekday() < 5:
            days += 1
    return days
