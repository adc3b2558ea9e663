"""Statuses of the hub's objects and the moves between them that are allowed.

Each status is a string enum, so that it can be stored and compared as text; each
table maps a status to the statuses that may follow it. A status that is absent
from the values of its own key cannot be re-entered.
"""

from enum import Enum


class ReminderState(str, Enum):
    """Life of one contact, from plan to proof."""

    PLANNED = "planned"
    APPROVED = "approved"
    SENDING = "sending"
    DONE = "done"
    FAILED = "failed"
    IN_DOUBT = "in_doubt"
    CANCELLED = "cancelled"


class Delivery(str, Enum):
    """What became of a contact after a carrier took it."""

    HANDED_OVER = "handed_over"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    RETURNED = "returned"
    UNKNOWN = "unknown"


class NoticeState(str, Enum):
    """Life of an announced payment.

    ``to_review`` and ``active`` both hold the announced part back from chasing.
    """

    TO_REVIEW = "to_review"
    ACTIVE = "active"
    KEPT = "kept"
    PARTLY = "partly"
    BROKEN = "broken"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class DisputeState(str, Enum):
    """Life of a dispute; the resolution is told apart in its own field."""

    OPEN = "open"
    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"


class Verdict(str, Enum):
    """What the decision of the day says about one debtor."""

    CHASE = "chase"
    WAIT = "wait"
    HOLD = "hold"
    ASK = "ask"
    NOTHING = "nothing"


R, N, D = ReminderState, NoticeState, DisputeState

REMINDER_TRANSITIONS = {
    R.PLANNED: {R.APPROVED, R.CANCELLED},
    R.APPROVED: {R.SENDING, R.PLANNED, R.CANCELLED, R.FAILED, R.DONE},
    R.SENDING: {R.DONE, R.FAILED, R.IN_DOUBT, R.APPROVED},
    R.FAILED: {R.APPROVED, R.CANCELLED},
    R.IN_DOUBT: {R.DONE, R.APPROVED, R.CANCELLED},
    R.DONE: set(),
    R.CANCELLED: set(),
}

# Judged notices may be judged again: a reconciliation can be undone, and a late
# payment can still arrive.
NOTICE_TRANSITIONS = {
    N.TO_REVIEW: {N.ACTIVE, N.REFUSED, N.WITHDRAWN, N.KEPT, N.PARTLY, N.BROKEN},
    N.ACTIVE: {N.KEPT, N.PARTLY, N.BROKEN, N.REFUSED, N.WITHDRAWN},
    N.KEPT: {N.ACTIVE, N.PARTLY, N.BROKEN},
    N.PARTLY: {N.ACTIVE, N.KEPT, N.BROKEN},
    N.BROKEN: {N.ACTIVE, N.KEPT, N.PARTLY, N.WITHDRAWN},
    N.REFUSED: {N.TO_REVIEW, N.ACTIVE},
    N.WITHDRAWN: {N.ACTIVE},
}

DISPUTE_TRANSITIONS = {
    D.OPEN: {D.RESOLVED, D.WITHDRAWN},
    D.RESOLVED: {D.OPEN},
    D.WITHDRAWN: {D.OPEN},
}

#: A reminder in one of these is still to happen, or may have happened.
REMINDER_OPEN = (R.PLANNED, R.APPROVED, R.SENDING, R.IN_DOUBT)
#: A reminder in one of these has not left: it may be rewritten, and is told as it
#: would leave.
REMINDER_AHEAD = (R.PLANNED, R.APPROVED, R.FAILED)
#: A notice in one of these holds its part back from chasing.
NOTICE_HOLDING = (N.TO_REVIEW, N.ACTIVE)
