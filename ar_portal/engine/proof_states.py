"""What became of a proof of payment, in the customer's words.

The notice that the proof made is the truth; this only says it more simply.
"""

from __future__ import annotations

from enum import Enum


class ProofState(str, Enum):
    """Where a proof stands for the person who sent it."""

    RECEIVED = "received"
    UNDER_REVIEW = "under_review"
    ACCEPTED = "accepted"
    REFUSED = "refused"


def proof_state(notice_state: str, taken: bool) -> ProofState:
    """State of a proof from that of its notice.

    :param notice_state: value of the hub's notice status
    :param taken: whether a collector has begun to look at it

    >>> proof_state("to_review", False), proof_state("to_review", True)
    (<ProofState.RECEIVED: 'received'>, <ProofState.UNDER_REVIEW: 'under_review'>)
    >>> proof_state("kept", False), proof_state("withdrawn", True)
    (<ProofState.ACCEPTED: 'accepted'>, <ProofState.REFUSED: 'refused'>)
    """
    if notice_state == "to_review":
        return ProofState.UNDER_REVIEW if taken else ProofState.RECEIVED
    if notice_state in ("refused", "withdrawn"):
        return ProofState.REFUSED
    return ProofState.ACCEPTED
