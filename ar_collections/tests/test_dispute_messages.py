from datetime import timedelta

from odoo.tests import new_test_user, tagged

from .common import ALWAYS_OPEN
from .common_sending import SendingCommon


@tagged("post_install", "-at_install")
class TestDisputeMessages(SendingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write(
            {"ar_dispute_tell_opened": True, "ar_dispute_tell_closed": True}
        )
        cls.strategy.write(ALWAYS_OPEN)
        cls.sam = new_test_user(
            cls.env,
            "ar_messages_sam",
            groups="base.group_user",
            name="Sam",
            email="sam@works.example",
            company_id=cls.company.id,
        )
        cls.move = cls.make_invoice(300, overdue=10, invoice_user_id=cls.sam.id)
        cls.debtor = cls.refresh()
        cls.debtor.collector_id = cls.collector

    def contest(self, amount=100):
        return self.env["ar.dispute"]._ar_raise(
            [{"move_id": self.move.id, "reason_code": "price", "amount": amount}]
        )

    def messages(self, dispute, state=None):
        found = dispute.reminder_ids.sorted("id")
        return found.filtered(lambda r: r.state == state) if state else found

    def body(self):
        _to, message = self.smtp.accepted[-1]
        return message["Subject"], message.get_body(("plain",)).get_content()

    def test_the_customer_hears_at_opening_and_closing(self):
        dispute = self.contest()
        self.send(self.messages(dispute))
        subject, text = self.body()
        self.assertIn(self.move.name, subject)
        self.assertIn("100.00", text.replace("\u00a0", " "))
        self.assertIn("Price", text)
        dispute.write(
            {
                "resolution": "customer_wrong",
                "resolution_note": "INTERNAL: he always does",
                "customer_note": "The price is that of your order 4711.",
            }
        )
        dispute.action_resolve()
        self.send(self.messages(dispute, "planned"))
        subject, text = self.body()
        self.assertIn("our answer", subject)
        self.assertIn("remains to be paid", text)
        self.assertIn("order 4711", text)
        self.assertNotIn("INTERNAL", text)
        self.assertEqual(self.messages(dispute).mapped("state"), ["done", "done"])
        told = self.env["ar.event.link"].search(
            [("move_id", "=", self.move.id), ("kind", "=", "reminder_sent")]
        )
        self.assertEqual(len(told), 2, "on the timeline of the invoice")

    def test_in_the_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.customer.lang = "fr_FR"
        reason = self.env.ref("ar_collections.reason_price")
        reason.with_context(lang="fr_FR").name = "Prix convenu"
        dispute = self.contest()
        template = self.env.ref("ar_collections.mail_template_dispute_opened")
        template.with_context(
            lang="fr_FR"
        ).subject = "Votre litige {{ object.dispute_invoice }}"
        self.send(self.messages(dispute))
        subject, text = self.body()
        self.assertIn("Votre litige", subject)
        self.assertIn("Prix convenu", text)

    def test_it_counts_in_no_cap(self):
        dispute = self.contest()
        self.send(self.messages(dispute))
        # Of yesterday: what was said today about one invoice never counts today.
        self.messages(dispute).sudo().sent_at -= timedelta(days=1)
        told = self.refresh().explain()
        self.assertEqual(told["verdict"], "chase", "the rest is reminded all the same")
        self.assertFalse(self.debtor.open_item_ids.last_contact_date)

    def test_what_is_no_longer_true_does_not_leave(self):
        dispute = self.contest()
        opened = self.messages(dispute)
        dispute.resolution = "customer_wrong"
        dispute.action_resolve()
        closed = self.messages(dispute) - opened
        dispute.action_reopen()
        self.send(opened + closed)
        self.assertEqual(closed.cancel_code, "dispute_moved_on")
        self.assertEqual(opened.state, "done", "open again: still true")
        self.debtor.insolvency = "receivership"
        last = self.messages(self.contest(50)) - opened - closed
        self.send(last)
        self.assertEqual(last.cancel_code, "held_since")

    def test_nobody_is_told_unless_the_company_says_so(self):
        self.company.write(
            {"ar_dispute_tell_opened": False, "ar_dispute_tell_closed": False}
        )
        dispute = self.contest()
        dispute.resolution = "settled"
        dispute.action_resolve()
        self.assertFalse(dispute.reminder_ids)

    def test_a_payment_needs_no_answer(self):
        dispute = self.contest()
        self.send(self.messages(dispute))
        self.pay(self.move)
        self.refresh()
        self.assertEqual(dispute.resolution, "paid")
        self.assertFalse(self.messages(dispute, "planned"))

    def test_creator_collector_and_salesperson_hear_at_once(self):
        other = new_test_user(
            self.env,
            "ar_messages_owner",
            groups="base.group_user",
            email="owner@works.example",
            company_id=self.company.id,
        )
        dispute = self.contest()
        dispute.owner_id = other
        creator = dispute.create_uid.partner_id
        mine = dispute.with_user(other)
        mine.write({"resolution": "customer_wrong", "resolution_note": "Signed"})
        mine.action_resolve()
        message = (
            self.env["mail.message"]
            .search(
                [("model", "=", "ar.dispute"), ("res_id", "=", dispute.id)],
                order="id desc",
            )
            .filtered("notification_ids")
        )
        told = message.notification_ids.res_partner_id
        expected = self.sam.partner_id + self.collector.partner_id
        if not creator.user_ids & self.env.ref("base.user_root"):
            expected += creator
        self.assertEqual(told, expected)
        self.assertIn("Signed", message[:1].body)


@tagged("post_install", "-at_install")
class TestDisputeReport(SendingCommon):
    def test_count_amount_and_days_by_cause(self):
        categ = self.env["product.category"].create({"name": "Doors"})
        product = self.env["product.product"].create(
            {"name": "Door", "categ_id": categ.id}
        )
        move = self.make_invoice(300)
        move.button_draft()
        move.invoice_line_ids.product_id = product
        move.invoice_line_ids.price_unit = 300
        move.invoice_line_ids.tax_ids = False
        move.action_post()
        other = self.make_invoice(200)
        Dispute = self.env["ar.dispute"]
        first, second = Dispute._ar_raise(
            [
                {"move_id": move.id, "reason_code": "price", "amount": 120},
                {"move_id": other.id, "reason_code": "price", "amount": 80},
            ]
        )
        first.sudo().opened_at -= timedelta(days=6)
        first.target_date = self.today - timedelta(days=1)
        first.resolution = "customer_wrong"
        first.action_resolve()
        self.env.flush_all()
        Report = self.env["ar.dispute.report"]
        rows = {row.dispute_id: row for row in Report.search([])}
        row = rows[first]
        self.assertEqual((row.categ_id, row.days_open, row.late_count), (categ, 6, 1))
        self.assertEqual((row.amount_asked, row.amount_open), (120.0, 0.0))
        self.assertEqual(rows[second].amount_open, 80.0)
        [(reason, count, amount, days)] = Report._read_group(
            [("dispute_id", "in", (first + second).ids)],
            ["reason_id"],
            ["dispute_count:sum", "amount_asked:sum", "days_open:avg"],
        )
        self.assertEqual((reason.code, count, amount, days), ("price", 2, 200.0, 3.0))
