"""Read OFX bank statements (1.x SGML and 2.x XML) into :mod:`.statement`.

The library ``ofxparse`` reads the message; it is given the text in an encoding that
it can read, since it refuses most that banks declare, and XML as the older notation.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO

from ofxparse import OfxParser

from .normalise import compact, squeeze
from .statement import (
    MAX_BYTES,
    MAX_ENTRIES,
    MAX_PROBLEMS,
    MAX_TEXT,
    Problem,
    Statement,
    StatementFile,
    StatementFileError,
    Transaction,
    check_size,
    decode,
    with_keys,
)

#: The library keeps a tree of everything: above this, pieces are read one by one.
CHUNK = 2_000

_HEADER = "OFXHEADER:100\nDATA:OFXSGML\nENCODING:UTF-8\nCHARSET:NONE\n\n"
_START = re.compile(r"<OFX\s*>", re.IGNORECASE)
_ENTRY = re.compile(
    r"<STMTTRN>.*?(?:</STMTTRN>|(?=<STMTTRN>|</BANKTRANLIST>))", re.I | re.S
)
_LIST = re.compile(r"(<BANKTRANLIST>)(.*?)(</BANKTRANLIST>)", re.I | re.S)
_STATEMENT = re.compile(r"<(STMTTRNRS|CCSTMTTRNRS)>.*?</\1>", re.I | re.S)
#: Elements that begin one in the other, without a word in between.
_NESTED = re.compile(r"(?:<[A-Z][A-Z0-9.]*>\s*){50}", re.I)
_TAG = re.compile(r"<(NAME|FITID|DTPOSTED|TRNAMT)>([^<\r\n]*)", re.I)


def parse(content, *, max_bytes=MAX_BYTES, max_entries=MAX_ENTRIES):
    """Read an OFX file.

    OFX tells a closing balance and no opening one: sums cannot be checked.

    :param bytes content: the file
    :rtype: StatementFile
    :raise StatementFileError: ``empty``, ``too_large``, ``not_ofx``, ``truncated``,
        ``forbidden_markup``, ``too_deep``, ``too_many_entries``, ``no_statement``,
        ``broken_message``
    """
    check_size(content, max_bytes)
    text, version = _text(content)
    if _NESTED.search(text):
        # The library's tree costs more with every level; a statement has eight.
        raise StatementFileError("too_deep")
    if len(re.findall("<STMTTRN>", text, re.I)) > max_entries:
        raise StatementFileError("too_many_entries", limit=max_entries)
    problems, statements = [], []
    for found in _STATEMENT.finditer(text):
        statements.append(_statement(found[0], len(statements) + 1, problems))
    if not statements:
        raise StatementFileError("no_statement")
    return StatementFile(
        kind="ofx",
        version=version,
        statements=with_keys(statements),
        problems=tuple(problems),
    )


def _text(content):
    """The message from ``<OFX>`` on, and its version."""
    head = content[:4000].decode("latin-1")
    start = _START.search(head)
    if not start:
        raise StatementFileError("not_ofx")
    if re.search(r"<!DOCTYPE|<!ENTITY", head, re.I):
        raise StatementFileError("forbidden_markup")
    # XML has a version of its own, before.
    declared = re.findall(r"""VERSION[:=]"?(\d+)""", head[: start.start()], re.I)
    text = decode(content)
    start = _START.search(text)
    if "</OFX>" not in text[-2000:].upper():
        raise StatementFileError("truncated", line=text.count("\n") + 1)
    return text[start.start() :], declared[-1] if declared else ""


