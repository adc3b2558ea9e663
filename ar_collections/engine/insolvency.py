"""Time to declare a claim in French insolvency proceedings.

Code de commerce L622-24, R622-24 and R622-26: two months from the publication of the
judgment in the BODACC, four for a creditor outside metropolitan France when the
proceedings are opened there; whoever missed it may ask to be relieved within six
months of the publication. Months are counted as art. 641 of the Code de procédure
civile says: to the day of the same number, else to the last day of the month. The
prolongation of a last day on which nobody works (art. 642) is left out, so that no
alert comes later than the law allows.
"""

from .instalments import add_months

#: Days before the last one on which people are alerted.
ALERTS = (30, 15, 5, 0)
MONTHS, MONTHS_OVERSEAS, MONTHS_RELIEF = 2, 4, 6


def deadline(published, overseas=False):
    """Last day to declare a claim.

    :param date published: day of the publication in the BODACC
    :param bool overseas: the creditor is outside metropolitan France

    >>> from datetime import date
    >>> deadline(date(2026, 12, 31))
    datetime.date(2027, 2, 28)
    >>> deadline(date(2026, 3, 10), overseas=True)
    datetime.date(2026, 7, 10)
    """
    return add_months(published, MONTHS_OVERSEAS if overseas else MONTHS)


def relief(published):
    """Last day to ask the judge to be relieved of a missed declaration."""
    return add_months(published, MONTHS_RELIEF)


def alert(days_left, alerted=None):
    """Threshold of the alert to give now; None when it was given, or is not due.

    Nights that were missed are made up for by the tightest one alone.

    :param int days_left: to the last day
    :param alerted: threshold of the last alert, None when there was none

    >>> [alert(days) for days in (31, 30, 16, 15, 5, 1, 0, -3)]
    [None, 30, 30, 15, 5, 5, 0, 0]
    >>> alert(14, alerted=15), alert(3, alerted=15)
    (None, 5)
    """
    reached = [limit for limit in ALERTS if days_left <= limit]
    if not reached or (alerted is not None and alerted <= min(reached)):
        return None
    return min(reached)
