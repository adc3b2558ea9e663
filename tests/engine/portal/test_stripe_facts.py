"""What a payment service tells, and the official SDK against the simulator."""

import hashlib
import hmac
import json
import threading
import time

import pytest

from odoo.addons.ar_portal.clients.stripe_checkout import (
    CheckoutDown,
    CheckoutRefused,
    Order,
    StripeCheckout,
    verify,
)
from odoo.addons.ar_portal.engine.stripe_facts import (
    Fact,
    Kind,
    Malformed,
    read_notification,
    session_fact,
)

from tests.simulators.stripe import nested, serve, signature

SECRET = "whsec_0123456789012345"


def session(**values):
    return {
        "id": "cs_1",
        "status": "complete",
        "payment_status": "paid",
        "amount_total": 1200,
        "currency": "eur",
        "client_reference_id": "ARP-1",
        "payment_intent": "pi_1",
        "payment_method_types": ["card", "sepa_debit"],
        **values,
    }


def event(kind, obj, **values):
    data = {"id": "evt_1", "type": kind, "livemode": False, "data": {"object": obj}}
    return read_notification({**data, **values})


def test_a_completed_session_is_paid_or_under_way():
    fact = event("checkout.session.completed", session()).fact
    assert (fact.kind, fact.amount, fact.currency) == (Kind.PAID, 1200, "EUR")
    assert (fact.session, fact.reference, fact.settlement) == ("cs_1", "ARP-1", "pi_1")
    under_way = session(payment_status="unpaid")
    assert event("checkout.session.completed", under_way).fact.kind == Kind.PROCESSING
    free = session(payment_status="no_payment_required")
    assert event("checkout.session.completed", free).fact is None


def test_a_session_that_was_read_tells_the_same():
    failed = {
        "id": "pi_1",
        "status": "requires_payment_method",
        "last_payment_error": {"message": "No funds"},
    }
    fact = session_fact(
        session(payment_status="unpaid", payment_intent=failed), "r", False
    )
    assert (fact.kind, fact.words, fact.settlement) == (Kind.FAILED, "No funds", "pi_1")
    assert session_fact(session(status="open"), "r", False) is None
    expired = session_fact(session(status="expired"), "r", False)
    assert expired.kind == Kind.EXPIRED
    assert Fact.from_dict(json.loads(json.dumps(fact.as_dict()))) == fact


def test_refunds_and_disputes():
    charge = {
        "amount_refunded": 500,
        "currency": "eur",
        "payment_intent": "pi_1",
        "metadata": {"ar_reference": "ARP-1"},
    }
    fact = event("charge.refunded", charge).fact
    assert (fact.kind, fact.amount, fact.reference) == (Kind.REFUNDED, 500, "ARP-1")
    dispute = {"amount": 1200, "currency": "eur", "payment_intent": "pi_1"}
    for status, kind in (
        ("needs_response", Kind.DISPUTED),
        ("lost", Kind.DISPUTE_LOST),
        ("won", Kind.DISPUTE_WON),
    ):
        told = event("charge.dispute.created", {**dispute, "status": status})
        assert told.fact.kind == kind


def test_other_kinds_and_broken_ones():
    assert event("invoice.created", {"id": "in_1"}).fact is None
    for broken in (None, [], "x", {}, {"id": "e", "type": "charge.refunded"}):
        with pytest.raises(Malformed):
            read_notification(broken)
    with pytest.raises(Malformed):
        event("checkout.session.async_payment_succeeded", {"id": "cs_1"})


def test_signature():
    body, now = b'{"id": 1}', int(time.time())
    verify(body, signature(SECRET, body, now), SECRET)
    mac = hmac.new(SECRET.encode(), b"%d." % now + body, hashlib.sha256).hexdigest()
    verify(body, f"t={now},v1={'0' * 64},v1={mac}", SECRET)
    for header, secret in (
        (signature(SECRET, body, now), ""),
        (signature(SECRET, body, now), "whsec_other"),
        (signature(SECRET, body + b" ", now), SECRET),
        (signature(SECRET, body, now - 600), SECRET),
        ("", SECRET),
        ("t=x,v1=y", SECRET),
        ("nonsense", SECRET),
    ):
        with pytest.raises(CheckoutRefused):
            verify(body, header, secret)
    with pytest.raises(CheckoutRefused):
        verify(b"\xff\xfe", signature(SECRET, b"\xff\xfe", now), SECRET)


# The SDK and the simulator.


@pytest.fixture(scope="module")
def account():
    server = serve(0, "http://127.0.0.1:9/none", SECRET)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.account
    server.shutdown()
    server.server_close()


@pytest.fixture
def client(account):
    account.faults.clear()
    return StripeCheckout("sk_test_1", account.base, timeout=2)


def order(reference, **values):
    return Order(
        **{
            "reference": reference,
            "currency": "EUR",
            "lines": (("Invoice A", 1000), ("Invoice B", 500)),
            "methods": ("card", "sepa_debit"),
            "success_url": "http://127.0.0.1/paid",
            "cancel_url": "http://127.0.0.1/paid?back=1",
            "expires_at": int(time.time()) + 3600,
            "description": "Company: A, B",
            "summary": "2 invoices",
            "email": "compta@bertin.example",
            "locale": "fr",
            **values,
        }
    )


def test_one_order_is_one_page(client, account):
    asked = order("ARP-A")
    first, again = client.open_page(asked), client.open_page(asked)
    assert first.id == again.id
    assert first.url.startswith(account.base)
    assert first.live is False
    assert first.values["amount_total"] == 1500
    with pytest.raises(CheckoutRefused):
        client.open_page(order("ARP-A", lines=(("Invoice A", 900),)))


def test_short_troubles_are_got_over_and_long_ones_told(client, account):
    account.faults += ["500", "cut"]
    made = client.open_page(order("ARP-B"))
    assert made.url
    account.faults += ["429"] * 4
    with pytest.raises(CheckoutDown):
        client.look(made.id)
    account.faults.clear()
    assert client.look(made.id).values["status"] == "open"


def test_closing_a_page(client, account):
    made = client.open_page(order("ARP-C"))
    assert client.expire(made.id).values["status"] == "expired"
    with pytest.raises(CheckoutRefused):
        client.expire(made.id)
    paid = client.open_page(order("ARP-D"))
    account.pay(account.sessions[paid.id], "card")
    with pytest.raises(CheckoutRefused):
        client.expire(paid.id)
    fact = session_fact(client.look(paid.id).values, "read", False)
    assert fact.kind == Kind.PAID


def test_many_invoices_are_one_line(client):
    lines = tuple((f"Invoice {n}", 100) for n in range(120))
    made = client.open_page(order("ARP-E", lines=lines))
    assert made.values["amount_total"] == 12000


def test_wrong_key_and_service_away(account):
    with pytest.raises(CheckoutRefused):
        StripeCheckout("sk_live_x", account.base).look("cs_1")
    with pytest.raises(CheckoutDown):
        StripeCheckout("sk_test_x", "http://127.0.0.1:9", timeout=1).look("cs_1")


def test_the_simulator_reads_parameters_as_stripe_does():
    pairs = [("a[b][0][c]", "1"), ("a[b][1][c]", "2"), ("d", "x")]
    assert nested(pairs) == {"a": {"b": [{"c": "1"}, {"c": "2"}]}, "d": "x"}