def _statement(text, position, problems):
    """One account: its frame once, its movements in pieces."""
    movements = _LIST.search(text)
    entries = _ENTRY.findall(movements[2]) if movements else []
    # What stands before the first movement is the period.
    frame = _LIST.sub(_period, text, count=1)
    account = _account(frame, position)
    found = account.statement
    transactions, number = [], 0
    for start in range(0, len(entries), CHUNK):
        piece = entries[start : start + CHUNK]
        read = _movements(frame, piece)
        for raw, entry in zip(piece, read, strict=True):
            number += 1
            if entry is None:
                if len(problems) < MAX_PROBLEMS:
                    problems.append(_problem(raw, position, number))
                continue
            currency = (found.currency or "").upper()
            transactions.append(_transaction(entry, currency, (position, number)))
    closing = getattr(found, "balance", None)
    day = _day(getattr(found, "balance_date", None)) or _day(found.end_date)
    own = _number(account)
    return Statement(
        identifier=f"{own} {day or ''}".strip(),
        account=own,
        currency=(found.currency or "").upper(),
        transactions=tuple(transactions),
        closing=closing if isinstance(closing, Decimal) else None,
        opening_date=_day(found.start_date),
        closing_date=day,
    )


def _period(found):
    return (
        found[1] + re.split("<STMTTRN>", found[2], maxsplit=1, flags=re.I)[0] + found[3]
    )


def _number(account):
    """Bank, branch and account when all are told as French banks do."""
    parts = (account.routing_number or "", account.branch_id or "")
    own = compact(account.account_id)
    if all(re.fullmatch(r"\d{5}", part) for part in parts) and len(own) == 11:
        return "".join(parts) + own
    return own


def _account(frame, position):
    with suppress(*_ERRORS):
        accounts = _parse(frame)
        if accounts and accounts[0].statement:
            return accounts[0]
    raise StatementFileError("broken_message", statement=position)


#: What the library raises on what it cannot read, elements nested without end too.
_ERRORS = (
    ValueError,
    LookupError,
    AttributeError,
    TypeError,
    ArithmeticError,
    RecursionError,
)


def _parse(text):
    wrapped = f"{_HEADER}<OFX><BANKMSGSRSV1>{text}</BANKMSGSRSV1></OFX>"
    parser = OfxParser.parse(BytesIO(wrapped.encode()), fail_fast=False)
    return parser.accounts


def _movements(frame, entries):
    """The movements of a piece, None for one that cannot be read."""
    with suppress(*_ERRORS):
        found = _parse(_filled(frame, entries))[0].statement
        if len(found.transactions) == len(entries) and all(
            map(_readable, found.transactions)
        ):
            return found.transactions
    if len(entries) == 1:
        return [None]
    half = len(entries) // 2
    return [*_movements(frame, entries[:half]), *_movements(frame, entries[half:])]


def _readable(entry):
    return isinstance(entry.amount, Decimal) and entry.date is not None


def _filled(frame, entries):
    return _LIST.sub(
        lambda found: found[1] + found[2] + "\n".join(entries) + found[3],
        frame,
        count=1,
    )


def _problem(raw, position, number):
    told = {tag.upper(): value.strip() for tag, value in _TAG.findall(raw)}
    what = " ".join(
        filter(None, (told.get(tag) for tag in ("DTPOSTED", "TRNAMT", "NAME")))
    )
    return Problem(
        "entry_unreadable",
        position,
        number,
        reference=told.get("FITID", ""),
        detail=squeeze(what)[:80],
    )


def _transaction(entry, currency, position):
    name, memo = squeeze(entry.payee), squeeze(entry.memo)
    # Many banks begin the memo with the name, which holds 32 characters only.
    text = memo if name and memo.startswith(name) else squeeze(f"{name} {memo}")
    return Transaction(
        amount=entry.amount,
        currency=currency,
        booking_date=_day(entry.date),
        value_date=_day(getattr(entry, "user_date", None)),
        payer_name=name[:140],
        bank_reference=squeeze(entry.id),
        entry_reference=squeeze(entry.checknum).lstrip("0"),
        free_text=text[:MAX_TEXT],
        bank_category=squeeze(entry.type).upper(),
        position=position,
        extra=(("SIC", str(entry.sic)),) if entry.sic else (),
    )


def _day(value):
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None
