"""Read French CFONB 120 account statements into :mod:`.statement`.

Records of 120 characters: 01 opening balance, 04 movement, 05 complements of the
movement before, 07 closing balance. The last character of an amount carries its last
digit and its sign. A complement is named by its qualifier: the payer's name, his
text, references, the amount in another currency, fees.

Source: CFONB, "Relevé de compte sur support informatique" (July 2004) and the
qualifiers for credit transfers of August 2007.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

from .normalise import compact, end_to_end, squeeze
from .statement import (
    MAX_BYTES,
    MAX_ENTRIES,
    MAX_PROBLEMS,
    ZERO,
    Money,
    Problem,
    Statement,
    StatementFile,
    StatementFileError,
    StructuredReference,
    Transaction,
    check_size,
    decode,
    with_keys,
)

MAX_COMPLEMENTS = 60
SIZE = 120
AMOUNT_END = 104

_RECORD = re.compile(r"0[1457](?:\d{5}|[ ]{5})")
#: Last character of an amount -> (digit, sign). French ISO 646 writes é and è for
#: the braces.
_SIGNS = {
    **{char: (n, 1) for n, char in enumerate("{ABCDEFGHI")},
    **{char: (n, -1) for n, char in enumerate("}JKLMNOPQR")},
    "é": (0, 1),
    "è": (0, -1),
}
#: Qualifiers with a field of their own in a :class:`Transaction`.
_MAPPED = frozenset("LIB LCC LC2 LCS RCN REF NPY NPO NBE NBU RUM MMO FEE".split())


class _RecordError(Exception):
    def __init__(self, code, detail=""):
        super().__init__(code, detail)
        self.code, self.detail = code, detail


def parse(content, *, max_bytes=MAX_BYTES, max_entries=MAX_ENTRIES):
    """Read a CFONB 120 file, one statement per account and period.

    A movement that cannot be read is left out and named in ``problems``.

    :param bytes content: the file
    :rtype: StatementFile
    :raise StatementFileError: ``empty``, ``too_large``, ``not_cfonb``, ``truncated``,
        ``too_many_entries``, ``no_statement``
    """
    check_size(content, max_bytes)
    if not _RECORD.match(content.lstrip(b"\xef\xbb\xbf\r\n ")[:7].decode("latin-1")):
        raise StatementFileError("not_cfonb")
    reader = _Reader(max_entries)
    for number, line in enumerate(_lines(decode(content)), start=1):
        if line.strip():
            reader.take(number, line)
    return reader.result()


def _lines(text):
    """Records, also of a file that was written without line ends."""
    text = text.lstrip("\ufeff")
    if "\n" in text or "\r" in text or len(text) <= SIZE + 8:
        return text.splitlines()
    return [text[start : start + SIZE] for start in range(0, len(text), SIZE)]


class _Reader:
    def __init__(self, max_entries):
        self.max_entries = max_entries
        self.statements = []
        self.problems = []
        self.count = 0
        self.number = 0
        self._entries = 0
        self._statement = None
        self._transactions = []
        self._movement = None
        self._complements = []
        self._skipping = False
        self._cut = False

    def take(self, number, line):
        self.number = number
        kind, line = line[:2], line.rstrip("\r\n\x1a").ljust(SIZE)
        self._cut = kind != "05" and len(line.rstrip()) < AMOUNT_END
        if kind == "05":
            if self._movement and len(self._complements) < MAX_COMPLEMENTS:
                self._complements.append((line[45:48], line[48:118]))
            elif not self._movement and not self._skipping:
                self._problem("orphan_complement", detail=str(number), fatal=False)
            return
        self._end_movement()
        if kind == "01":
            self._open(line)
        elif kind == "04":
            self._movement_record(line)
        elif kind == "07":
            self._close(line)
        else:
            self._problem("unknown_record", detail=f"{number}: {line[:12].strip()}")

    def result(self):
        self._end_movement()
        if self._statement or self._cut:
            raise StatementFileError("truncated", line=self.number)
        if not self.statements:
            raise StatementFileError("no_statement")
        return StatementFile(
            kind="cfonb120",
            version="2007",
            statements=with_keys(self.statements),
            problems=tuple(self.problems),
        )

    # Records -------------------------------------------------------------------

    def _open(self, line):
        if self._statement:
            self._problem("no_closing", entry=False, fatal=False)
            self._keep()
        self._begin(line)
        self._entries = 0
        self._balance(line, "opening")

    def _begin(self, line):
        self._statement = Statement(
            identifier="", account=_account(line), currency=_currency(line)
        )

    def _close(self, line):
        if not self._statement:
            self._begin(line)
        self._balance(line, "closing")
        self._keep()

    def _balance(self, line, name):
        try:
            told = {name: _amount(line), f"{name}_date": _day(line[34:40])}
            self._statement = replace(self._statement, **told)
        except _RecordError as error:
            self._problem(
                "unreadable_balance", detail=error.detail, entry=False, fatal=False
            )

    def _keep(self):
        statement = replace(self._statement, transactions=tuple(self._transactions))
        day = statement.closing_date or statement.opening_date
        name = f"{statement.account} {day.isoformat() if day else ''}".strip()
        self.statements.append(replace(statement, identifier=name))
        self._statement, self._transactions = None, []

    def _movement_record(self, line):
        self.count += 1
        self._entries += 1
        if self.count > self.max_entries:
            raise StatementFileError("too_many_entries", limit=self.max_entries)
        if not self._statement:
            self._begin(line)
        self._skipping = False
        try:
            self._movement = self._read_movement(line)
        except _RecordError as error:
            self._skipping = True
            self._problem(error.code, detail=error.detail)

    def _read_movement(self, line):
        # Some banks write their own code otherwise in a movement: the number tells.
        if _account(line)[-11:] != self._statement.account[-11:]:
            raise _RecordError("account_differs", _account(line))
        if _currency(line) != self._statement.currency:
            raise _RecordError("currency_differs", _currency(line))
        return Transaction(
            amount=_amount(line),
            currency=_currency(line),
            booking_date=_day(line[34:40]),
            value_date=_day(line[42:48], missing=True),
            entry_reference=_number(line[81:88]),
            bank_reference=end_to_end(line[104:120]),
            free_text=squeeze(line[48:79]),
            bank_category="/".join(
                filter(None, (line[32:34].strip(), line[7:11].strip()))
            ),
            return_reason=line[40:42].strip(),
            position=(len(self.statements) + 1, self._entries),
        )

    def _end_movement(self):
        if self._movement:
            transaction, broken = _complete(self._movement, self._complements)
            for qualifier, value in broken:
                self._problem(
                    "complement_unreadable", detail=f"{qualifier} {value}", fatal=False
                )
            self._transactions.append(transaction)
        self._movement, self._complements = None, []

    def _problem(self, code, *, detail="", entry=True, fatal=True):
        if len(self.problems) < MAX_PROBLEMS:
            place = (len(self.statements) + 1, self._entries if entry else 0)
            self.problems.append(Problem(code, *place, detail=detail, fatal=fatal))


# Complements ------------------------------------------------------------------------


def _complete(movement, complements):
    """Give a movement what its 05 records say.

    :return: the movement, and (qualifier, text) of amounts that cannot be read
    """
    told, extra = {}, []
    for qualifier, text in complements:
        text = text.rstrip()
        if qualifier in _MAPPED:
            known = told.setdefault(qualifier, [])
            if text.strip() and text not in known:
                known.append(text)
        elif text.strip():
            extra.append((qualifier.strip(), squeeze(text)))
    amounts, broken = _amounts(movement, told)
    vals = {**_parties(movement, told), **_texts(movement, told), **amounts}
    named = dict(extra)
    if named.get("RET"):
        vals["return_reason"] = named["RET"][:4].strip()
    if named.get("CBE") and movement.amount < 0:
        vals["payer_account"] = compact(named["CBE"])[:34]
    return replace(movement, **vals, extra=tuple(extra)), broken


def _amounts(movement, told):
    """What the bank kept, and the amount ordered in another currency."""
    vals, broken = {}, []
    for qualifier in ("MMO", "FEE"):
        for text in told.get(qualifier, ()):
            money = _money(text)
            if money is None:
                broken.append((qualifier, squeeze(text)))
            elif qualifier == "FEE" and money.currency == movement.currency:
                vals["fees"] = vals.get("fees", ZERO) + money.amount
            elif qualifier == "MMO" and money.currency != movement.currency:
                sign = -1 if movement.amount < 0 else 1
                vals["original"] = Money(money.amount * sign, money.currency)
    return vals, broken


def _parties(movement, told):
    """Payer of money in, beneficiary of money out; the other one when alone."""

    def name(*qualifiers):
        found = (told.get(q) for q in qualifiers)
        return next((squeeze(texts[0]) for texts in found if texts), "")

    incoming = movement.amount > 0
    own = ("NPY", "NBE") if incoming else ("NBE", "NPY")
    ultimate = "NPO" if incoming else "NBU"
    return {"payer_name": name(*own), "ultimate_debtor": name(ultimate)}


def _texts(movement, told):
    """The payer's words before the bank's; references apart."""
    label = movement.free_text
    # One text of 140 characters in two records: a word may be cut between them.
    client = squeeze(
        "".join(text.ljust(70) for q in ("LCC", "LC2") for text in told.get(q, ()))
    )
    bank = [label] if label else []
    for text in map(squeeze, told.get("LIB", ())):
        if text not in bank:
            bank.append(text)
    client_reference = told.get("RCN", [""])[0].ljust(70)
    purpose = squeeze(client_reference[35:])
    bank_text = squeeze(" ".join(bank))
    reference = squeeze(" ".join(told.get("REF", ())))
    return {
        "free_text": client or bank_text,
        "additional_info": squeeze(f"{bank_text} {purpose}"),
        "end_to_end": end_to_end(client_reference[:35]),
        "structured": tuple(
            StructuredReference(squeeze(text), "LCS") for text in told.get("LCS", ())
        ),
        "bank_reference": end_to_end(reference) or movement.bank_reference,
        "mandate": squeeze(told.get("RUM", [""])[0][:35]),
    }


def _money(text):
    """Currency (3), decimals (1), amount (14 digits) of an MMO or FEE complement."""
    text = text.ljust(18)
    currency, decimals, digits = text[:3], text[3], text[4:18].strip()
    if not re.fullmatch(r"[A-Z]{3}", currency) or not decimals.isdigit():
        return None
    if not re.fullmatch(r"[0-9]+", digits):
        return None
    return Money(Decimal(digits).scaleb(-int(decimals)), currency)


# Values ---------------------------------------------------------------------------


def _account(line):
    """Bank, branch and account: what an IBAN holds between its check and its key."""
    return compact(line[2:7] + line[11:16] + line[21:32])


def _currency(line):
    return line[16:19].strip().upper()


def _number(text):
    text = text.strip()
    return "" if not text.strip("0") else text


def _amount(line):
    text, decimals = line[90:104], line[19]
    digits, last = text[:-1].strip(), text[-1]
    if last not in _SIGNS or not re.fullmatch(r"[0-9]*", digits):
        raise _RecordError("bad_amount", text.strip())
    if decimals not in "0123456789":
        raise _RecordError("bad_amount", f"{text.strip()} ({decimals})")
    unit, sign = _SIGNS[last]
    return Decimal(sign * (int(digits or 0) * 10 + unit)).scaleb(-int(decimals))


def _day(text, *, missing=False):
    if missing and not text.strip(" 0"):
        return None
    if not re.fullmatch(r"[0-9]{6}", text):
        raise _RecordError("bad_date", text.strip())
    try:
        return date(2000 + int(text[4:]), int(text[2:4]), int(text[:2]))
    except ValueError:
        raise _RecordError("bad_date", text) from None
