"""The payment delay of a public buyer, computed from the statuses.

Source: Code de la commande publique. R2192-12 and R2192-15: the delay runs from the
day the invoice is made available. R2192-27: it may be interrupted once, and only
before the order to pay. R2192-29: when the buyer has what was missing, a new delay
of 30 days runs, or the remaining balance when that is longer.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from .dates import local_day
from .statuses import Clock

#: Delay that opens after a completed suspension, in days (R2192-29).
NEW_DELAY_DAYS = 30


@dataclass(frozen=True)
class LegalClock:
    """Where the legal delay stands.

    :param date start: first day made available; None before it
    :param date due: last day to pay; None before the start and while interrupted
    :param bool interrupted: a lawful suspension is waiting for its completion
    :param tuple unlawful: days of suspensions that do not interrupt the delay
    """

    start: date | None = None
    due: date | None = None
    interrupted: bool = False
    unlawful: tuple = ()

    @property
    def interest_start(self):
        """First day of late interest: the day after the due date."""
        return self.due + timedelta(days=1) if self.due else None


def legal_clock(story, delay_days=30):
    """Run the clock over an ordered story.

    :param story: iterable of ``(moment, Clock)`` in the order of the facts
    :param int delay_days: 30 for the State and local bodies, 50 for public health
        establishments, 60 for other public undertakings
    :return: a :class:`LegalClock`

    A suspension ends with the first later status that is none itself, whether the
    seller completed the file or the buyer simply took it up again.
    """
    start = due = stopped = None
    used = ordered = False
    in_suspension = False
    unlawful = []
    for moment, mark in story:
        day = local_day(moment)
        if mark is Clock.INTERRUPT:
            lawful = start is not None and not used and not ordered
            if lawful:
                used, stopped = True, day
            elif start is not None and not in_suspension:
                unlawful.append(day)
            in_suspension = True
            continue
        in_suspension = False
        if stopped is not None:
            balance = max((due - stopped).days, 0)
            due = day + timedelta(days=max(NEW_DELAY_DAYS, balance))
            stopped = None
        if mark is Clock.START and start is None:
            start, due = day, day + timedelta(days=delay_days)
        ordered = ordered or mark in (Clock.ORDER, Clock.END)
    return LegalClock(
        start=start,
        due=None if stopped is not None else due,
        interrupted=stopped is not None,
        unlawful=tuple(unlawful),
    )
