"""Notifications: believed when signed, applied once, whatever their order."""

import hashlib
import hmac
import json
import time

from odoo.tests import JsonRpcException, tagged
from odoo.tools import mute_logger

from .common_pay import SECRET, PayCommon


@tagged("post_install", "-at_install")
class TestPayHook(PayCommon):
    def setUp(self):
        super().setUp()
        self.request = self.click({self.item: 10000})

    def state(self):
        self.env.invalidate_all()
        return self.request.state

    @mute_logger("odoo.addons.ar_portal.controllers.stripe_hook")
    def test_who_did_not_sign_is_not_read(self):
        event = self.completed(self.request)
        old = time.time() - 3600
        for answer in (
            self.post_event(event, secret="whsec_of_somebody_else_000"),
            self.post_event(event, at=old),
            self.post_event(event, header=""),
            self.post_event(event, header="t=,v1="),
            self.post_event(b"not even json", secret="whsec_wrong_wrong_wrong"),
            self.url_open(
                f"/ar/stripe/{self.provider.id + 9999}", data=b"{}", headers={}
            ),
        ):
            self.assertEqual(answer.status_code, 403)
            self.assertFalse(answer.content)
        self.provider.ar_webhook_secret = False
        self.assertEqual(self.post_event(event, secret="").status_code, 403)
        self.assertEqual(self.post_event(event).status_code, 403)
        self.assertEqual(self.state(), "draft")

    def test_signed_is_booked_and_replayed_is_harmless(self):
        event = self.completed(self.request)
        for _time in range(3):
            self.assertEqual(self.post_event(event).status_code, 200)
        self.assertEqual(self.state(), "done")
        self.assertFalse(self.invoice.amount_residual)
        payments = self.env["account.payment"].search(
            [("payment_transaction_id", "=", self.request.transaction_id.id)]
        )
        self.assertEqual(len(payments), 1)
        self.assertEqual(len(self.events("notice_pay_done")), 1)

    def test_several_signatures_while_the_secret_is_changed(self):
        event = self.completed(self.request)
        payload, at = json.dumps(event).encode(), int(time.time())
        signed = hmac.new(SECRET.encode(), b"%d." % at + payload, hashlib.sha256)
        header = f"t={at},v1={signed.hexdigest()},v1={'0' * 64}"
        self.assertEqual(self.post_event(payload, header=header).status_code, 200)
        self.assertEqual(self.state(), "done")

    def test_other_amount_currency_account_or_mode_books_nothing(self):
        request = self.request
        foreign = self.completed(request)
        foreign["account"] = "acct_other"
        self.assertEqual(self.take_in(foreign), "foreign")
        live = {**self.completed(request), "livemode": True}
        self.assertEqual(self.take_in(live), "refused")
        self.assertEqual(self.state(), "draft")
        other = self.completed(request, client_reference_id="ARP-OTHER")
        self.assertEqual(self.take_in(other), "foreign")
        self.assertEqual(self.state(), "draft")
        self.assertEqual(
            self.take_in(self.completed(request, amount_total=9999)), "refused"
        )
        self.assertEqual(self.state(), "error")
        self.assertEqual(
            self.take_in(self.completed(request, currency="gbp")), "refused"
        )
        self.assertTrue(self.events("notice_pay_mismatch"))
        self.assertAlmostEqual(self.invoice.amount_residual, 100)

    def test_another_provider_cannot_speak_for_ours(self):
        other = self.provider.copy(
            {
                "name": "Stripe of a subsidiary",
                "stripe_publishable_key": "pk_test_y",
                "stripe_secret_key": "sk_test_y",
                "ar_webhook_secret": SECRET + "y",
                "state": "test",
            }
        )
        event = self.completed(self.request)
        self.assertEqual(self.take_in(event, provider=other), "foreign")
        self.assertEqual(self.state(), "draft")

    def test_money_is_for_one_payment_only(self):
        self.take_in(self.completed(self.request, payment_intent="pi_same"))
        second = self.click({self.later_item: 25000}, click="e" * 20)
        with mute_logger("odoo.addons.ar_portal"):
            outcome = self.take_in(self.completed(second, payment_intent="pi_same"))
        self.assertEqual(outcome, "refused")
        self.assertAlmostEqual(self.later.amount_residual, 250)

    def test_out_of_order(self):
        """A refund told before the payment, “under way” after “paid”."""
        request = self.request
        self.assertEqual(self.take_in(self.refunded(request, 10000)), "early")
        paid = self.event(
            "checkout.session.async_payment_succeeded",
            self.session_of(request, payment_intent=f"pi_{request.id}"),
        )
        self.assertEqual(self.take_in(paid), "done")
        self.assertAlmostEqual(self.invoice.amount_residual, 100)
        self.assertAlmostEqual(request.amount_refunded, 100)
        late = self.completed(request, paid=False)
        self.assertEqual(self.take_in(late), "known")
        self.assertEqual(self.state(), "done")

    def test_failed_then_late_words_of_its_beginning(self):
        request = self.request
        failed = self.event(
            "checkout.session.async_payment_failed",
            self.session_of(request, payment_intent=f"pi_{request.id}"),
        )
        self.take_in(failed)
        self.assertEqual(self.take_in(self.completed(request, paid=False)), "known")
        self.assertEqual(self.state(), "error")

    def test_expired_frees_the_invoice_and_money_that_came_anyway_is_kept(self):
        request = self.request
        expired = self.event(
            "checkout.session.expired", self.session_of(request, status="expired")
        )
        self.assertEqual(self.take_in(expired), "done")
        self.assertEqual(self.state(), "cancel")
        second = self.click({self.item: 10000}, click="e" * 20)
        self.assertEqual(self.take_in(self.completed(request)), "done")
        self.assertFalse(self.invoice.amount_residual)
        self.take_in(self.completed(second))
        self.assertAlmostEqual(second.amount_unapplied, 100)

    def test_unknown_kinds_are_acknowledged(self):
        answer = self.post_event(self.event("invoice.created", {"id": "in_1"}))
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(self.post_event(b"[]").status_code, 400)

    # The frame itself.

    @mute_logger("odoo.addons.ar_portal.models.payment_transaction")
    def test_the_frame_moves_no_payment_of_ours(self):
        tx = self.request.transaction_id
        intent = {
            "id": "pi_x",
            "status": "succeeded",
            "amount": 10000,
            "currency": tx.currency_id.name.lower(),
            "description": tx.reference,
        }
        tx._process("stripe", {"reference": tx.reference, "payment_intent": intent})
        self.assertEqual(tx.state, "draft")

    def test_money_of_something_else_does_not_settle_a_transaction(self):
        tx = self.core_transaction(amount=100.0)
        intent = {
            "id": "pi_x",
            "status": "succeeded",
            "amount": 10000,
            "currency": tx.currency_id.name.lower(),
            "description": "OTHER",
        }
        tx._process("stripe", {"reference": tx.reference, "payment_intent": intent})
        self.assertEqual(tx.state, "error")
        good = self.core_transaction("CORE-2", amount=100.0)
        intent = {**intent, "description": good.reference}
        good._process("stripe", {"reference": good.reference, "payment_intent": intent})
        self.assertEqual(good.state, "done")
        again = self.core_transaction("CORE-3", amount=100.0)
        intent = {**intent, "description": again.reference}
        again._process("stripe", {"payment_intent": intent, "reference": "CORE-3"})
        self.assertEqual(again.state, "error")

    @mute_logger("odoo.addons.payment_stripe.controllers.main", "odoo.http")
    def test_the_address_of_the_frame_wants_a_signature_too(self):
        tx = self.core_transaction()
        event = self.event(
            "payment_intent.succeeded",
            {
                "id": "pi_f",
                "status": "succeeded",
                "amount": 10000,
                "currency": tx.currency_id.name.lower(),
                "description": tx.reference,
            },
        )
        answer = self.url_open("/payment/stripe/webhook", json=event)
        self.assertEqual(answer.status_code, 403)
        self.provider.stripe_webhook_secret = "whsec_core_0123456789012345"
        answer = self.url_open("/payment/stripe/webhook", json=event)
        self.assertEqual(answer.status_code, 403)
        self.env.invalidate_all()
        self.assertEqual(tx.state, "draft")

    @mute_logger("odoo.http")
    def test_all_overdue_invoices_ask_what_is_open(self):
        """The frame's own page, for a customer who logs in."""
        user = self.portal_user()
        self.authenticate(user.login, user.login)
        self.pay(self.invoice, 60.0)
        page = self.url_open("/my/invoices/overdue").text
        self.assertIn("40.00", page)
        self.assertNotIn("100.00", page)
        asked = {
            "provider_id": self.provider.id,
            "payment_method_id": self.provider._ar_method("card").id,
            "token_id": None,
            "flow": "direct",
            "tokenization_requested": False,
            "landing_route": "/my",
            "payment_reference": "x",
        }
        for amount in (100, "nan", -1, None):
            with self.assertRaises(JsonRpcException):
                self.make_jsonrpc_request(
                    "/invoice/transaction/overdue", {**asked, "amount": amount}
                )
        found = self.env["payment.transaction"].sudo()
        self.assertFalse(
            found.search(
                [
                    ("partner_id", "=", self.customer.id),
                    ("id", "!=", self.request.transaction_id.id),
                ]
            )
        )
