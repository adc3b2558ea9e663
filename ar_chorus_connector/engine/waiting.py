"""Whom to wake up when the buyer lets an invoice lie."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

from .dates import local_day
from .statuses import Canonical


class Waiting(str, Enum):
    """How an invoice lies with its buyer."""

    UNTOUCHED = "untouched"  # made available, and nothing happened since
    PENDING = "pending"  # somebody there is to approve it


#: Within the buyer's house, not approved yet.
AT_WORK = (
    Canonical.IN_VALIDATION,
    Canonical.VALIDATION_LATE,
    Canonical.SERVICE_DONE,
    Canonical.COMPLETED,
)


@dataclass(frozen=True)
class WaitSignal:
    """An invoice lies with its buyer since ``since``; act from ``day`` on.

    :param str author: who has it there, as the platform names the last hand
    """

    kind: Waiting
    since: datetime
    day: date
    author: str = ""


def waiting(acting, ordered, idle_days, approver_days):
    """The :class:`WaitSignal` of a story, None when nobody lets it lie.

    :param acting: ``[(event, rule)]`` in order, those that change something
    :param ordered: every dated event in order, comments included
    :param int idle_days: calendar days without any sign after made available
    :param int approver_days: calendar days of work without approval
    """
    event, rule = acting[-1]
    if rule.canonical is Canonical.MADE_AVAILABLE:
        # Whatever was heard since, a mere comment too, is a sign of life.
        if any(other.order > event.order for other in ordered):
            return None
        return _signal(Waiting.UNTOUCHED, event, idle_days)
    if rule.canonical not in AT_WORK or rule.confirms:
        return None
    since = event
    for earlier, other in reversed(acting):
        if other.canonical not in AT_WORK or other.confirms:
            break
        since = earlier
    return _signal(Waiting.PENDING, since, approver_days, event.author)


def _signal(kind, event, days, author=""):
    day = local_day(event.moment) + timedelta(days=days)
    return WaitSignal(kind, event.moment, day, author)
