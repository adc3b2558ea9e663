"""Read SWIFT MT940 statements into :mod:`.statement`.

The library ``mt-940`` reads the message; field 86, where each country writes its own
way, is read here: numbered sub-fields (German banks, with SEPA tags inside), coded
words between slashes (Benelux and large banks), or plain lines (French banks).
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import mt940

from .mt940_details import read_details
from .normalise import compact, end_to_end, squeeze
from .statement import (
    MAX_BYTES,
    MAX_ENTRIES,
    MAX_PROBLEMS,
    MAX_TEXT,
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

#: What the library raises on what it cannot read.
_ERRORS = (RuntimeError, ValueError, ArithmeticError, LookupError, TypeError)
#: A message of its own, or inside the blocks of a SWIFT envelope.
_START = re.compile(r"^(?:\{[^\n]*)?:20:", re.MULTILINE)
_ENTRY = re.compile(r"^:61:", re.MULTILINE)
_CLOSING = re.compile(r"^:62[FM]:", re.MULTILINE)
_END = re.compile(r"^(?:-\}?|\{5:.*)\s*$", re.MULTILINE)
_MONEY = re.compile(r"([A-Z]{3}) ?([0-9]+(?:,[0-9]*)?)")


def parse(content, *, max_bytes=MAX_BYTES, max_entries=MAX_ENTRIES):
    """Read an MT940 file, pages of one statement put together.

    :param bytes content: the file
    :rtype: StatementFile
    :raise StatementFileError: ``empty``, ``too_large``, ``not_mt940``, ``truncated``,
        ``too_many_entries``, ``broken_message``
    """
    check_size(content, max_bytes)
    text = decode(content).replace("\r\n", "\n").replace("\r", "\n")
    if not _START.search(text[:4000]) or not re.search(r"^:60[FM]:", text, re.M):
        raise StatementFileError("not_mt940")
    count = len(_ENTRY.findall(text))
    if count > max_entries:
        raise StatementFileError("too_many_entries", limit=max_entries)
    starts = [match.start() for match in _START.finditer(text)]
    problems, statements = [], []
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        block = text[start:end]
        if not _CLOSING.search(block):
            raise StatementFileError("truncated", line=text.count("\n", 0, end) + 1)
        page = _page(block, len(statements) + 1, problems)
        if statements and _continues(statements[-1], page):
            statements[-1] = _joined(statements[-1], page)
        else:
            statements.append(page)
    return StatementFile(
        kind="mt940",
        version="",
        statements=with_keys(statement for statement, *_ in statements),
        problems=tuple(problems),
    )


def _page(block, position, problems):
    """One message: (statement, starts in the middle, ends in the middle)."""
    block = block[block.index(":20:") :]
    block = block[: end.start()] if (end := _END.search(block)) else block
    first = _ENTRY.search(block)
    closing = _CLOSING.search(block)
    entries = []
    if first and first.start() < closing.start():
        starts = [m.start() for m in _ENTRY.finditer(block)]
        entries = [
            block[a:b]
            for a, b in zip(starts, [*starts[1:], closing.start()], strict=True)
        ]
        head = block[: first.start()]
    else:
        head = block[: closing.start()]
    try:
        frame = _message(head + block[closing.start() :])
    except _ERRORS:
        raise StatementFileError("broken_message", statement=position) from None
    transactions = _transactions(head, entries, frame, position, problems)
    data = frame.data
    opening = data.get("final_opening_balance") or data.get(
        "intermediate_opening_balance"
    )
    final = data.get("final_closing_balance")
    last = final or data.get("intermediate_closing_balance")
    currency = _currency(opening) or _currency(last)
    number = squeeze(str(data.get("statement_number") or ""))
    account = compact(data.get("account_identification"))
    if account.endswith(currency):
        account = account.removesuffix(currency)
    statement = Statement(
        identifier=f"{account} {_day(last) or ''} {number}".strip(),
        account=account,
        currency=currency,
        transactions=tuple(transactions),
        opening=_balance(opening),
        closing=_balance(last),
        opening_date=_day(opening),
        closing_date=_day(last),
        number=number,
    )
    return statement, "final_opening_balance" not in data, final is None


def _continues(page, following):
    """Whether a message is the next page of the one before."""
    (one, _middle, unfinished), (two, starts_in_middle, _end) = page, following
    same = (one.account, one.currency) == (two.account, two.currency)
    return same and unfinished and starts_in_middle


def _joined(page, following):
    (one, middle, _open), (two, _middle, unfinished) = page, following
    statement = replace(
        one,
        identifier=two.identifier,
        transactions=one.transactions + two.transactions,
        closing=two.closing,
        closing_date=two.closing_date,
    )
    return statement, middle, unfinished


def _message(text):
    message = mt940.models.Transactions(
        # Field 86 stays as the bank wrote it: read_details knows more spellings.
        processors={"post_transaction_details": []},
        options=mt940.Options.all(),
    )
    message.parse(text)
    return message


def _entries_of(text):
    return [entry for entry in _message(text).transactions if "amount" in entry.data]


def _transactions(head, entries, frame, position, problems):
    """All entries at once; one by one only when one of them cannot be read."""
    try:
        found = _entries_of(head + "".join(entries))
        if len(found) != len(entries):
            raise ValueError(len(found))
    except _ERRORS:
        found = [_alone(head, entry) for entry in entries]
    account = compact(frame.data.get("account_identification"))
    transactions = []
    for number, (entry, raw) in enumerate(zip(found, entries, strict=True), start=1):
        if entry is None:
            if len(problems) < MAX_PROBLEMS:
                detail = squeeze(raw[4:].split("\n")[0])
                problems.append(
                    Problem("entry_unreadable", position, number, detail=detail)
                )
            continue
        transactions.append(_transaction(entry.data, (position, number), account))
    return transactions


def _alone(head, entry):
    try:
        found = _entries_of(head + entry)
    except _ERRORS:
        return None
    return found[0] if found else None


def _transaction(data, position, own_account):
    money = data["amount"]
    amount = Decimal(str(money.amount))
    raw = str(data.get("transaction_details") or "")
    told = read_details(raw, incoming=amount > 0)
    extra_details = squeeze(data.get("extra_details") or "")
    customer = end_to_end(data.get("customer_reference") or "")
    # Field 61 only points at field 86.
    customer = told.get("customer", "") if customer == "KREF+" else customer
    account = compact(told.get("account"))
    booking = data.get("guessed_entry_date") or data["date"]
    structured = told.get("structured")
    return Transaction(
        amount=amount,
        currency=money.currency or "",
        booking_date=_plain(booking),
        value_date=_plain(data["date"]),
        payer_name=squeeze(told.get("name", ""))[:140],
        ultimate_debtor=squeeze(told.get("ultimate", ""))[:140],
        payer_account="" if account == own_account else account[:34],
        end_to_end=end_to_end(told.get("end_to_end", "")) or customer,
        mandate=squeeze(told.get("mandate", "")),
        bank_reference=end_to_end(data.get("bank_reference") or ""),
        structured=(StructuredReference(structured),) if structured else (),
        free_text=squeeze(told.get("text") or extra_details)[:MAX_TEXT],
        additional_info=squeeze(
            " ".join(filter(None, (told.get("posting", ""), extra_details)))
        )[:MAX_TEXT],
        bank_category=" ".join(
            filter(None, (str(data.get("id") or ""), told.get("code", "")))
        ),
        return_reason=squeeze(told.get("return", "")),
        fees=_fees(told.get("fees", ""), money.currency),
        original=_original(told.get("original", ""), money.currency, amount),
        is_reversal=str(data.get("status") or "").startswith("R"),
        position=position,
        extra=tuple(told.get("extra", ())),
    )


def _fees(text, currency):
    found = _MONEY.match(text)
    if not found or found[1] != currency:
        return ZERO
    return Decimal(found[2].replace(",", "."))


def _original(text, currency, amount):
    found = _MONEY.match(text)
    if not found or found[1] == currency:
        return None
    sign = -1 if amount < 0 else 1
    return Money(Decimal(found[2].replace(",", ".")) * sign, found[1])


def _plain(day):
    """The library's date as a plain one, which compares and prints like any other."""
    return date(day.year, day.month, day.day) if day else None


def _balance(balance):
    return Decimal(str(balance.amount.amount)) if balance else None


def _currency(balance):
    return (balance.amount.currency or "") if balance else ""


def _day(balance):
    return _plain(balance.date) if balance else None
