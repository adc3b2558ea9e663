"""When to call again, and what the outcome of a call does."""

from datetime import datetime, time, timedelta
from enum import Enum

#: Hours of an office, local time, in which somebody picks up.
OPENS, CLOSES = time(9), time(18)


class Effect(str, Enum):
    """What an outcome does; the labels on top of them are the company's."""

    PROMISE = "promise"
    DISPUTE = "dispute"
    SAYS_PAID = "says_paid"
    NO_ANSWER = "no_answer"
    CALL_BACK = "call_back"
    WRONG_CONTACT = "wrong_contact"
    REFUSES = "refuses"
    OTHER = "other"


def call_again(now: datetime, hours: int) -> datetime:
    """The next moment to try, ``hours`` after ``now`` (local), in office hours.

    Public holidays are not known here: the list only shows the call from then on.

    >>> call_again(datetime(2026, 3, 16, 10, 30), 4)
    datetime.datetime(2026, 3, 16, 14, 30)
    >>> call_again(datetime(2026, 3, 20, 16), 4)
    datetime.datetime(2026, 3, 23, 9, 0)
    """
    moment = now + timedelta(hours=max(hours, 0))
    if moment.time() < OPENS:
        moment = datetime.combine(moment.date(), OPENS)
    elif moment.time() >= CLOSES:
        moment = datetime.combine(moment.date() + timedelta(days=1), OPENS)
    while moment.weekday() >= 5:
        moment = datetime.combine(moment.date() + timedelta(days=1), OPENS)
    return moment


def postpones(effect: Effect, attempt: int, attempts: int) -> bool:
    """Whether the call is to be made again after this attempt.

    Nobody picked up: until ``attempts`` were made, then the step counts as done.

    >>> [postpones(Effect.NO_ANSWER, n, 3) for n in (1, 2, 3)]
    [True, True, False]
    """
    if effect is Effect.NO_ANSWER:
        return attempt < attempts
    return effect in (Effect.CALL_BACK, Effect.WRONG_CONTACT)
