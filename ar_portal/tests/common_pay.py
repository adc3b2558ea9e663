import hashlib
import hmac
import itertools
import json
import time
from unittest.mock import patch

from odoo import Command

from ..clients.stripe_checkout import CheckoutRefused, Session
from ..engine.stripe_facts import read_notification
from ..models.payment_provider import PaymentProvider
from .common import PortalCommon

SECRET = "whsec_of_the_tests_0123456789"


class FakeCheckout:
    """The service as the client shows it; what it was asked is kept."""

    def __init__(self):
        self.sessions, self.orders, self.broken = {}, {}, None
        self.numbers = itertools.count(1)

    def _check(self):
        if self.broken:
            raise self.broken

    def _of(self, values):
        url = values["url"] if values["status"] == "open" else ""
        return Session(values["id"], url, False, dict(values))

    def open_page(self, order):
        self._check()
        if order.reference not in self.orders:
            key = f"cs_test_{next(self.numbers)}"
            self.orders[order.reference] = key
            self.sessions[key] = {
                "id": key,
                "url": f"https://checkout.example/{key}",
                "status": "open",
                "payment_status": "unpaid",
                "payment_intent": None,
                "client_reference_id": order.reference,
                "amount_total": sum(cents for _label, cents in order.lines),
                "currency": order.currency.lower(),
                "order": order,
            }
        return self._of(self.sessions[self.orders[order.reference]])

    def look(self, key):
        self._check()
        return self._of(self.sessions[key])

    def expire(self, key):
        self._check()
        if self.sessions[key]["status"] != "open":
            raise CheckoutRefused("not open")
        self.sessions[key]["status"] = "expired"
        return self._of(self.sessions[key])


class PayCommon(PortalCommon):
    """A published provider in test mode, and a service that answers at once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider = (
            cls.env.ref("payment.payment_provider_stripe")
            .sudo()
            .copy(
                {
                    "company_id": cls.company.id,
                    "stripe_publishable_key": "pk_test_x",
                    "stripe_secret_key": "sk_test_x",
                    "ar_webhook_secret": SECRET,
                    "state": "test",
                    "is_published": True,
                }
            )
        )
        cls.numbers = itertools.count(1)
        cls.env.flush_all()

    def setUp(self):
        super().setUp()
        self.service = FakeCheckout()
        self.startPatcher(
            patch.object(PaymentProvider, "_ar_checkout", lambda _self: self.service)
        )

    def startPatcher(self, patcher):
        started = patcher.start()
        self.addCleanup(patcher.stop)
        return started

    def click(self, parts, click="c" * 20, reason="", debtor=None, **sender):
        """What a click on the page does; ``parts`` is ``{ar.item: cents}``."""
        debtor = (debtor or self.debtor).sudo()
        debtor.env.invalidate_all()
        shown = {i["page"].id: i for i in debtor._ar_portal_items()}
        items = [(shown[item.id], cents) for item, cents in parts.items()]
        cents = {item.id: part for item, part in parts.items()}
        key = hashlib.sha256(f"{click}{debtor.id}{cents}".encode()).hexdigest()[:16]
        return (
            self.env["ar.payment.request"]
            .sudo()
            ._ar_click(
                debtor,
                items,
                {
                    "reference": f"ARP-{key.upper()}",
                    "reason": reason,
                    "message": "",
                    "sender": {"partner": self.customer, "email": self.customer.email},
                },
            )
        )

    def session_of(self, request, **values):
        """The session object of a payment as notifications carry it."""
        return {
            **{
                k: v
                for k, v in self.service.sessions[request.checkout].items()
                if k != "order"
            },
            **values,
        }

    def event(self, kind, obj, **values):
        return {
            "id": f"evt_{next(self.numbers)}",
            "type": kind,
            "livemode": False,
            "data": {"object": obj},
            **values,
        }

    def completed(self, request, paid=True, **values):
        return self.event(
            "checkout.session.completed",
            self.session_of(
                request,
                **{
                    "status": "complete",
                    "payment_status": "paid" if paid else "unpaid",
                    "payment_intent": f"pi_{request.id}",
                    **values,
                },
            ),
        )

    def refunded(self, request, cents, **values):
        return self.event(
            "charge.refunded",
            {
                "amount_refunded": cents,
                "currency": request.currency_id.name.lower(),
                "payment_intent": f"pi_{request.id}",
                "metadata": {"ar_reference": request.name},
                **values,
            },
        )

    def dispute(self, request, status, cents):
        closed = status in ("won", "lost")
        return self.event(
            f"charge.dispute.{'closed' if closed else 'created'}",
            {
                "amount": cents,
                "currency": request.currency_id.name.lower(),
                "payment_intent": f"pi_{request.id}",
                "status": status,
                "reason": "fraudulent",
            },
        )

    def take_in(self, event, provider=None):
        """Apply a notification as if its signature had been verified."""
        requests = self.env["ar.payment.request"].sudo()
        outcome = requests._ar_take_in(
            provider or self.provider, read_notification(event)
        )
        self.env.flush_all()
        return outcome

    def post_event(self, event, secret=SECRET, at=None, provider=None, header=None):
        """Send a notification to the address of the provider."""
        payload = json.dumps(event).encode() if isinstance(event, dict) else event
        at = int(at or time.time())
        signed = hmac.new(secret.encode(), b"%d." % at + payload, hashlib.sha256)
        if header is None:
            header = f"t={at},v1={signed.hexdigest()}"
        return self.url_open(
            f"/ar/stripe/{(provider or self.provider).id}",
            data=payload,
            headers={"Content-Type": "application/json", "Stripe-Signature": header},
        )

    def notices(self):
        return self.env["ar.payment.notice"].search(
            [("debtor_id", "=", self.debtor.id), ("source", "=", "payment")]
        )

    def events(self, kind):
        domain = [("kind", "=", kind), ("company_id", "=", self.company.id)]
        return self.env["ar.event"].sudo().search(domain)

    def portal_user(self):
        """The customer's buyer, who may log in; his password is his login."""
        return self.env["res.users"].create(
            {
                "name": "Marc",
                "login": "marc.pay",
                "password": "marc.pay",
                "partner_id": self.customer.id,
                "group_ids": [Command.set(self.env.ref("base.group_portal").ids)],
                "company_ids": [Command.set(self.company.ids)],
                "company_id": self.company.id,
            }
        )

    def core_transaction(self, reference="CORE-1", amount=100.0, **values):
        """A transaction of the frame's own invoice page."""
        return (
            self.env["payment.transaction"]
            .sudo()
            .create(
                {
                    "provider_id": self.provider.id,
                    "payment_method_id": self.provider._ar_method("card").id,
                    "reference": reference,
                    "amount": amount,
                    "currency_id": self.company.currency_id.id,
                    "partner_id": self.customer.id,
                    "operation": "online_direct",
                    "invoice_ids": [Command.set(self.invoice.ids)],
                    **values,
                }
            )
        )
