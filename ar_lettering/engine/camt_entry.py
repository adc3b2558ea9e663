"""Read one camt entry (``Ntry``) into transactions.

An entry is what the bank booked; its ``TxDtls`` are the payments inside. A batch is
split when the details account for the whole booked amount, to the cent.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation

from .normalise import compact, end_to_end, squeeze
from .statement import (
    MAX_TEXT,
    ZERO,
    Money,
    ReferredDocument,
    StructuredReference,
    Transaction,
)

_AMOUNT = re.compile(r"\+?\d{1,18}(\.\d{1,5})?|\+?\.\d{1,5}")
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_CREDIT_NOTES = ("CREN", "CRED")


class EntryError(Exception):
    """The entry cannot be read; ``code`` says what is wrong, ``detail`` quotes it."""

    def __init__(self, code, detail=""):
        super().__init__(code, detail)
        self.code = code
        self.detail = detail


# Small XML helpers: local names only, absent means empty --------------------------


def name_of(element):
    """:return: the local name of an element, without its namespace."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def path(element, names):
    """:return: every descendant along ``names`` (local names joined by ``/``)."""
    found = [element] if element is not None else []
    for name in names.split("/"):
        found = [sub for item in found for sub in item if name_of(sub) == name]
    return found


def child(element, names):
    """:return: the first descendant along ``names``, or None."""
    return next(iter(path(element, names)), None)


def text(element, names):
    """:return: the text of the first descendant along ``names``, on one line."""
    found = child(element, names)
    return squeeze(found.text) if found is not None else ""


def first_text(element, *alternatives):
    """:return: the first text that is not empty among several places."""
    return next(
        (value for names in alternatives if (value := text(element, names))), ""
    )


# Values ---------------------------------------------------------------------------


def read_date(element):
    """:return: the day of a ``Dt``/``DtTm`` choice; None when there is none.

    The day is taken as the bank writes it: an offset never moves it.
    """
    if element is None:
        return None
    value = first_text(element, "Dt", "DtTm") or squeeze(element.text)
    if not value:
        return None
    if not _ISO_DATE.match(value):
        raise EntryError("bad_date", value)
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        raise EntryError("bad_date", value) from None


def read_money(element):
    """:return: the unsigned :class:`Money` of an ``Amt`` element.

    :raise EntryError: ``bad_amount`` or ``no_currency``
    """
    value = squeeze(element.text) if element is not None else ""
    if not _AMOUNT.fullmatch(value):
        raise EntryError("bad_amount", value)
    currency = (element.get("Ccy") or "").strip().upper()
    if not re.fullmatch(r"[A-Z]{3}", currency):
        raise EntryError("no_currency", currency)
    try:
        return Money(Decimal(value), currency)
    except InvalidOperation:
        raise EntryError("bad_amount", value) from None


def signed_amount(element):
    """:return: the ``Amt`` of an element, signed by its ``CdtDbtInd``."""
    money = read_money(child(element, "Amt"))
    return Money(money.amount * _sign(text(element, "CdtDbtInd")), money.currency)


def _sign(indicator):
    if indicator == "CRDT":
        return 1
    if indicator == "DBIT":
        return -1
    raise EntryError("bad_sign", indicator)


def is_booked(entry):
    """:return: whether the entry is booked (pending and informative ones are not).

    Version 02 writes the status as text, later versions in ``Cd``; none means booked.
    """
    return (first_text(entry, "Sts/Cd", "Sts") or "BOOK") == "BOOK"


# The entry ------------------------------------------------------------------------


