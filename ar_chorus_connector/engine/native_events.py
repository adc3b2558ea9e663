"""Events of SUPER PDP as facts. Its status codes are those of the lifecycle."""

from dataclasses import dataclass
from datetime import date

from .dates import parse_day, parse_moment
from .flows import INCOMING
from .payloads import PlatformEvent, Unknown, _block, _cents, _rows, _text, _whole


@dataclass(frozen=True)
class NativeInvoice:
    """Which invoice the events are about."""

    invoice_id: str
    number: str
    invoice_date: date | None
    seller: str
    received: bool

    @classmethod
    def from_json(cls, body):
        content = _block(body.get("en_invoice"))
        seller = _block(content.get("seller"))
        legal = _block(seller.get("legal_registration_identifier"))
        return cls(
            invoice_id=_text(body.get("id")),
            number=_text(content.get("number")),
            invoice_date=parse_day(content.get("issue_date")),
            seller=_text(legal.get("value")),
            received=_text(body.get("direction")).lower() == INCOMING.lower(),
        )


@dataclass(frozen=True)
class EventPage:
    """One answer; ``events`` are ``(invoice id, PlatformEvent)``."""

    events: tuple
    unknown: tuple
    last_id: int
    has_after: bool

    @classmethod
    def from_json(cls, body):
        rows = _rows(body.get("data"))
        read = [_event(row) for row in rows]
        return cls(
            events=tuple(r for r in read if not isinstance(r, Unknown)),
            unknown=tuple(r for r in read if isinstance(r, Unknown)),
            last_id=max((_whole(_block(r).get("id")) for r in rows), default=0),
            has_after=body.get("has_after") is True,
        )


def _event(row):
    """One event; those of the platform itself (``api:…``) keep their name."""
    block = _block(row)
    number, invoice_id = _whole(block.get("id")), _whole(block.get("invoice_id"))
    status = _text(block.get("status_code"))
    if not (number and invoice_id and status):
        return Unknown("event without id, invoice or status", row)
    family, _, code = status.partition(":")
    details = _rows(_block(block.get("data")).get("details"))
    details = [_block(d) for d in details or _rows(block.get("details"))]
    amounts = [_block(a) for d in details for a in _rows(d.get("amounts"))]
    paid = [
        _cents(_text(a.get("net_amount")))
        for a in amounts
        if _text(a.get("type_code")) == "MPA"
    ]
    raw_date = _text(block.get("created_at"))
    known = code and family == "fr"
    return str(invoice_id), PlatformEvent(
        external_id=str(number),
        code=code if known else status.upper().replace(":", "_"),
        raw_date=raw_date,
        moment=parse_moment(raw_date),
        comment=_text(_block(block.get("data")).get("reason")),
        amount=sum(cents for cents in paid if cents) if any(paid) else None,
        reasons=tuple(_text(d.get("reason")) for d in details if d.get("reason")),
        payload=row,
    )
