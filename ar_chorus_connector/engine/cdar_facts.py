"""From a lifecycle message to the facts that the story of an invoice is made of."""

import unicodedata
from dataclasses import is_dataclass
from hashlib import sha256

from .cdar import cdar_moment
from .cdar_codes import (
    NOT_DELIVERED,
    NOT_TRANSMITTED,
    PUBLIC_STEPS,
    REFUND_SENT,
    LifecycleCode,
)
from .dates import PARIS
from .payloads import MovedInvoice, Observed, PlatformEvent

PAID = "MPA"
FOUND, EXPECTED = "DIV", "DVA"
SELLER = "SE"


def observed_of(message, zone=PARIS, public=False, total_of=None):
    """Facts of one message, one group per invoice it names.

    :param message: :class:`~.cdar.Message`
    :param zone: what its dates without zone mean
    :param bool public: the flow is for a public buyer, whose steps all arrive as 204
    :param total_of: ``total_of(status)`` → total of the invoice in cents or None;
        needed where only the approved part is told
    :return: list of :class:`~.payloads.Observed`
    """
    return [
        Observed(
            invoice=_invoice(status, zone),
            events=(_event(message, status, zone, public, total_of),),
        )
        for status in message.statuses
    ]


def invoice_key(seller, number, year):
    """Identity of an invoice between platforms: seller, number and year.

    >>> invoice_key("123456789", "FAC/1", 2026)
    '123456789/FAC/1/2026'
    """
    return f"{seller}/{number}/{year or ''}"


def table_code(status, public=False):
    """Code under which a status is looked up in the table.

    A deposit that reached nobody, a refund, and the steps of a public buyer have
    lines of their own.
    """
    code = status.status
    comment = _plain_words(_comment(status))
    if code is LifecycleCode.DEPOSITED and _has(status, NOT_TRANSMITTED):
        return NOT_DELIVERED
    if code is LifecycleCode.IN_HAND and (public or "destinataire public" in comment):
        for words, step in PUBLIC_STEPS:
            if words in comment:
                return step
    return status.code


def disputed_part(figures, total=None):
    """What a partial approval leaves unapproved, in cents; None when not told.

    The amount including VAT counts; one without VAT is raised by its rate; failing
    both, it is what is left of the total.
    """
    refused = [f.cents for f in figures if f.kind == "MNATTC" and f.cents is not None]
    if refused:
        return sum(refused)
    bare = [f for f in figures if f.kind == "MNA" and f.cents is not None]
    if bare:
        return sum(round(f.cents * (1 + (f.percent or 0) / 100)) for f in bare)
    approved = [f.cents for f in figures if f.kind == "MAPTTC" and f.cents is not None]
    if approved and total is not None:
        return max(total - sum(approved), 0)
    return None


def _invoice(status, zone):
    year = status.invoice_date and status.invoice_date.year
    return MovedInvoice(
        external_id=invoice_key(status.seller, status.number, year),
        number=status.number,
        status=status.code,
        status_raw_date=status.raw_date,
        status_date=cdar_moment(status.raw_date, zone),
        comment=_comment(status),
        invoice_date=status.invoice_date,
        supplier_code=status.seller,
        currency=next((f.currency for f in status.figures if f.currency), ""),
    )


def _event(message, status, zone, public, total_of):
    code = table_code(status, public)
    paid = [f for f in status.figures if f.kind == PAID and f.cents is not None]
    if code == LifecycleCode.PAYMENT_SENT.value and _is_refund(message, status, paid):
        code = REFUND_SENT
    days = [f.day for f in paid if f.day]
    issuer = message.issuer
    # Every status counts: an amount of something else is no payment.
    is_payment = code == LifecycleCode.PAYMENT_SENT.value and bool(paid)
    disputed = None
    if status.status is LifecycleCode.PARTLY_APPROVED:
        disputed = disputed_part(status.figures, total_of and total_of(status))
    return PlatformEvent(
        external_id=_identity(message, status),
        code=code,
        raw_date=status.raw_date,
        moment=cdar_moment(status.raw_date, zone),
        comment=_comment(status),
        author=issuer.name or issuer.identifier or issuer.role,
        amount=sum(f.cents for f in paid) if is_payment else None,
        payload=_payload(message, status),
        reasons=tuple(m.code for m in status.motives if m.code),
        disputed=disputed,
        expected=max(days) if is_payment and days else None,
    )


def _identity(message, status):
    """Key of a fact that no platform numbers.

    It begins with the date of the message, so that facts of one second keep the
    order in which they were written. The same message in two flows is one fact.
    """
    told = [message.message_id, status.seller, status.number, status.code]
    told += [status.raw_date, status.type_code]
    for motive in status.motives:
        told += [motive.code, motive.label, motive.action, motive.comment]
    for figure in status.figures:
        told += [figure.kind, figure.currency, figure.location, figure.text]
        told += [str(figure.cents), str(figure.percent), str(figure.day)]
    content = sha256("\x1f".join(told).encode("utf-8", "replace")).hexdigest()
    return f"{message.created or status.raw_date}-{status.code}-{content[:16]}"


def _payload(message, status):
    return {
        "message": message.message_id,
        "process": message.process,
        "created": message.created,
        "issuer": _plain(message.issuer),
        **_plain(status),
        "status": status.code,
    }


def _plain(value):
    """Plain JSON data of what a message was read into."""
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, tuple):
        return [_plain(v) for v in value]
    if is_dataclass(value):
        return {name: _plain(v) for name, v in vars(value).items()}
    return str(value)


def _is_refund(message, status, paid):
    """The seller pays back, or the document is a credit note."""
    if message.issuer.role == SELLER or status.type_code == "381":
        return True
    return bool(paid) and sum(f.cents for f in paid) < 0


def _has(status, reason):
    return any(motive.code == reason for motive in status.motives)


def _comment(status):
    """What the buyer wrote, else the words of his reasons, and what he expects."""
    notes = [m.comment for m in status.motives if m.comment]
    words = notes or [m.label for m in status.motives if m.label]
    expected = {f.location: f for f in status.figures if f.kind == EXPECTED}
    for found in status.figures:
        wanted = expected.get(found.location)
        if found.kind == FOUND and wanted:
            words.append(f"{found.location}: {_shown(found)} ≠ {_shown(wanted)}")
    return "\n".join(words)


def _shown(figure):
    if figure.cents is not None:
        return f"{figure.cents / 100:.2f}"
    if figure.percent is not None:
        return f"{figure.percent} %"
    return figure.text or (figure.day.isoformat() if figure.day else "")


def _plain_words(text):
    """Lower case without accents."""
    split = unicodedata.normalize("NFD", text.lower())
    return "".join(c for c in split if not unicodedata.combining(c))
