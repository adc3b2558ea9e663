"""Statuses of an instalment plan and the moves between them that are allowed."""

from enum import Enum


class PlanState(str, Enum):
    """Life of an instalment plan.

    ``accepted`` waits for a first instalment that is due up front; ``running`` and
    ``accepted`` both replace the due dates of what the plan covers.
    """

    DRAFT = "draft"
    SENT = "sent"
    ACCEPTED = "accepted"
    RUNNING = "running"
    KEPT = "kept"
    FAILED = "failed"
    CANCELLED = "cancelled"


class FailRule(str, Enum):
    """When the whole plan fails: at the first missed instalment, or the second."""

    FIRST = "first"
    SECOND = "second"


P = PlanState

# A plan that was kept runs again when a matching is undone; one that failed runs
# again only when a person decides so.
PLAN_TRANSITIONS = {
    P.DRAFT: {P.SENT, P.ACCEPTED, P.CANCELLED},
    P.SENT: {P.DRAFT, P.ACCEPTED, P.CANCELLED},
    P.ACCEPTED: {P.RUNNING, P.KEPT, P.FAILED, P.CANCELLED},
    P.RUNNING: {P.KEPT, P.FAILED, P.CANCELLED},
    P.KEPT: {P.RUNNING},
    P.FAILED: {P.RUNNING},
    P.CANCELLED: set(),
}

#: A plan in one of these replaces the due dates of what it covers.
PLAN_IN_FORCE = (P.ACCEPTED, P.RUNNING)
#: What a plan in one of these covers can be covered by no other.
PLAN_OPEN = (P.SENT, *PLAN_IN_FORCE)
