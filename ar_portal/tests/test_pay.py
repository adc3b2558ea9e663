"""Choosing and booking: exactly what the customer chose, once."""

from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..clients.stripe_checkout import CheckoutDown, CheckoutRefused
from .common_pay import PayCommon


@tagged("post_install", "-at_install")
class TestPay(PayCommon):
    def test_two_invoices_are_matched_with_one_payment(self):
        request = self.click({self.item: 10000, self.later_item: 25000})
        self.assertEqual(request.amount, 350)
        self.assertEqual(self.take_in(self.completed(request)), "done")
        self.assertEqual(request.state, "done")
        self.assertIn(self.invoice.payment_state, ("paid", "in_payment"))
        self.assertIn(self.later.payment_state, ("paid", "in_payment"))
        payment = request.transaction_id.payment_id
        self.assertEqual(payment.amount, 350)
        self.assertTrue(payment.is_reconciled)
        self.assertEqual(
            len(
                self.env["account.payment"].search(
                    [("payment_transaction_id", "=", request.transaction_id.id)]
                )
            ),
            1,
        )

    def test_parts_are_matched_as_chosen_not_by_date(self):
        # Spread by date, all 60 would go to the older invoice.
        request = self.click({self.item: 1000, self.later_item: 5000}, reason="later")
        self.take_in(self.completed(request))
        self.assertAlmostEqual(self.invoice.amount_residual, 90)
        self.assertAlmostEqual(self.later.amount_residual, 200)
        self.assertEqual(request.reason, "later")
        self.assertFalse(request.amount_unapplied)

    def test_another_receivable_account(self):
        """Invoices on two accounts are both settled by one payment."""
        account = self.company_data["default_account_receivable"].copy()
        self.customer.property_account_receivable_id = account
        move = self.make_invoice(40.0, overdue=3)
        self.debtor.plan()
        item = self.debtor.item_ids.filtered(lambda i: i.move_id == move)
        self.assertEqual(item.move_line_id.account_id, account)
        request = self.click({self.item: 10000, item: 4000})
        self.take_in(self.completed(request))
        self.assertFalse(self.invoice.amount_residual)
        self.assertFalse(move.amount_residual)

    def test_paid_meanwhile_stays_a_credit_and_somebody_is_told(self):
        request = self.click({self.item: 10000, self.later_item: 5000}, reason="other")
        self.pay(self.invoice, 70.0)
        self.take_in(self.completed(request))
        self.assertFalse(self.invoice.amount_residual)
        # The 70 too many are not poured over the next invoice.
        self.assertAlmostEqual(self.later.amount_residual, 200)
        self.assertAlmostEqual(request.amount_unapplied, 70)
        self.assertTrue(self.events("notice_pay_unapplied"))
        kind = self.env.ref("ar_portal.ar_activity_payment")
        told = self.debtor.activity_ids.filtered(lambda a: a.activity_type_id == kind)
        self.assertEqual(told.user_id, self.collector)

    def test_the_same_click_is_one_page(self):
        first = self.click({self.item: 10000})
        again = self.click({self.item: 10000})
        self.assertEqual(first, again)
        self.assertEqual(len(self.service.sessions), 1)

    def test_a_new_click_closes_the_page_before(self):
        first = self.click({self.item: 10000})
        second = self.click({self.item: 4000}, reason="later", click="d" * 20)
        self.assertEqual(self.service.sessions[first.checkout]["status"], "expired")
        self.assertEqual((first.state, second.state), ("cancel", "draft"))
        live = self.item.search([("id", "=", self.item.id)])
        lines = self.env["ar.payment.request.line"].search(
            [("item_id", "=", live.id), ("live", "=", True)]
        )
        self.assertEqual(lines.request_id, second)

    def test_no_new_page_while_the_first_is_being_paid(self):
        first = self.click({self.item: 10000})
        self.service.sessions[first.checkout]["status"] = "complete"
        with self.assertRaises(UserError):
            self.click({self.item: 4000}, reason="later", click="d" * 20)
        self.assertEqual(first.state, "draft")

    def test_service_down(self):
        self.service.broken = CheckoutDown("timeout")
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.click({self.item: 10000})
        self.assertFalse(self.env["ar.payment.request"].search([]))

    def test_the_order_names_invoices_and_ends(self):
        request = self.click({self.item: 10000})
        order = self.service.sessions[request.checkout]["order"]
        self.assertIn(self.invoice.name, order.lines[0][0])
        self.assertEqual(order.lines[0][1], 10000)
        ahead = request.expires_at - fields.Datetime.now()
        self.assertTrue(timedelta(minutes=50) < ahead < timedelta(minutes=61))
        self.assertNotIn(self.path.rsplit("/", 1)[1], str(order.params()))
        # Never the reference of a transaction of the frame.
        found = self.env["payment.transaction"].search(
            [("reference", "=", order.description)]
        )
        self.assertFalse(found)

    def test_direct_debit_for_euro_only(self):
        request = self.click({self.item: 10000})
        request.currency_id = self.env.ref("base.EUR")
        self.assertEqual(request._ar_order().methods, ("card", "sepa_debit"))
        self.company.ar_pay_sepa = False
        self.assertEqual(request._ar_order().methods, ("card",))

    def test_direct_debit_holds_until_it_fails(self):
        request = self.click({self.item: 10000})
        self.take_in(self.completed(request, paid=False))
        self.assertEqual(request.state, "pending")
        self.assertEqual(self.notices().state, "active")
        told = self.debtor.explain()
        shown = {i["page"].id: i["status"] for i in self.debtor._ar_portal_items()}
        self.assertEqual(shown[self.item.id], "announced", told)
        failed = self.event(
            "checkout.session.async_payment_failed", self.session_of(request)
        )
        self.take_in(failed)
        self.assertEqual(request.state, "error")
        self.assertEqual(self.notices().state, "withdrawn")
        shown = {i["page"].id: i["status"] for i in self.debtor._ar_portal_items()}
        self.assertEqual(shown[self.item.id], "overdue")
        self.assertTrue(self.events("notice_pay_failed"))
        self.assertTrue(self.debtor.activity_ids)

    def test_under_way_cannot_be_paid_again(self):
        request = self.click({self.item: 10000})
        self.take_in(self.completed(request, paid=False))
        items = self.debtor._ar_pay_items(self.debtor._ar_portal_items())
        self.assertEqual(set(items), {self.later_item.id})
        with self.assertRaises(UserError):
            self.click({self.item: 10000}, click="d" * 20)

    def test_a_transaction_of_the_frame_is_followed_too(self):
        tx = self.core_transaction()
        tx._set_pending()
        self.assertEqual(self.notices().line_ids.move_id, self.invoice)
        tx._set_error("refused")
        self.assertEqual(self.notices().state, "withdrawn")

    def test_whole_refund_opens_the_invoices_again(self):
        request = self.click({self.item: 10000, self.later_item: 25000})
        self.take_in(self.completed(request))
        self.take_in(self.refunded(request, 35000))
        self.assertAlmostEqual(self.invoice.amount_residual, 100)
        self.assertAlmostEqual(self.later.amount_residual, 250)
        # Payment and refund are settled with each other: nothing else is owed.
        payments = self.env["account.payment"].search(
            [("partner_id", "=", self.customer.id)]
        )
        lines = payments.move_id.line_ids.filtered(
            lambda ln: ln.account_type == "asset_receivable"
        )
        self.assertTrue(all(lines.mapped("reconciled")))
        self.assertEqual(request._ar_shown(), "returned")

    def test_a_part_refunded_is_for_a_person_to_match(self):
        request = self.click({self.item: 10000})
        self.take_in(self.completed(request))
        self.take_in(self.refunded(request, 3000))
        self.assertFalse(self.invoice.amount_residual)
        self.assertAlmostEqual(request.amount_refunded, 30)
        self.assertTrue(self.debtor.activity_ids)
        # The service repeats the sum of refunds: nothing new.
        self.assertEqual(self.take_in(self.refunded(request, 3000)), "known")
        # The rest too: the person may have booked the first part by hand.
        self.take_in(self.refunded(request, 10000))
        self.assertFalse(request.transaction_id.child_transaction_ids)
        self.assertFalse(self.invoice.amount_residual)
        self.assertAlmostEqual(request.amount_refunded, 100)
        self.assertEqual(len(self.debtor.activity_ids), 2)

    def test_contested_then_taken_back(self):
        request = self.click({self.item: 10000})
        self.take_in(self.completed(request))
        self.take_in(self.dispute(request, "needs_response", 10000))
        self.assertEqual(request.chargeback, "open")
        self.assertFalse(self.invoice.amount_residual)
        self.take_in(self.dispute(request, "lost", 10000))
        self.assertEqual(request.chargeback, "lost")
        self.assertAlmostEqual(self.invoice.amount_residual, 100)
        self.assertTrue(self.events("notice_pay_returned"))

    def test_refund_and_loss_are_booked_once(self):
        request = self.click({self.item: 10000})
        self.take_in(self.completed(request))
        self.take_in(self.refunded(request, 10000))
        self.take_in(self.dispute(request, "lost", 10000))
        self.assertAlmostEqual(self.invoice.amount_residual, 100)
        refunds = request.transaction_id.child_transaction_ids
        self.assertEqual(len(refunds), 1)

    def test_missed_result_is_fetched(self):
        request = self.click({self.item: 10000})
        self.service.sessions[request.checkout].update(
            status="complete", payment_status="paid", payment_intent="pi_late"
        )
        request._ar_catch_up()
        self.assertEqual(request.state, "done")
        self.assertFalse(self.invoice.amount_residual)

    def test_settings(self):
        self.assertIn("pay", self.debtor._ar_portal_offers())
        self.debtor.ar_pay_closed = True
        self.assertNotIn("pay", self.debtor._ar_portal_offers())
        self.assertIn("pay", self.foreign_debtor._ar_portal_offers())
        self.provider.is_published = False
        self.assertNotIn("pay", self.foreign_debtor._ar_portal_offers())
        self.provider.is_published = True
        self.company.ar_pay = False
        self.assertNotIn("pay", self.foreign_debtor._ar_portal_offers())
        with self.assertRaises(ValidationError):
            self.provider.ar_webhook_secret = "sk_live_pasted_into_the_wrong_field"

    def test_payment_reset_to_draft_keeps_its_parts(self):
        request = self.click({self.item: 1000, self.later_item: 5000}, reason="later")
        self.take_in(self.completed(request))
        payment = request.transaction_id.payment_id
        payment.action_draft()
        payment.memo = "Corrected"
        payment.date = self.today - timedelta(days=1)
        lines = payment.move_id.line_ids.filtered(
            lambda ln: ln.account_type == "asset_receivable"
        )
        self.assertEqual(sorted(lines.mapped("amount_currency")), [-50, -10])

    def test_merged_customers_keep_their_payments(self):
        request = self.click({self.item: 10000})
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.customer + self.stranger).ids, self.stranger)
        self.env.invalidate_all()
        self.assertEqual(request.debtor_id.partner_id, self.stranger)
        self.assertEqual(self.take_in(self.completed(request)), "done")
        self.assertFalse(self.invoice.amount_residual)

    def test_who_may_see(self):
        """A collector his accounts, an employee nothing, nobody the page's address."""
        request = self.click({self.item: 10000})
        mine = self.env["ar.payment.request"].with_user(self.collector)
        self.assertEqual(mine.search([]), request)
        with self.assertRaises(AccessError):
            mine.browse(request.id).read(["checkout_url"])
        with self.assertRaises(AccessError):
            mine.browse(request.id).write({"amount": 1})
        self.debtor.collector_id = self.env.ref("base.user_admin")
        self.assertFalse(mine.search([]))
        employee = self.env["res.users"].create(
            {
                "name": "Employee",
                "login": "employee.pay",
                "group_ids": [Command.set(self.env.ref("base.group_user").ids)],
                "company_ids": [Command.set(self.company.ids)],
                "company_id": self.company.id,
            }
        )
        with self.assertRaises(AccessError):
            self.env["ar.payment.request"].with_user(employee).search([])

    def test_the_database_refuses_two_open_pages_for_one_invoice(self):
        first = self.click({self.item: 10000})
        second = self.click({self.later_item: 25000}, click="d" * 20)
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            with self.env.cr.savepoint():
                second.line_ids.sudo().item_id = self.item
                self.env.flush_all()
        self.take_in(self.completed(first))
        second.line_ids.sudo().item_id = self.item
        self.env.flush_all()

    def test_a_page_that_the_service_forgot_is_given_up(self):
        request = self.click({self.item: 10000})
        self.service.broken = CheckoutRefused("No such session")
        with mute_logger("odoo.addons.ar_portal.models.ar_payment_request_fact"):
            request._ar_catch_up()
            self.assertEqual(request.state, "draft")
            request.expires_at -= timedelta(days=3)
            request._ar_catch_up()
        self.assertEqual(request.state, "cancel")

    def test_results_arrive_after_the_provider_was_switched_off(self):
        request = self.click({self.item: 10000})
        self.take_in(self.completed(request, paid=False))
        self.provider.state = "disabled"
        paid = self.event(
            "checkout.session.async_payment_succeeded",
            self.session_of(request, payment_intent=f"pi_{request.id}"),
        )
        self.assertEqual(self.post_event(paid).status_code, 200)
        self.env.invalidate_all()
        self.assertEqual(request.state, "done")
