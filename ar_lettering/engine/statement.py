"""What a bank statement file says, whatever its format.

Every parser (:mod:`.camt`, :mod:`.cfonb120`, :mod:`.mt940_file`, :mod:`.ofx_file`)
returns a :class:`StatementFile`. The classes are
frozen: evidence is read once and never edited.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

ZERO = Decimal(0)
#: Bounds of every parser: bytes and entries of a file, problems told of it, letters of
#: a text that is kept.
MAX_BYTES = 64 * 1024 * 1024
MAX_ENTRIES = 250_000
MAX_PROBLEMS = 200
MAX_TEXT = 2000


class StatementFileError(Exception):
    """The file as a whole cannot be read.

    :param str code: stable machine code, e.g. ``truncated``
    :param params: values that a message about the code may use
    """

    def __init__(self, code, **params):
        super().__init__(code, params)
        self.code = code
        self.params = params


@dataclass(frozen=True)
class Problem:
    """Something of the file that was not taken as it stands.

    ``statement`` and ``entry`` count from 1 (0: the file or statement itself).
    ``fatal`` means the entry was left out.
    """

    code: str
    statement: int = 0
    entry: int = 0
    reference: str = ""
    detail: str = ""
    fatal: bool = True


@dataclass(frozen=True)
class Money:
    """A signed amount in a currency (ISO 4217 code)."""

    amount: Decimal
    currency: str


@dataclass(frozen=True)
class ReferredDocument:
    """A document that the payer names in structured remittance information.

    ``kind`` is the bank's code (CINV invoice, CREN credit note); ``amount`` is the
    part paid, negative for a credit note, None when not told.
    """

    number: str
    kind: str = ""
    amount: Decimal | None = None
    currency: str = ""
    date: date | None = None


@dataclass(frozen=True)
class StructuredReference:
    """A creditor reference and its type code (SCOR is ISO 11649 or national)."""

    reference: str
    kind: str = ""


@dataclass(frozen=True)
class Transaction:
    """One movement to become one bank line.

    ``amount`` is signed (money in is positive), in the account's currency.
    ``payer_name`` is the other party: the debtor of money in, the creditor of money
    out. ``fees`` is what the bank kept, as a positive amount. ``extra`` holds what a
    format tells beyond these fields, by the bank's own code. ``entry_amount`` is the
    amount of the entry that a payment was split from, ``batch_reference`` the bank's
    reference of that entry, the same in its statement and in its notification.
    """

    amount: Decimal
    currency: str
    booking_date: date
    value_date: date | None = None
    payer_name: str = ""
    ultimate_debtor: str = ""
    payer_account: str = ""
    end_to_end: str = ""
    mandate: str = ""
    bank_reference: str = ""
    entry_reference: str = ""
    structured: tuple[StructuredReference, ...] = ()
    documents: tuple[ReferredDocument, ...] = ()
    free_text: str = ""
    additional_info: str = ""
    bank_category: str = ""
    return_reason: str = ""
    fees: Decimal = ZERO
    original: Money | None = None
    is_reversal: bool = False
    batch_size: int = 1
    position: tuple[int, int] = (0, 0)
    key: str = ""
    extra: tuple[tuple[str, str], ...] = ()
    entry_amount: Decimal | None = None
    batch_reference: str = ""


@dataclass(frozen=True)
class Statement:
    """One statement of one account, with its booked movements."""

    identifier: str
    account: str
    currency: str
    transactions: tuple[Transaction, ...] = ()
    opening: Decimal | None = None
    closing: Decimal | None = None
    opening_date: date | None = None
    closing_date: date | None = None
    number: str = ""
    pending: int = 0

    @property
    def total(self):
        """Signed sum of the movements, in the account's currency."""
        return sum((tx.amount for tx in self.transactions), ZERO)

    @property
    def balance_gap(self):
        """Closing minus (opening plus movements); None when a balance is missing."""
        if self.opening is None or self.closing is None:
            return None
        return self.closing - self.opening - self.total


@dataclass(frozen=True)
class StatementFile:
    """The readable content of a file and what was wrong with the rest."""

    kind: str
    version: str
    identifier: str = ""
    statements: tuple[Statement, ...] = ()
    problems: tuple[Problem, ...] = field(default=())


def check_size(content, max_bytes):
    """Refuse a file that holds nothing, or too much to read at once.

    :raise StatementFileError: ``empty`` or ``too_large``
    """
    if not content.strip():
        raise StatementFileError("empty")
    if len(content) > max_bytes:
        raise StatementFileError(
            "too_large", size=len(content) // 2**20, limit=max_bytes // 2**20
        )


def decode(content):
    """:return: the text of a file without a declared encoding, as banks write it"""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _fingerprint(account, tx):
    """Hash what identifies a movement, whichever file it arrives in."""
    original = (str(tx.original.amount), tx.original.currency) if tx.original else ()
    parts = (
        account,
        tx.booking_date.isoformat(),
        tx.value_date.isoformat() if tx.value_date else "",
        # Banks write 10, 10.0 or 10.00 for the same amount.
        format(tx.amount.normalize(), "f"),
        tx.currency,
        tx.bank_reference,
        tx.end_to_end,
        tx.payer_name,
        tx.payer_account,
        tx.free_text,
        *(ref.reference for ref in tx.structured),
        *(doc.number for doc in tx.documents),
        *original,
    )
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]


def with_keys(statements):
    """Give each movement a key that is the same in every file that tells it.

    Neither the statement's number nor the position takes part, so a movement keeps
    its key when a bank sends it again in another file. Equal movements of one
    account are told apart by their rank, in file order.

    :param statements: iterable of :class:`Statement`
    :return: the same statements with ``key`` set on each transaction
    :rtype: tuple[Statement, ...]
    """
    ranks = Counter()
    result = []
    for statement in statements:
        keyed = []
        for tx in statement.transactions:
            print_ = _fingerprint(statement.account, tx)
            ranks[print_] += 1
            keyed.append(replace(tx, key=f"{print_}-{ranks[print_]}"))
        result.append(replace(statement, transactions=tuple(keyed)))
    return tuple(result)
