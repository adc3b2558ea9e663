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
    account; ``disputed`` whether any part of it is in dispute.
    """

    id: int
    document: int
    partner: int
    residual: int
    currency: str
    due: date
    account: int = 0
    disputed: bool = False


@dataclass(frozen=True)
class Receipt:
    """Money in: one bank line and the evidence that came with it.

    ``texts`` are (source, text) pairs, e.g. ``("label", "VIR FAC 12")``;
    ``partner`` is a customer that a person set on the line.
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


@dataclass(frozen=True)
class Notice:
    """An announced payment; ``parts`` are (item, amount) pairs."""

    id: int
    partner: int
    amount: int
    currency: str
    expected: date
    parts: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Ledger:
    """Everything that one company's receipts may be matched with.

    ``closed`` maps documents that are paid already to their customer. ``accounts``
    maps compact bank account numbers, ``names`` name keys, to the customers that
    have them (more than one: the evidence does not tell).
    """

    items: tuple[Item, ...]
    documents: tuple  # of references.Document, open and closed
    closed: dict[int, int] = field(default_factory=dict)
    accounts: dict[str, frozenset] = field(default_factory=dict)
    names: dict[str, frozenset] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()


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

    ``gap`` is the receipt minus what is allocated: positive, money is left over;
    ``short`` is what the cited items are owed beyond the receipt. ``evidence``
    speaks for the allocations, ``vetoes`` are why a person must look, ``reasons``
    why nothing is proposed.
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
