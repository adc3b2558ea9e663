"""Why a receipt is not what the items that it names are owed.

Every explanation has its own limit, never a percentage of everything: a few cents,
the escompte that the invoice grants, a fee of the bank. What no limit covers stays
open on the items, or unapplied on the account, and a person decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from .facts import Allocation, GapKind, reason
from .part import ROUND_FEE

#: Percentages that construction contracts keep back.
RETENTIONS = (5, 10)
#: The indemnity for recovery costs of one late invoice, in cents (L441-10).
INDEMNITY = 4000
#: Beyond this share, what is too much is not interest.
INTEREST_SHARE = 0.15
#: Cents are a tolerance of rounding, not a discount on small invoices.
CENTS_SHARE = 0.02


@dataclass(frozen=True)
class Gap:
    """One explanation: ``weight`` in log-odds, ``sure`` when nothing is guessed."""

    kind: GapKind
    weight: float
    written_off: int = 0
    parts: tuple = ()
    sure: bool = False
    why: object = None


#: Nothing to explain: the amount is the sum of the items.
EXACT = Gap(GapKind.NONE, 7.0, sure=True)


def explain(items, amount, receipt, tolerances):
    """Every way to explain that ``amount`` is not the sum of ``items``.

    :param items: items that the payer named
    :param int amount: what he paid, in the currency of the items
    :param facts.Receipt receipt: its date, and fees told by the bank
    :param facts.Tolerances tolerances: the limits
    :rtype: list[Gap]
    """
    owed = sum(item.residual for item in items)
    short = owed - amount
    if not short:
        return [EXACT]
    money = _money(items)
    if short < 0:
        return [_over(-short, owed, items, tolerances, money)]
    found = [
        _discount(short, items, receipt, tolerances, money),
        _fee(short, items, receipt, tolerances, money),
        _cents(short, items, tolerances, money),
        _retention(short, items, owed, money),
    ]
    found = [gap for gap in found if gap]
    if not any(gap.sure for gap in found):
        found.append(_open(short, owed, amount, money))
    return found


def _money(items):
    """Amounts are in the currency of the items, which is one."""
    currency = items[0].currency
    return lambda cents: {"cents": cents, "currency": currency}


def _largest(items):
    return max(items, key=lambda item: (item.residual, -item.id))


def _cents(short, items, tolerances, money):
    owed = sum(item.residual for item in items)
    if abs(short) > tolerances.cents or abs(short) > owed * CENTS_SHARE:
        return None
    parts = (Allocation(_largest(items).id, short),)
    why = reason("letter_gap_cents", amount=money(abs(short)))
    return Gap(GapKind.CENTS, 6.0, short, parts, sure=True, why=why)


def _discount(short, items, receipt, tolerances, money):
    grace = timedelta(days=tolerances.discount_days)
    granted = [
        item
        for item in items
        if item.discount
        and item.discount_until
        and receipt.date <= item.discount_until + grace
    ]
    total = sum(item.discount for item in granted)
    # One cent of rounding for each invoice.
    if not granted or abs(total - short) > len(granted):
        return None
    parts = [Allocation(item.id, item.discount) for item in granted]
    last = parts[-1]
    parts[-1] = Allocation(last.item, last.amount + short - total)
    late = any(receipt.date > item.discount_until for item in granted)
    why = reason("letter_gap_discount", amount=money(short))
    if late:
        return Gap(GapKind.DISCOUNT, 4.5, short, tuple(parts), why=why)
    return Gap(GapKind.DISCOUNT, 6.5, short, tuple(parts), sure=True, why=why)


def _fee(short, items, receipt, tolerances, money):
    parts = (Allocation(_largest(items).id, short),)
    if receipt.fees and receipt.fees == short:
        why = reason("letter_gap_fee_told", amount=money(short))
        return Gap(GapKind.FEE, 6.5, short, parts, sure=True, why=why)
    if not tolerances.cents < short <= tolerances.fee:
        return None
    why = reason("letter_gap_fee", amount=money(short))
    # Banks charge round sums, and foreign payers are charged more often.
    abroad = receipt.payer_account[:2].isalpha() and receipt.payer_account[:2] != "FR"
    weight = (short % ROUND_FEE == 0) * 0.25 + abroad * 2.0
    return Gap(GapKind.FEE, weight, short, parts, why=why)


def _retention(short, items, owed, money):
    for percent in RETENTIONS:
        kept = owed * percent / 100
        if abs(short - kept) <= max(len(items), 1):
            why = reason("letter_gap_retention", amount=money(short), percent=percent)
            return Gap(GapKind.RETENTION, 3.5, why=why)
    return None


def _open(short, owed, amount, money):
    """A part is paid: a round one on account, otherwise something was deducted."""
    round_part = amount % 10000 == 0 or owed in (2 * amount, 3 * amount)
    kind = GapKind.PARTIAL
    if not round_part and short * 4 < owed:
        kind = GapKind.DEDUCTION
    why = reason(f"letter_gap_{kind.value}", amount=money(short))
    return Gap(kind, 0.5, why=why)


def _over(more, owed, items, tolerances, money):
    cents = _cents(-more, items, tolerances, money)
    if cents:
        return cents
    accessory = any(
        0 <= more - INDEMNITY * n <= owed * INTEREST_SHARE
        for n in range(len(items) + 1)
    )
    kind = GapKind.INTEREST if accessory and more >= INDEMNITY else GapKind.OVER
    return Gap(kind, 0.0, why=reason(f"letter_gap_{kind.value}", amount=money(more)))
