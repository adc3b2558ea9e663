import base64
import json

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from odoo.addons.ar_collections.engine.evidence_verifier import unpack

from .common import ArCommon

ROLES = {
    "reader": "ar_collections.group_reader",
    "collector": "ar_collections.group_user",
    "manager": "ar_collections.group_manager",
    "accountant": "account.group_account_invoice",
}


@tagged("post_install", "-at_install")
class TestPrivacyNotes(ArCommon):
    """Notes of colleagues among themselves are not for everybody."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls.make_invoice(100)
        cls.debtor = cls.refresh()
        cls.people = {
            role: new_test_user(
                cls.env,
                f"notes_{role}",
                groups=group,
                company_id=cls.company.id,
                company_ids=[Command.set(cls.company.ids)],
            )
            for role, group in ROLES.items()
        }
        cls.debtor.collector_id = cls.people["collector"]
        cls.message = cls.debtor.with_user(cls.people["collector"]).message_post(
            body="Sounds ill, be gentle",
            message_type="comment",
            subtype_xmlid="mail.mt_note",
        )
        cls.event = cls.env["ar.event"].search(
            [("source", "=", "message"), ("source_key", "=", str(cls.message.id))]
        )

    def seen(self, role):
        """Through which doors this role finds the note."""
        env = self.env(user=self.people[role], su=False)
        self.env.invalidate_all()
        doors = {
            "event": env["ar.event"].search([("id", "=", self.event.id)]),
            "timeline": env["ar.event.link"].search([("event_id", "=", self.event.id)]),
        }
        if role != "accountant":  # no accounts, no words of events
            doors["words"] = env["ar.event.content"].search(
                [("event_id", "=", self.event.id)]
            )
            doors["message"] = env["mail.message"].search(
                [("id", "=", self.message.id)]
            )
            doors["full text"] = env["mail.message"].search(
                [("body", "ilike", "be gentle")]
            )
            entries = env["ar.debtor"].browse(self.debtor.id).timeline["entries"]
            doors["page"] = [e for e in entries if e["kind"] == "note"]
        return {door for door, found in doors.items() if found}

    def test_collectors_and_managers_read_them(self):
        everywhere = {"event", "timeline", "words", "message", "full text", "page"}
        self.assertEqual(self.seen("collector"), everywhere)
        self.assertEqual(self.seen("manager"), everywhere)

    def test_the_read_only_role_and_invoicing_do_not(self):
        self.assertEqual(self.seen("reader"), set())
        self.assertEqual(self.seen("accountant"), set())

    def test_unless_they_are_given_the_role(self):
        notes = self.env.ref("ar_collections.group_notes")
        self.people["reader"].group_ids = [Command.link(notes.id)]
        self.assertIn("page", self.seen("reader"))
        self.assertIn("message", self.seen("reader"))

    def test_who_wrote_it_or_was_told_reads_it(self):
        reader = self.people["reader"]
        mine = self.debtor.with_user(reader).message_post(
            body="My own note", message_type="comment", subtype_xmlid="mail.mt_note"
        )
        Event = self.env["ar.event"].with_user(reader)
        self.assertTrue(Event.search([("source_key", "=", str(mine.id))]))
        Message = self.env["mail.message"].with_user(reader)
        self.assertTrue(Message.search([("id", "=", mine.id)]))
        told = self.debtor.message_post(
            body="Please look",
            message_type="comment",
            subtype_xmlid="mail.mt_note",
            partner_ids=reader.partner_id.ids,
        )
        self.assertTrue(Message.search([("id", "=", told.id)]))

    def test_the_note_of_the_account_and_of_calls(self):
        self.debtor.note = "<p>Divorcing</p>"
        reader = self.debtor.with_user(self.people["reader"])
        names = self.env["ar.debtor"].with_user(self.people["reader"]).fields_get()
        self.assertNotIn("note", names)
        with self.assertRaises(AccessError):
            reader.read(["note"])
        Reminder = self.env["ar.reminder"].with_user(self.people["reader"])
        self.assertNotIn("call_note", Reminder.fields_get())

    def test_messages_with_the_customer_stay_open_to_readers(self):
        message = self.debtor.message_post(
            body="We sent you the order",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        Message = self.env["mail.message"].with_user(self.people["reader"])
        self.assertTrue(Message.search([("id", "=", message.id)]))

    def test_evidence_leaves_them_out_unless_a_manager_decides(self):
        self.env["ar.event"]._ar_record(
            [
                {
                    "kind": "reply",
                    "summary": "Reply",
                    "company_id": self.company.id,
                    "debtor_id": self.debtor.id,
                }
            ]
        )

        def kinds(role, **values):
            Wizard = self.env["ar.evidence.wizard"].with_user(self.people[role])
            wizard = Wizard.create({"debtor_id": self.debtor.id, **values})
            wizard.action_make()
            data = unpack(base64.b64decode(wizard.document))["evidence.json"]
            return {event["row"][2] for event in json.loads(data)["events"]}

        self.assertNotIn("note", kinds("manager"))
        self.assertNotIn("note", kinds("collector", with_notes=True))
        self.assertIn("note", kinds("manager", with_notes=True))
