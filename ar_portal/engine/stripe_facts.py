"""What a payment service tells, as facts: read from its notifications and objects.

Field names are those of Stripe's public API (Event, Checkout Session, Charge,
Dispute). Amounts are minor units as Stripe counts them. Unknown kinds are no facts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import Enum
from typing import Any


class Kind(str, Enum):
    """What happened to a payment."""

    PAID = "paid"
    PROCESSING = "processing"
    FAILED = "failed"
    EXPIRED = "expired"
    REFUNDED = "refunded"
    DISPUTED = "disputed"
    DISPUTE_WON = "dispute_won"
    DISPUTE_LOST = "dispute_lost"


#: Facts that only make sense once the payment itself is known.
AFTER_PAYMENT = (Kind.REFUNDED, Kind.DISPUTED, Kind.DISPUTE_WON, Kind.DISPUTE_LOST)


class Malformed(ValueError):
    """A notification without what each one has."""


@dataclass(frozen=True)
class Fact:
    """One fact about one payment.

    :param amount: of the session; refunded in all; or in dispute
    :param reference: our reference, "" when the object does not carry it
    :param settlement: id of the money movement (PaymentIntent), "" when unknown
    """

    kind: Kind
    event: str
    live: bool
    amount: int
    currency: str
    session: str = ""
    reference: str = ""
    settlement: str = ""
    method: str = ""
    words: str = ""

    def as_dict(self) -> dict:
        """Plain values, to be kept and read again by :meth:`from_dict`."""
        return {**asdict(self), "kind": self.kind.value}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Fact:
        """A fact that was kept."""
        return cls(**{**values, "kind": Kind(values["kind"])})


SESSION_EVENTS = {
    "checkout.session.completed": None,
    "checkout.session.async_payment_succeeded": Kind.PAID,
    "checkout.session.async_payment_failed": Kind.FAILED,
    "checkout.session.expired": Kind.EXPIRED,
}
DISPUTE_EVENTS = ("charge.dispute.created", "charge.dispute.closed")
#: Every kind of notification that is listened to.
EVENTS = (*SESSION_EVENTS, "charge.refunded", *DISPUTE_EVENTS)


@dataclass(frozen=True)
class Notification:
    """The envelope: ``fact`` is None when it tells nothing we listen to."""

    id: str
    live: bool
    account: str
    fact: Fact | None


def read_notification(data: Any) -> Notification:
    """Read an Event whose signature was verified.

    :raise Malformed: when it lacks what each event has
    """
    try:
        name, obj = data["type"], data["data"]["object"]
        head = (str(data["id"]), bool(data["livemode"]))
        fact = _read(name, obj, *head)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Malformed(str(error)) from error
    return Notification(*head, data.get("account") or "", fact)


def _read(name: str, obj: Mapping[str, Any], event: str, live: bool) -> Fact | None:
    if name in SESSION_EVENTS:
        return session_fact(obj, event, live, SESSION_EVENTS[name])
    if name == "charge.refunded":
        return Fact(
            Kind.REFUNDED,
            event,
            live,
            int(obj["amount_refunded"]),
            obj["currency"].upper(),
            reference=_reference(obj),
            settlement=_id(obj.get("payment_intent")),
        )
    if name in DISPUTE_EVENTS:
        kinds = {"lost": Kind.DISPUTE_LOST, "won": Kind.DISPUTE_WON}
        return Fact(
            kinds.get(obj["status"], Kind.DISPUTED),
            event,
            live,
            int(obj["amount"]),
            obj["currency"].upper(),
            reference=_reference(obj),
            settlement=_id(obj.get("payment_intent")),
            words=str(obj.get("reason") or ""),
        )
    return None


def session_fact(
    obj: Mapping[str, Any], event: str, live: bool, kind: Kind | None = None
) -> Fact | None:
    """What a Checkout Session tells, by a notification or read at the service.

    :param kind: what the notification is about; found from the state if None
    """
    kind = kind or _session_kind(obj)
    if kind is None:
        return None
    methods = obj.get("payment_method_types") or []
    return Fact(
        kind,
        event,
        live,
        int(obj["amount_total"]),
        obj["currency"].upper(),
        session=str(obj["id"]),
        reference=str(obj.get("client_reference_id") or ""),
        settlement=_id(obj.get("payment_intent")),
        method=methods[0] if len(methods) == 1 else "",
        words=_failure(obj.get("payment_intent")),
    )


def _session_kind(obj: Mapping[str, Any]) -> Kind | None:
    if obj.get("status") == "expired":
        return Kind.EXPIRED
    if obj.get("status") != "complete":
        return None
    if obj.get("payment_status") == "paid":
        return Kind.PAID
    if obj.get("payment_status") != "unpaid":
        return None
    intent = obj.get("payment_intent")
    state = intent.get("status") if isinstance(intent, Mapping) else ""
    return Kind.FAILED if state in _FAILED else Kind.PROCESSING


_FAILED = ("requires_payment_method", "canceled")


def _failure(intent: Any) -> str:
    error = intent.get("last_payment_error") if isinstance(intent, Mapping) else None
    return str((error or {}).get("message") or "")[:200]


def _id(value: Any) -> str:
    """The id of an object that may be expanded."""
    return str(value.get("id") or "") if isinstance(value, Mapping) else value or ""


def _reference(obj: Mapping[str, Any]) -> str:
    return str((obj.get("metadata") or {}).get("ar_reference") or "")