def read(entry, position, account_currency, own_account):
    """Read the transactions of a booked entry.

    :param entry: the ``Ntry`` element
    :param tuple position: (statement, entry), counted from 1
    :param str account_currency: currency of the account, empty when not told
    :param str own_account: number of the account, never taken for the payer's
    :return: the transactions and a warning code or None
    :rtype: tuple[list[Transaction], str | None]
    :raise EntryError: when amount, sign, currency or date cannot be read
    """
    booked = signed_amount(entry)
    if account_currency and booked.currency != account_currency:
        raise EntryError("currency_differs", booked.currency)
    booking = read_date(child(entry, "BookgDt"))
    value = read_date(child(entry, "ValDt"))
    if not (booking or value):
        raise EntryError("no_date")
    base = {
        "currency": booked.currency,
        "booking_date": booking or value,
        "value_date": value,
        "entry_reference": text(entry, "NtryRef"),
        "entry_amount": booked.amount,
        "batch_reference": text(entry, "AcctSvcrRef") or text(entry, "NtryRef"),
        "additional_info": text(entry, "AddtlNtryInf")[:MAX_TEXT],
        "is_reversal": text(entry, "RvslInd") in ("true", "1"),
        "position": position,
    }
    details = path(entry, "NtryDtls/TxDtls")
    if len(details) > 1:
        parts = _split(details, booked)
        if parts is None:
            return [_unsplit(entry, details, booked, base, own_account)], (
                "batch_not_split"
            )
        size = len(details)
        return [
            _transaction(
                entry, detail, amount, {**base, "batch_size": size}, own_account
            )
            for detail, amount in zip(details, parts, strict=True)
        ], None
    detail = details[0] if details else None
    size = _int(text(entry, "NtryDtls/Btch/NbOfTxs"))
    base["batch_size"] = max(size, 1)
    return [_transaction(entry, detail, booked.amount, base, own_account)], None


def _split(details, booked):
    """Signed amounts of a batch's payments, None unless they add up to the entry."""
    amounts = []
    for detail in details:
        money = _detail_money(detail, booked.currency)
        if money is None:
            return None
        indicator = text(detail, "CdtDbtInd")
        sign = _sign(indicator) if indicator else (-1 if booked.amount < 0 else 1)
        amounts.append(money.amount * sign)
    return amounts if sum(amounts) == booked.amount else None


def _detail_money(detail, currency):
    """The payment's amount in the account's currency, wherever its version puts it."""
    places = ("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/CntrValAmt/Amt")
    for names in (*places, "AmtDtls/InstdAmt/Amt"):
        element = child(detail, names)
        if element is not None:
            money = read_money(element)
            if money.currency == currency:
                return money
    return None


def _int(value):
    return int(value) if value.isdigit() and len(value) < 8 else 0


def _unsplit(entry, details, booked, base, own_account):
    """One transaction for a batch that does not add up: all its text, no payer."""
    read_all = [
        _transaction(entry, d, booked.amount, base, own_account) for d in details
    ]
    names = {tx.payer_name for tx in read_all}
    return Transaction(
        amount=booked.amount,
        **{**base, "batch_size": len(details)},
        payer_name=names.pop() if len(names) == 1 else "",
        bank_reference=text(entry, "AcctSvcrRef"),
        bank_category=_category(entry),
        structured=tuple(ref for tx in read_all for ref in tx.structured),
        documents=tuple(doc for tx in read_all for doc in tx.documents),
        free_text=squeeze(" ".join(tx.free_text for tx in read_all))[:MAX_TEXT],
    )


def _transaction(entry, detail, amount, base, own_account):
    incoming = (amount > 0) != base["is_reversal"]
    role = "Dbtr" if incoming else "Cdtr"
    account = compact(
        first_text(
            detail,
            f"RltdPties/{role}Acct/Id/IBAN",
            f"RltdPties/{role}Acct/Id/Othr/Id",
        )
    )
    additional = first_text(detail, "AddtlTxInf") or base["additional_info"]
    # What the entry says of a whole batch is not true of one payment inside it.
    places = (detail,) if base.get("batch_size", 1) > 1 else (detail, entry)
    return Transaction(
        amount=amount,
        **{**base, "additional_info": additional[:MAX_TEXT]},
        payer_name=_party(detail, role),
        ultimate_debtor=_party(detail, f"Ultmt{role}"),
        payer_account="" if account == own_account else account[:34],
        end_to_end=end_to_end(text(detail, "Refs/EndToEndId")),
        mandate=text(detail, "Refs/MndtId"),
        bank_reference=text(detail, "Refs/AcctSvcrRef") or text(entry, "AcctSvcrRef"),
        structured=tuple(_structured(detail)),
        documents=tuple(_documents(detail)),
        free_text=_free_text(detail),
        bank_category=_category(detail) or _category(entry),
        return_reason=text(detail, "RtrInf/Rsn/Cd") or text(detail, "RtrInf/Rsn/Prtry"),
        fees=next(filter(None, (_fees(e, base["currency"]) for e in places)), ZERO),
        original=_original(places, amount, base["currency"]),
    )


