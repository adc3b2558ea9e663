"""Statuses of a recovery case and the moves between them that are allowed."""

from enum import Enum


class CaseState(str, Enum):
    """Where a recovery case stands, whatever its stages are called.

    A requested case holds nothing back yet: a collector accepts or refuses it.
    """

    REQUESTED = "requested"
    AMICABLE = "amicable"
    FORMAL_NOTICE = "formal_notice"
    INJUNCTION = "injunction"
    ORDER = "order"
    CLOSED = "closed"


class CaseOutcome(str, Enum):
    """How a case ended; the last three end a request or a mistake."""

    PAID = "paid"
    SETTLED = "settled"
    WRITTEN_OFF = "written_off"
    THIRD_PARTY = "third_party"
    INSOLVENCY = "insolvency"
    REFUSED = "refused"
    DUPLICATE = "duplicate"
    CANCELLED = "cancelled"


class Urgency(str, Enum):
    """How soon a colleague would like his request to be looked at."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


S = CaseState

#: Under way: what such a case covers has left the ladder.
CASE_OPEN = (S.AMICABLE, S.FORMAL_NOTICE, S.INJUNCTION, S.ORDER)

# Any stage may be taken back: a wrong click, a letter to the wrong address. A case
# that was closed goes on where it stood, and a request may be looked at again.
CASE_TRANSITIONS = {
    S.REQUESTED: {*CASE_OPEN, S.CLOSED},
    **{state: {*CASE_OPEN, S.CLOSED} - {state} for state in CASE_OPEN},
    S.CLOSED: {S.REQUESTED, *CASE_OPEN},
}

#: A case that ended so never was one: it cannot be told as a success or a loss.
NEVER_OPENED = (CaseOutcome.REFUSED, CaseOutcome.DUPLICATE, CaseOutcome.CANCELLED)
