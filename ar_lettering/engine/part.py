"""When a payer's part of an invoice is booked on it, and the rest stays open.

No sum speaks for such a match, so that everything else must: who paid, and the number
in full.
"""

from __future__ import annotations

from .facts import GapKind
from .hypothesis import BY_CITATION, CITED
from .references import EXACT

#: Gaps that leave a part of the invoice open. What was deducted becomes a dispute.
PARTS = (GapKind.PARTIAL, GapKind.RETENTION, GapKind.DEDUCTION)
#: The same amount of the same payer within so many days may be a double payment.
DOUBLE_DAYS = 20
#: Banks charge sums that are multiples of this, in cents.
ROUND_FEE = 50


def is_part(reading, hypothesis, pool):
    """Whether a known payer pays a part of the one invoice that he names in full.

    The company must have such parts booked; of several instalments the oldest due
    is meant. A payer who is only like the customer must write the whole number.
    """
    if hypothesis.gap_kind not in PARTS or hypothesis.tier != BY_CITATION:
        return False
    payer = reading.payer
    if not pool.ledger.tolerances.parts or len(hypothesis.items) != 1:
        return False
    if hypothesis.partners != {payer.partner}:
        return False
    if payer.weak and hypothesis.cite < CITED[EXACT]:
        return False
    if pool.paid_lately(reading.receipt, payer.partner, DOUBLE_DAYS):
        return False
    return _is_no_fee(reading, hypothesis, pool) and not _may_be_netted(
        hypothesis, pool
    )


def _is_no_fee(reading, hypothesis, pool):
    """Whether what is missing cannot be what a bank kept."""
    if hypothesis.short > pool.ledger.tolerances.fee:
        return True
    if hypothesis.gap_kind is GapKind.RETENTION:
        return hypothesis.short % ROUND_FEE != 0
    (item,) = hypothesis.items
    return item.residual in (2 * reading.amount, 3 * reading.amount)


def _may_be_netted(hypothesis, pool):
    """Whether what was not paid may be a credit of the customer, taken off."""
    item = hypothesis.items[0]
    credits = pool.account(item.partner, item.currency).credits
    most = hypothesis.short + pool.ledger.tolerances.cents
    return any(-credit.residual <= most for credit in credits)
