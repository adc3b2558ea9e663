"""One thing that a receipt may pay, with what speaks for it and against it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .facts import Allocation, GapKind, reason
from .payers import Payer
from .references import ALTERED, EXACT, SHORT, VARIANT

#: Log-odds of citing a document in each spelling.
CITED = {EXACT: 6.0, VARIANT: 5.0, SHORT: 3.0, ALTERED: 2.0}
#: What a match must overcome: that something else was paid.
SOMETHING_ELSE = 6.0

#: Who wins when two receipts want one item, before probability has a say.
BY_CITATION, BY_NOTICE, BY_SHORT, BY_AMOUNT = 3, 2, 1, 0


@dataclass(frozen=True)
class Reading:
    """A receipt with what was understood of it: payer, citations.

    ``amount`` is in ``currency``: the amount ordered when the bank tells it in
    another currency than that of the account, else the receipt's.
    """

    receipt: object
    payer: Payer
    hits: tuple = ()
    texts: tuple = ()
    amount: int = 0
    currency: str = ""

    @property
    def cited(self):
        """Documents that the whole numbers may mean."""
        return frozenset(d for hit in self.hits for d in hit.documents)


@dataclass(frozen=True)
class Hypothesis:
    """Items and how much of each; weights are log-odds.

    :ivar cite: from what the payer wrote
    :ivar fit: from how well the amount fits, less the accidents to be expected
    :ivar payer: from who paid
    :ivar against: what contradicts it
    :ivar sure: no part of it is a guess, so that it may be booked
    """

    rule: str
    parts: tuple
    cite: float = 0.0
    fit: float = 0.0
    payer: float = 0.0
    against: float = 0.0
    tier: int = BY_AMOUNT
    gap_kind: GapKind = GapKind.NONE
    gap: int = 0
    short: int = 0
    written_off: int = 0
    gap_parts: tuple = ()
    sure: bool = True
    evidence: tuple = ()
    vetoes: tuple = ()
    notices: tuple = ()

    @property
    def weight(self):
        return self.cite + self.fit + self.payer - self.against - SOMETHING_ELSE

    @property
    def key(self):
        """What would be booked: the same from two rules is one hypothesis."""
        parts = tuple(sorted((item.id, amount) for item, amount in self.parts))
        return parts, self.written_off

    @property
    def items(self):
        return [item for item, _amount in self.parts]

    @property
    def partners(self):
        return {item.partner for item, _amount in self.parts}

    @property
    def allocations(self):
        return tuple(Allocation(item.id, amount) for item, amount in self.parts)

    def but(self, **changes):
        return replace(self, **changes)


def whole(items):
    """:return: parts that pay these items in full"""
    return tuple((item, item.residual) for item in items)


def spread(items, amount):
    """Credits first, then the oldest due, never more than is open of each."""
    parts = [(item, item.residual) for item in items if item.residual < 0]
    left = amount - sum(residual for _item, residual in parts)
    debits = [item for item in items if item.residual > 0]
    for item in sorted(debits, key=lambda item: (item.due, item.id)):
        part = min(item.residual, left)
        if part > 0:
            parts.append((item, part))
            left -= part
    return tuple(parts)


def with_gap(reading, rule, items, gap, **values):
    """A hypothesis over these items whose difference one gap explains."""
    owed = sum(item.residual for item in items)
    closing = gap.written_off or gap.kind is GapKind.NONE
    parts = whole(items) if closing else spread(items, reading.amount)
    used = sum(amount for _item, amount in parts)
    if used <= 0 or not parts:
        return None
    told = (gap.why,) if gap.why else ()
    if gap.kind is GapKind.NONE:
        money = {"cents": used, "currency": reading.currency}
        told = (reason("letter_sum_exact", amount=money),)
    evidence = (*values.pop("evidence", ()), *told)
    return Hypothesis(
        rule,
        parts,
        fit=gap.weight,
        gap_kind=gap.kind,
        gap=reading.amount + gap.written_off - used,
        short=0 if closing else max(owed - reading.amount, 0),
        written_off=gap.written_off,
        gap_parts=gap.parts,
        sure=gap.sure,
        evidence=evidence,
        **values,
    )