def _party(detail, role):
    # From version 08 on, the name sits one level deeper, under Pty or Agt.
    return first_text(
        detail,
        f"RltdPties/{role}/Nm",
        f"RltdPties/{role}/Pty/Nm",
        f"RltdPties/{role}/Agt/FinInstnId/Nm",
    )[:140]


def _structured(detail):
    for info in path(detail, "RmtInf/Strd/CdtrRefInf"):
        reference = first_text(info, "Ref", "CdtrRef")
        if reference:
            kind = first_text(info, "Tp/CdOrPrtry/Cd", "Tp/CdOrPrtry/Prtry")
            yield StructuredReference(reference, kind)


def _documents(detail):
    for block in path(detail, "RmtInf/Strd"):
        infos = path(block, "RfrdDocInf")
        money, credit = _document_amount(block)
        for info in infos:
            number = text(info, "Nb")
            if not number:
                continue
            kind = first_text(info, "Tp/CdOrPrtry/Cd", "Tp/CdOrPrtry/Prtry", "Tp/Cd")
            # One amount for several documents says nothing of each.
            own = money if len(infos) == 1 else None
            negative = credit or kind in _CREDIT_NOTES
            yield ReferredDocument(
                number=number,
                kind=kind,
                amount=own and (-own.amount if negative else own.amount),
                currency=own.currency if own else "",
                date=_lenient_date(info),
            )


def _lenient_date(info):
    """A document's date is a help, not a fact to refuse an entry for."""
    try:
        return read_date(child(info, "RltdDt"))
    except EntryError:
        return None


def _document_amount(block):
    for names, credit in (
        ("RfrdDocAmt/RmtdAmt", False),
        ("RfrdDocAmt/CdtNoteAmt", True),
        ("RfrdDocAmt/DuePyblAmt", False),
    ):
        element = child(block, names)
        if element is None:
            continue
        try:
            return read_money(element), credit
        except EntryError:
            return None, False
    return None, False


def _free_text(detail):
    pieces = [squeeze(element.text) for element in path(detail, "RmtInf/Ustrd")]
    pieces += [squeeze(e.text) for e in path(detail, "RmtInf/Strd/AddtlRmtInf")]
    # Some banks repeat the same text in both places.
    return squeeze(" ".join(dict.fromkeys(filter(None, pieces))))[:MAX_TEXT]


def _category(element):
    domain = child(element, "BkTxCd/Domn")
    if domain is not None:
        codes = ("Cd", "Fmly/Cd", "Fmly/SubFmlyCd")
        return "/".join(filter(None, (text(domain, code) for code in codes)))
    return text(element, "BkTxCd/Prtry/Cd")


def _fees(element, currency):
    """What the bank kept, positive, in the account's currency."""
    total = ZERO
    for charge in [*path(element, "Chrgs/Rcrd"), *path(element, "Chrgs")]:
        amount = child(charge, "Amt")
        if amount is None:
            continue
        try:
            money = read_money(amount)
        except EntryError:
            continue
        if money.currency == currency:
            credited = text(charge, "CdtDbtInd") == "CRDT"
            total += -money.amount if credited else money.amount
    return total


def _original(places, amount, currency):
    """The amount as the payer ordered it, when in another currency."""
    sign = -1 if amount < 0 else 1
    for element in places:
        for names in ("AmtDtls/InstdAmt/Amt", "AmtDtls/TxAmt/Amt", "Amt"):
            found = child(element, names)
            if found is None:
                continue
            try:
                money = read_money(found)
            except EntryError:
                continue
            if money.amount and money.currency != currency:
                return Money(money.amount * sign, money.currency)
    return None
