"""What the matcher is given and what it answers. Plain, frozen, free of Odoo.

Amounts are integers in the minor unit of their currency (cents); currencies,
partners, items and documents are opaque identifiers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import Enum


class Decision(str, Enum):
    """What to do with a receipt."""

    AUTO = "auto"
    PROPOSE = "propose"
    LEAVE = "leave"


class GapKind(str, Enum):
    """Why the receipt is not the sum of what it pays.

    ``cents``, ``discount`` and ``fee`` are written off; ``retention``, ``deduction``
    and ``partial`` stay open on the items; ``interest`` and ``over`` leave money
    unapplied; ``currency`` is the rate of another day.
    """

    NONE = "none"
    CENTS = "cents"
    DISCOUNT = "discount"
    FEE = "fee"
    RETENTION = "retention"
    DEDUCTION = "deduction"
    INTEREST = "interest"
    CURRENCY = "currency"
    PARTIAL = "partial"
    OVER = "over"


class Confidence(str, Enum):
    """How much the evidence carries; not a probability."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True)
class Item:
    """An open instalment of an invoice, or an open credit.

    ``residual`` is signed: positive is owed by the customer, negative is a credit.
    ``partner`` is the customer (commercial entity); ``account`` the receivable
    account; ``disputed`` whether any part of it is in dispute; ``issued`` the day of
    its document. ``discount`` is what an untouched invoice allows to be deducted when
    it is paid by ``discount_until``.
    """

    id: int
    document: int
    partner: int
    residual: int
    currency: str
    due: date
    account: int = 0
    disputed: bool = False
    issued: date | None = None
    discount: int = 0
    discount_until: date | None = None


@dataclass(frozen=True)
class Receipt:
    """Money in: one bank line and the evidence that came with it.

    ``texts`` are (source, text) pairs, e.g. ``("label", "VIR FAC 12")``;
    ``partner`` is a customer that a person set on the line. ``fees`` were kept by the
    bank; ``original_amount`` is what the payer ordered in ``original_currency``;
    ``category`` the bank's own word for the transaction.
    """

    id: int
    amount: int
    currency: str
    date: date
    texts: tuple[tuple[str, str], ...] = ()
    structured: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    payer_account: str = ""
    payer_name: str = ""
    ultimate_debtor: str = ""
    partner: int | None = None
    fees: int = 0
    original_amount: int | None = None
    original_currency: str = ""
    category: str = ""


@dataclass(frozen=True)
class Notice:
    """An announced payment; ``parts`` are (item, amount) pairs.

    ``reference`` is what its author will write on the transfer; ``platform`` tells
    that a buyer's platform announced it, so that a public accountant may pay it
    together with others.
    """

    id: int
    partner: int
    amount: int
    currency: str
    expected: date
    parts: tuple[tuple[int, int], ...] = ()
    reference: str = ""
    platform: bool = False


@dataclass(frozen=True)
class Paid:
    """A receipt booked before: the same amount again may be a double payment."""

    partner: int
    amount: int
    currency: str
    date: date


@dataclass(frozen=True)
class Tolerances:
    """How much a typed gap may be, in minor units, and days of grace for escompte.

    ``parts``: a payer's part of the one invoice that he names is booked on it, and
    the rest stays open.
    """

    cents: int = 100
    fee: int = 3000
    discount_days: int = 5
    parts: bool = False


@dataclass(frozen=True)
class Ledger:
    """Everything that one company's receipts may be matched with.

    ``closed`` maps documents that are paid already to their customer. ``accounts``
    maps compact bank account numbers, ``names`` name keys, to the customers that
    have them (more than one: the evidence does not tell). ``pays_for`` maps a
    customer to those whose invoices it also pays. ``paid`` are recent receipts.
    ``memory`` is a :class:`.memory.Memory`, ``calibration`` a
    :class:`.calibration.Calibration`, from what people validated; a match is booked
    from probability ``threshold`` up. ``rates`` tells how many minor units of the
    receipts' currency one minor unit of another currency is worth.
    """

    items: tuple[Item, ...]
    documents: tuple  # of references.Document, open and closed
    closed: dict[int, int] = field(default_factory=dict)
    accounts: dict[str, frozenset] = field(default_factory=dict)
    names: dict[str, frozenset] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()
    pays_for: dict[int, frozenset] = field(default_factory=dict)
    paid: tuple[Paid, ...] = ()
    tolerances: Tolerances = Tolerances()
    memory: object = None
    calibration: object = None
    threshold: float = 0.995
    rates: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Reason:
    """A code of the reason registry and the values its sentence takes.

    Values are text, numbers, ``{"cents", "currency"}``, or references that the
    caller names before showing them: ``{"document": id}``, ``{"partner": id}``,
    ``{"receipt": id}``.
    """

    code: str
    params: tuple[tuple[str, object], ...] = ()


def reason(code, **params):
    """:return: a :class:`Reason`; parameters in a fixed order, so that it compares."""
    return Reason(code, tuple(sorted(params.items())))


@dataclass(frozen=True)
class Allocation:
    """The part of a receipt that pays one item (negative: a credit consumed)."""

    item: int
    amount: int


@dataclass(frozen=True)
class Outcome:
    """The answer for one receipt.

    Allocations sum up to the receipt, plus ``written_off``, minus ``gap``: what is
    received beyond what is allocated. ``short`` is what stays open of the items.
    ``written_off`` closes items for more than was received (negative: less), as
    ``gap_parts`` share it. All are in ``currency``, the receipt's or that of the
    amount ordered. ``probability`` is that of the allocations being right,
    ``raw`` the same before the company's own history corrected it. ``tier`` is the
    strength of the evidence by which receipts compete for an item.
    ``evidence`` speaks for them, ``vetoes`` are why a person must look, ``reasons``
    why nothing is proposed. ``alternatives`` are other outcomes, the likelier first.
    """

    receipt: int
    decision: Decision
    rule: str
    partner: int | None = None
    confidence: Confidence | None = None
    allocations: tuple[Allocation, ...] = ()
    gap: int = 0
    short: int = 0
    evidence: tuple[Reason, ...] = ()
    vetoes: tuple[Reason, ...] = ()
    reasons: tuple[Reason, ...] = ()
    notice: int | None = None
    notices: tuple[int, ...] = ()
    probability: float = 0.0
    raw: float = 0.0
    gap_kind: GapKind = GapKind.NONE
    written_off: int = 0
    gap_parts: tuple[Allocation, ...] = ()
    currency: str = ""
    alternatives: tuple[Outcome, ...] = ()
    tier: int = 0


def refused(outcome, why):
    """:return: the receipt of an outcome, left because of ``why``"""
    return Outcome(
        outcome.receipt,
        Decision.LEAVE,
        outcome.rule,
        outcome.partner,
        evidence=outcome.evidence,
        reasons=(why, *outcome.vetoes),
        currency=outcome.currency,
    )
