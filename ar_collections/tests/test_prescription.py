from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.ar_collections.engine.prescription import add_years

from .common import ArCommon


@tagged("post_install", "-at_install")
class TestPrescription(ArCommon):
    """Until when a debt can be claimed, and who is told before it is too late."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.fr")
        cls.customer.write({"is_company": True, "country_id": cls.company.country_id})

    def aged(self, years, days=0, **vals):
        """An item whose invoice is this old; and its account."""
        day = add_years(self.today, -years) + timedelta(days=days)
        self.invoice = self.make_invoice(100, invoice_date=day, **vals)
        if "delivery_date" not in vals:
            self.invoice.delivery_date = False
        debtor = self.refresh()
        return debtor.open_item_ids.filtered(lambda i: i.move_id == self.invoice)

    def test_five_years_from_the_invoice_between_businesses(self):
        item = self.aged(1)
        item._ar_clock()
        self.assertEqual(item.prescription_date, add_years(self.today, 4))
        self.assertEqual(item.prescription_by, "invoice")
        self.assertIn("L110-4", item.prescription_words)
        self.assertEqual(item.debtor_id.prescription_date, item.prescription_date)

    def test_two_years_for_a_consumer_and_none_without_a_rule(self):
        self.customer.ar_claims_regime = "consumer"
        item = self.aged(1)
        item._ar_clock()
        self.assertEqual(item.prescription_date, add_years(self.today, 1))
        self.company.country_id = self.env.ref("base.de")
        other = self.aged(1)
        other._ar_clock()
        self.assertFalse(other.prescription_date)

    def test_a_payment_on_account_starts_it_again(self):
        item = self.aged(4)
        payment = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=self.invoice.ids
        )
        paid_on = self.today - timedelta(days=10)
        payment.create({"amount": 30, "payment_date": paid_on})._create_payments()
        item._ar_clock()
        self.env.invalidate_all()
        self.assertEqual(item.prescription_by, "payment")
        self.assertEqual(item.prescription_since, paid_on)
        self.assertEqual(item.prescription_date, add_years(paid_on, 5))

    def test_a_written_acknowledgement_is_recorded_with_its_document(self):
        item = self.aged(4)
        document = self.env["ir.attachment"].create(
            {"name": "letter.pdf", "raw": b"%PDF-1.4"}
        )
        day = self.today - timedelta(days=3)
        self.record(item, day=day, attachment_ids=[(6, 0, document.ids)])
        self.assertEqual(item.prescription_by, "acknowledgement")
        self.assertEqual(item.prescription_date, add_years(day, 5))
        event = self.invoice.ar_timeline_ids.event_id.filtered(
            lambda e: e.kind == "acknowledgement"
        )
        self.assertIn("Letter of Mrs Bertin", event.summary)
        self.assertEqual(event._ar_files(), document)

    def night(self):
        """What the cron does with every item that it takes."""
        Item = self.env["ar.item"]
        Item.browse(Item._ar_prescription_ids())._ar_clock()
        self.env.invalidate_all()

    def record(self, item, **vals):
        return (
            self.env["ar.acknowledgement"]
            .with_context(active_model="ar.debtor", active_ids=item.debtor_id.ids)
            .create({"note": "Letter of Mrs Bertin", **vals})
            .action_record()
        )

    def test_a_day_to_come_is_refused(self):
        item = self.aged(4)
        with self.assertRaises(UserError):
            self.record(item, day=self.today + timedelta(days=1))
        item._ar_clock()
        self.assertEqual(item.prescription_by, "invoice")

    def test_each_warning_comes_once_and_the_next_one_later(self):
        item = self.aged(5, days=200)
        debtor = item.debtor_id
        for _night in range(2):
            self.night()
        alert = self.env.ref("ar_collections.ar_activity_prescription")
        told = debtor.activity_ids.filtered(lambda a: a.activity_type_id == alert)
        self.assertEqual(len(told), 1)
        self.assertIn("12", told.summary)
        self.assertIn(self.invoice.name, told.summary)
        self.invoice.delivery_date = add_years(self.today, -5) + timedelta(days=60)
        self.night()
        told = debtor.activity_ids.filtered(lambda a: a.activity_type_id == alert)
        self.assertEqual(len(told), 2)

    def test_a_credit_note_or_a_paid_item_has_no_warning(self):
        self.aged(5, days=30, move_type="out_refund")
        self.night()
        alert = self.env.ref("ar_collections.ar_activity_prescription")
        self.assertFalse(
            self.env["mail.activity"].search([("activity_type_id", "=", alert.id)])
        )
