from datetime import timedelta

from markupsafe import Markup

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import ArCommon


@tagged("post_install", "-at_install")
class TestTimeline(ArCommon):
    """Everything that happened is on one timeline, told to whoever reads it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        roles = {"collector": "group_user", "reader": "group_reader"}
        cls.people = {
            name: new_test_user(
                cls.env,
                f"ar_timeline_{name}",
                groups=f"ar_collections.{group}",
                company_id=cls.company.id,
                company_ids=[Command.set(cls.company.ids)],
            )
            for name, group in roles.items()
        }
        cls.invoice = cls.make_invoice(120.0, overdue=30)
        cls.debtor = cls.refresh().with_user(cls.people["collector"])

    def entries(self, record=None, **params):
        return (record or self.debtor).ar_timeline_page(**params)["entries"]

    def record(self, kind, **vals):
        """A fact on the account of the tests."""
        return self.env["ar.event"]._ar_record(
            [
                {
                    "kind": kind,
                    "company_id": self.company.id,
                    "debtor_id": self.debtor.id,
                    "summary": kind,
                    **vals,
                }
            ]
        )

    def post(self, record, subtype_xmlid="mail.mt_note", **values):
        """What the chatter does with what a colleague types."""
        values = {"message_type": "comment", "subtype_xmlid": subtype_xmlid, **values}
        return record.message_post(**values)

    # What colleagues write.

    def test_a_note_is_on_the_timeline_once(self):
        self.post(self.debtor, body="Mrs. Petit is back on Thursday")
        (entry,) = self.entries()
        self.assertEqual(entry["kind"], "note")
        self.assertEqual(entry["who"], self.people["collector"].name)
        self.assertEqual(entry["summary"], "Mrs. Petit is back on Thursday")
        self.assertFalse(entry["has_body"])

    def test_a_mail_to_the_customer_tells_its_subject_and_its_words(self):
        self.post(
            self.debtor,
            body=Markup("<p>Here is the delivery note.</p>"),
            subject="Delivery note",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.customer.ids,
        )
        (entry,) = self.entries()
        self.assertEqual(
            (entry["kind"], entry["summary"]), ("message", "Delivery note")
        )
        self.assertEqual(entry["excerpt"], "Here is the delivery note.")

    def test_what_is_said_of_a_dispute_shows_on_account_and_invoice(self):
        dispute = self.env["ar.dispute"].create(
            {
                "move_id": self.invoice.id,
                "reason_id": self.env.ref("ar_collections.reason_price").id,
            }
        )
        self.post(dispute, body="Price agreed by phone")
        for record in (self.debtor, self.invoice):
            with self.subTest(record=record._name):
                notes = [e for e in self.entries(record) if e["kind"] == "note"]
                self.assertEqual(
                    [note["summary"] for note in notes], ["Price agreed by phone"]
                )

    def test_a_note_on_the_invoice_shows_on_the_account(self):
        self.post(self.invoice, body="Copy sent")
        (entry,) = self.entries()
        self.assertEqual(entry["summary"], "Copy sent")
        self.assertEqual(entry["invoices"], self.invoice.name)

    def test_machine_messages_are_no_notes(self):
        self.debtor.message_post(body="Stage changed", message_type="notification")
        self.assertFalse(self.entries())

    def test_a_done_activity_is_told(self):
        activity = self.debtor.activity_schedule(
            "mail.mail_activity_data_todo", summary="Ask for the order number"
        )
        activity.action_feedback(feedback="It is 4711")
        (entry,) = self.entries()
        self.assertEqual(entry["kind"], "activity")
        link = self.debtor.timeline_ids
        self.assertIn("4711", link.ar_body())

    # Decisions of people.

    def test_decisions_are_told_in_the_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env["ir.module.module"]._load_module_terms(["ar_collections"], ["fr_FR"])
        self.debtor.insolvency = "receivership"
        (entry,) = self.entries()
        self.assertEqual(entry["kind"], "decision")
        self.assertEqual(entry["summary"], "Insolvency: Receivership")
        french = self.entries(self.debtor.with_context(lang="fr_FR"))[0]["summary"]
        self.assertIn("Redressement judiciaire", french)

    def test_a_strategy_chosen_by_hand_stays(self):
        other = self.env["ar.strategy"].create(
            {"name": "Another", "sequence": 999, "company_id": self.company.id}
        )
        self.debtor.strategy_id = other
        self.assertTrue(self.debtor.strategy_manual)
        self.refresh()
        self.assertEqual(self.debtor.strategy_id, other)
        self.debtor.strategy_id = False
        self.refresh()
        self.assertEqual(self.debtor.strategy_id, self.strategy)

    def test_cancelled_reminder_tells_its_reason_to_each_reader(self):
        # Without English, words written in French would replace the source.
        self.env["res.lang"]._activate_lang("en_US")
        self.env["res.lang"]._activate_lang("fr_FR")
        reason = self.env.ref("ar_collections.ar_reason_paid_since")
        reason.with_context(lang="fr_FR").words = "Payé entre-temps."
        self.record("reminder_cancelled", payload={"code": "paid_since", "params": {}})
        self.assertEqual(self.entries()[0]["summary"], "Paid since it was planned.")
        french = self.entries(self.debtor.with_context(lang="fr_FR"))
        self.assertEqual(french[0]["summary"], "Payé entre-temps.")

    # Pages and families.

    def test_newest_first_by_family(self):
        now = fields.Datetime.now()
        for days, kind in enumerate(("reply", "call", "note", "notice_kept")):
            self.record(kind, event_date=now - timedelta(days=days))
        page = self.debtor.ar_timeline_page()
        self.assertEqual(
            [entry["kind"] for entry in page["entries"]],
            ["reply", "call", "note", "notice_kept"],
        )
        self.assertEqual(
            [(family["key"], family["count"]) for family in page["families"]],
            [("mail", 1), ("call", 1), ("note", 1), ("payment", 1)],
        )
        self.assertEqual(
            [entry["kind"] for entry in self.entries(family="call")], ["call"]
        )

    def test_pages_follow_one_another(self):
        for number in range(35):
            self.record("note", summary=f"n{number}")
        first = self.debtor.ar_timeline_page()
        self.assertTrue(first["more"])
        second = self.debtor.ar_timeline_page(offset=len(first["entries"]))
        self.assertFalse(second["more"])
        told = first["entries"] + second["entries"]
        self.assertEqual(len({entry["id"] for entry in told}), 35)

    def test_the_full_text_opens_and_cannot_run_scripts(self):
        body = "<p>Please pay.</p><script>alert(1)</script>"
        self.record("reminder_sent", body=body)
        (entry,) = self.entries()
        self.assertTrue(entry["has_body"])
        link = self.env["ar.event.link"].with_user(self.people["collector"])
        text = link.browse(entry["id"]).ar_body()
        self.assertIn("Please pay.", text)
        self.assertNotIn("script", text)

    def test_erased_words_stay_erased(self):
        event = self.record("reply", payload={"from": "jean@bertin.example"})
        event._ar_erase_words("a test")
        told, entry = self.entries()
        self.assertEqual(entry["summary"], "(erased)")
        self.assertIn("a test", told["summary"])

    # Who reads it.

    def test_a_reader_sees_the_same(self):
        self.record("reply", summary="Seen by all")
        reader = self.debtor.with_user(self.people["reader"])
        self.assertEqual(reader.timeline["entries"], self.debtor.timeline["entries"])

    def test_a_colleague_without_role_reads_nothing(self):
        stranger = new_test_user(self.env, "ar_timeline_stranger")
        with self.assertRaises(AccessError):
            self.debtor.with_user(stranger).ar_timeline_page()
        self.record("note")
        link = self.env["ar.event.link"].search([("debtor_id", "=", self.debtor.id)])
        with self.assertRaises(AccessError):
            link.with_user(stranger).ar_body()

    def test_only_what_may_be_opened_is_linked(self):
        other = self.make_invoice(50.0, overdue=3)
        self.record("decision", res_model="account.move", res_id=other.id)
        collector = self.entries()[0]
        self.assertEqual(collector["record"], ["account.move", other.id])
        reader = self.entries(self.debtor.with_user(self.people["reader"]))[0]
        self.assertFalse(reader["record"])
