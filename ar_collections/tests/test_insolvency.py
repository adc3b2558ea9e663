from datetime import date, datetime, timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from ..engine.insolvency import deadline
from .common import ArCommon


@tagged("post_install", "-at_install")
class TestInsolvency(ArCommon):
    """Nothing is chased, and the claim is declared in time."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.write(
            {"country_id": cls.env.ref("base.fr").id, "zip": "69002"}
        )
        cls.invoice = cls.make_invoice(500, overdue=30)
        cls.debtor = cls.refresh()
        cls.practitioner = cls.env["res.partner"].create({"name": "Maître Lenoir"})

    def open_proceedings(self, published=None, **vals):
        published = published or self.today
        self.debtor.write(
            {
                "insolvency": "receivership",
                "insolvency_date": published - timedelta(days=10),
                "insolvency_publication_date": published,
                "insolvency_practitioner_id": self.practitioner.id,
                **vals,
            }
        )

    def alerts(self):
        kind = self.env.ref("ar_collections.ar_activity_insolvency")
        return self.debtor.activity_ids.filtered(lambda a: a.activity_type_id == kind)

    def test_proceedings_stop_contacts_and_start_the_clock(self):
        self.open_proceedings(date(2026, 1, 31))
        debtor = self.debtor
        self.assertEqual(debtor.insolvency_deadline, date(2026, 3, 31))
        self.assertEqual(debtor.insolvency_by_id, self.env.user)
        told = debtor.explain()
        self.assertEqual((told["verdict"], self.codes(told)), ("hold", ["insolvency"]))
        self.company.partner_id.zip = "97400"
        debtor.invalidate_recordset()
        self.assertEqual(debtor.insolvency_deadline, date(2026, 5, 31))

    def test_without_publication_it_is_to_be_looked_up(self):
        self.debtor.write({"insolvency": "safeguard", "insolvency_date": self.today})
        self.assertEqual(self.debtor.insolvency_status, "no_date")
        self.assertFalse(self.debtor.insolvency_deadline)

    def test_what_was_invoiced_since_the_judgment_is_not_declared(self):
        self.make_invoice(70, overdue=-30, invoice_date=self.today)
        self.refresh()
        self.open_proceedings()
        self.assertEqual(self.debtor.insolvency_amount, 500.0)

    def test_people_are_alerted_at_each_threshold_once(self):
        self.open_proceedings()
        last = deadline(self.today)
        seen = []
        for left in (31, 30, 29, 15, 14, 5, 1, 0, -1, -2):
            day = last - timedelta(days=left)
            with freeze_time(datetime(day.year, day.month, day.day, 12)):
                self.debtor.invalidate_recordset()
                before = self.alerts()
                self.env["ar.debtor"]._cron_ar_insolvency()
                self.env["ar.debtor"]._cron_ar_insolvency()
                after = self.alerts()
                self.assertLessEqual(len(after), 1, "the one before is replaced")
                if after != before:
                    seen.append(left)
        self.assertEqual(seen, [30, 15, 5, 0])

    def test_nights_that_were_missed_are_made_up_for_by_one_alert(self):
        self.open_proceedings(self.today - timedelta(days=55))
        self.env["ar.debtor"]._cron_ar_insolvency()
        self.assertEqual(len(self.alerts()), 1)
        self.assertIn(self.debtor.insolvency_alerted, (5, 15))

    def test_the_declaration_stops_the_clock_and_keeps_its_proof(self):
        self.open_proceedings(self.today - timedelta(days=40))
        self.env["ar.debtor"]._cron_ar_insolvency()
        self.assertTrue(self.alerts())
        proof = self.env["ir.attachment"].create({"name": "AR.pdf", "raw": b"%PDF-1"})
        self.debtor.write(
            {
                "insolvency_declared_on": self.today,
                "insolvency_declared_amount": 500,
                "insolvency_proof_ids": [(4, proof.id)],
            }
        )
        self.assertEqual(self.debtor.insolvency_status, "declared")
        self.assertFalse(self.alerts())
        self.env["ar.debtor"]._cron_ar_insolvency()
        self.assertFalse(self.alerts())
        link = self.debtor.timeline_ids.filtered(
            lambda ln: ln.kind == "insolvency_declared"
        )
        self.assertEqual(len(link), 1)
        payload = link.event_id.content_ids.payload
        self.assertEqual(payload["proofs"], [proof.checksum])
        self.assertEqual(payload["practitioner"], "Maître Lenoir")
        self.assertIn("Receivership", link.summary)

    def test_the_end_of_the_proceedings_resumes_and_leaves_its_trace(self):
        self.open_proceedings(insolvency_declared_on=self.today)
        self.debtor.action_end_insolvency()
        self.assertFalse(self.debtor.insolvency_publication_date)
        self.assertFalse(self.debtor.insolvency_declared_on)
        self.assertEqual(self.debtor.insolvency_alerted, -1)
        self.assertEqual(self.debtor.explain()["verdict"], "chase")
        link = self.debtor.timeline_ids.filtered(
            lambda ln: ln.kind == "insolvency_ended"
        )
        payload = link.event_id.content_ids.payload
        self.assertEqual(payload["declared"], fields.Date.to_string(self.today))

    def test_claims_to_declare_are_listed_by_their_last_day(self):
        self.open_proceedings()
        last = deadline(self.today)
        Debtor = self.env["ar.debtor"]
        here = [("id", "=", self.debtor.id)]
        soon = [*here, ("insolvency_deadline", "<=", last)]
        self.assertEqual(Debtor.search(soon), self.debtor)
        later = [*here, ("insolvency_deadline", ">", last)]
        self.assertFalse(Debtor.search(later))
