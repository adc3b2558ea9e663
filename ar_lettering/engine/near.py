"""Hypotheses of a known payer who names nothing and pays nearly one open item.

A few cents, an escompte, what a bank kept, a retention, a half or a third: each is one
more amount that would fit by accident. Only an escompte that the invoice grants is
sure; the others are for a person to see.
"""

from __future__ import annotations

import math

from . import gaps, subsets
from .facts import GapKind, reason
from .hypothesis import with_gap
from .part import ROUND_FEE

#: Most that a fitting amount may say.
FIT = 6.0
#: Fit of a part of the only item that is open.
ONLY = -0.5
#: Shares of an item that people pay on account.
SHARES = (2, 3)


def with_gap_of_one(reading, account, pool):
    """One item with a gap that has a meaning.

    :rtype: list[Hypothesis]
    """
    tolerances, found = pool.ledger.tolerances, []
    day = reading.receipt.date
    for item in account.debits:
        if item.issued and item.issued > day:
            continue
        kinds = _kinds(item, reading.amount, tolerances)
        if not kinds:
            continue
        for gap in gaps.explain([item], reading.amount, reading.receipt, tolerances):
            if gap.kind in kinds:
                found.append(_gapped(reading, account, item, gap, tolerances))
    return [h for h in found if h][: subsets.MAX_SOLUTIONS] or _only(
        reading, account, tolerances
    )


def _kinds(item, amount, tolerances):
    """Gaps between an item and an amount that are worth a thought."""
    short, kinds = item.residual - amount, set()
    if abs(short) <= tolerances.cents:
        kinds.add(GapKind.CENTS)
    if item.discount and abs(short - item.discount) <= 1:
        kinds.add(GapKind.DISCOUNT)
    if tolerances.cents < short <= tolerances.fee and short % ROUND_FEE == 0:
        kinds.add(GapKind.FEE)
    if any(abs(item.residual * p - short * 100) <= 100 for p in gaps.RETENTIONS):
        kinds.add(GapKind.RETENTION)
    if any(abs(item.residual - share * amount) < share for share in SHARES):
        kinds.add(GapKind.PARTIAL)
    return kinds


def _tested(kind, tolerances):
    """How many amounts near one item a kind of gap takes for its own."""
    if kind is GapKind.CENTS:
        return 2 * tolerances.cents
    if kind is GapKind.FEE:
        return max(tolerances.fee // ROUND_FEE, 1)
    if kind is GapKind.RETENTION:
        return 3 * len(gaps.RETENTIONS)
    return 3 * len(SHARES) if kind is GapKind.PARTIAL else 1


def _gapped(reading, account, item, gap, tolerances):
    tested = len(account.debits) * _tested(gap.kind, tolerances)
    fit = min(FIT, -math.log(max(tested / account.span, 1e-9)))
    why = reason("letter_near_amount")
    hypothesis = with_gap(reading, "near_amount", [item], gap, evidence=(why,))
    return hypothesis and hypothesis.but(
        fit=fit, sure=gap.sure and gap.kind is GapKind.DISCOUNT
    )


def _only(reading, account, tolerances):
    """A part of the only item that is open, whatever part it is."""
    if len(account.debits) != 1 or reading.amount >= account.debits[0].residual:
        return []
    (item,) = account.debits
    if item.issued and item.issued > reading.receipt.date:
        return []
    why = reason("letter_only_item")
    found = [
        with_gap(reading, "only_item", [item], gap, evidence=(why,))
        for gap in gaps.explain([item], reading.amount, reading.receipt, tolerances)
    ]
    return [h.but(fit=h.fit + ONLY, sure=False) for h in found if h]
