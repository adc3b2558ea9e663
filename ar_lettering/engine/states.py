"""Statuses of receipts and proposals, and the moves between them."""

from enum import Enum


class ReceiptState(str, Enum):
    """Where a bank line stands with the matching."""

    NEW = "new"
    PROPOSED = "proposed"
    LEFT = "left"
    MATCHED = "matched"


class ProposalState(str, Enum):
    """Life of a proposal. ``validated`` by a person, ``booked`` by the machine."""

    PROPOSED = "proposed"
    VALIDATED = "validated"
    BOOKED = "booked"
    REFUSED = "refused"
    UNDONE = "undone"


P = ProposalState

PROPOSAL_TRANSITIONS = {
    P.PROPOSED: {P.VALIDATED, P.BOOKED, P.REFUSED},
    P.VALIDATED: {P.UNDONE},
    P.BOOKED: {P.UNDONE},
    P.REFUSED: set(),
    P.UNDONE: set(),
}

#: The ledger holds the match.
PROPOSAL_BOOKED = (P.VALIDATED.value, P.BOOKED.value)
#: A person said no; the same match is not made again by itself.
PROPOSAL_DECLINED = (P.REFUSED.value, P.UNDONE.value)
