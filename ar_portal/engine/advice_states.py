"""States of a colleague's answer to a dispute."""

from __future__ import annotations

from enum import Enum


class AdviceState(str, Enum):
    """From received to judged by the collector."""

    TO_REVIEW = "to_review"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    REPLACED = "replaced"


ADVICE_TRANSITIONS = {
    AdviceState.TO_REVIEW: {
        AdviceState.ACCEPTED,
        AdviceState.REFUSED,
        AdviceState.REPLACED,
    },
}
