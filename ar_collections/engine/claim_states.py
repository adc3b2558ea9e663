"""Life of a claim: late interest or the fixed indemnity on one invoice.

``accruing`` and ``claimed`` (the customer was told) go on being computed. What was
invoiced or cashed comes back when interest went on running, or when the invoice that
carried it is undone; what was waived comes back only when a person says so.
"""

from enum import Enum


class ClaimState(str, Enum):
    """Where a claim stands; see the module."""

    ACCRUING = "accruing"
    CLAIMED = "claimed"
    INVOICED = "invoiced"
    CASHED = "cashed"
    WAIVED = "waived"


C = ClaimState

CLAIM_TRANSITIONS = {
    state: {other for other in ClaimState if other is not state} for state in ClaimState
}
CLAIM_TRANSITIONS[C.WAIVED] = {C.ACCRUING, C.CLAIMED}

#: What is computed anew every night.
CLAIM_LIVE = (C.ACCRUING, C.CLAIMED, C.INVOICED, C.CASHED)


def state_of(amount, settled, kinds, claimed):
    """Where a claim stands that nobody waived.

    :param int amount: what it has come to, in cents
    :param int settled: what was invoiced or cashed of it, in cents
    :param kinds: how: ``invoiced``, ``cashed``
    :param bool claimed: the customer was told
    """
    if settled and settled >= amount:
        return C.INVOICED if "invoiced" in kinds else C.CASHED
    return C.CLAIMED if claimed else C.ACCRUING
