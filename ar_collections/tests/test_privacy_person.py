import base64
import io
import json
import zipfile
from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from odoo.addons.ar_collections.engine.evidence_verifier import verify

from .common import ArCommon

ANNE, NAME = "anne.kerleo@privacy.example", "Anne Kerleo"
LIKE_HERS = b"joanne.kerleo@privacy.example"


@tagged("post_install", "-at_install")
class TestPrivacyPerson(ArCommon):
    """A contact person asks for her data, and to be forgotten."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.anne = cls.env["res.partner"].create(
            {
                "name": NAME,
                "email": ANNE,
                "phone": "+33 1 99 00 12 34",
                "parent_id": cls.customer.id,
                "type": "contact",
            }
        )
        cls.paid = cls.make_invoice(100, overdue=400)
        cls.refresh()  # the account exists from when something was open
        cls.pay(cls.paid)
        cls.refresh()
        cls.debtor = cls.env["ar.debtor"]._ar_of_moves(cls.paid)
        cls.long_ago = cls.today - timedelta(days=300)

    def tell(self, kind, summary, move=None, debtor=None, **vals):
        return self.env["ar.event"]._ar_record(
            [
                {
                    "kind": kind,
                    "summary": summary,
                    "company_id": self.company.id,
                    "debtor_id": (debtor or self.debtor).id,
                    "move_ids": move.ids if move else [],
                    "event_date": f"{self.long_ago} 09:00:00",
                    **vals,
                }
            ]
        )

    def story(self):
        self.reminder = self.mark_sent(self.debtor, self.steps[0], days_ago=300)
        self.reminder.write(
            {
                "recipient_id": self.anne.id,
                "email": ANNE,
                "body": f"<p>Dear {NAME}</p>",
                "own_subject": f"For {NAME}",
                "own_body": f"<p>Dear {NAME}</p>",
                "error": f"{ANNE}: greylisted",
            }
        )
        self.sent = self.tell(
            "reminder_sent",
            f"E-mail to {ANNE}",
            self.paid,
            body=f"<p>Dear {NAME}, please pay</p>",
            payload={"channel": "email", "email": ANNE, "subject": "Overdue"},
            res_model="ar.reminder",
            res_id=self.reminder.id,
        )
        self.reply = self.tell(
            "reply",
            "Reply",
            body="<p>We pay on Friday</p>",
            actor=f'"{NAME}" <{ANNE}>',
            source="mail",
            source_key="<1@bertin.example>",
        )
        self.other = self.tell("reply", "Of joanne.kerleo@privacy.example", self.paid)
        self.env["ar.event.seal"]._ar_seal_batch(5000)

    def wizard(self, user=None, **values):
        values = {"partner_id": self.anne.id, "reason": "Letter of 2 March", **values}
        Wizard = self.env["ar.person.wizard"].with_user(user or self.env.user)
        return Wizard.create(values)

    def evidence(self):
        wizard = self.env["ar.evidence.wizard"].create({"debtor_id": self.debtor.id})
        wizard.action_make()
        return base64.b64decode(wizard.document)

    def test_she_is_forgotten_and_everything_still_verifies(self):
        self.story()
        before = self.evidence()
        message = self.debtor.message_post(body="Called her", author_id=self.anne.id)
        wizard = self.wizard()
        wizard.action_find()
        self.assertEqual(wizard.kept_count, 0, wizard.line_ids.mapped("keep"))
        wizard.action_erase()
        self.env.invalidate_all()
        self.assertFalse((self.sent + self.reply).sudo().content_ids)
        self.assertFalse(self.reply.actor)
        self.assertFalse(self.reminder.email or self.reminder.body)
        self.assertNotIn("Called", message.body)
        self.assertFalse(self.anne.active or self.anne.email or self.anne.phone)
        self.assertNotIn("Kerleo", self.anne.name)
        self.assertEqual(self.company.ar_verify_events()["faults"], [])
        after = self.evidence()
        self.assertEqual(verify(before)[0], [])
        self.assertEqual(verify(after)[0], [])
        for words in (ANNE, NAME, "We pay on Friday"):
            self.assertIn(words.encode(), before)
            self.assertNotIn(words.encode(), after.replace(LIKE_HERS, b""))
        # Whose address only looks alike is somebody else.
        self.assertIn(LIKE_HERS, after)
        self.assertEqual(self.other.summary, "Of joanne.kerleo@privacy.example")

    def test_nothing_of_her_is_left_in_any_table(self):
        self.story()
        self.debtor.message_post(body=f"Spoke to {NAME}", author_id=self.anne.id)
        wizard = self.wizard()
        wizard.action_find()
        wizard.action_erase()
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT c.relname, a.attname FROM pg_attribute a"
            " JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'r'"
            " JOIN pg_type t ON t.oid = a.atttypid"
            " WHERE (c.relname LIKE 'ar\\_%' OR c.relname LIKE 'mail\\_%')"
            " AND a.attnum > 0 AND NOT a.attisdropped"
            " AND t.typname IN ('varchar', 'text', 'jsonb')"
        )
        left = []
        for table, column in self.env.cr.fetchall():
            self.env.cr.execute(
                f'SELECT 1 FROM "{table}" WHERE "{column}"::text ILIKE %s'
                f' OR ("{column}"::text ILIKE %s AND "{column}"::text NOT ILIKE %s)',
                [f"%{NAME}%", f"%{ANNE}%", "%joanne%"],
            )
            if self.env.cr.fetchone():
                left.append(f"{table}.{column}")
        self.assertEqual(left, [])

    def test_the_request_is_kept_as_its_digest(self):
        self.story()
        wizard = self.wizard()
        wizard.action_find()
        wizard.action_erase()
        request = wizard.request_id
        self.assertEqual(len(request.digest), 64)
        self.assertEqual(request.done_by_id, self.env.user)
        told = self.env["ar.event"].search(
            [("kind", "in", ("words_erased", "data_erased"))]
        )
        payloads = told.sudo().content_ids.mapped("payload")
        self.assertIn(request.digest, [p.get("digest") for p in payloads])
        text = json.dumps([payloads, request.read()], default=str)
        self.assertNotIn("Kerleo", text)
        self.assertNotIn(ANNE, text)

    def test_what_an_unpaid_invoice_needs_stays_and_is_told(self):
        self.story()
        unpaid = self.make_invoice(80, overdue=20)
        self.refresh()
        asked = self.tell("reminder_sent", f"E-mail to {ANNE}", unpaid)
        wizard = self.wizard()
        wizard.action_find()
        wizard.action_erase()
        self.assertTrue(asked.sudo().content_ids)
        self.assertFalse(self.sent.sudo().content_ids)
        # Still needed to show whom the unpaid invoice was sent to.
        self.assertEqual(self.anne.name, NAME)
        self.assertIn("not paid", wizard.request_id.kept_text)
        self.assertEqual(self.company.ar_verify_events()["faults"], [])

    def test_a_legal_hold_keeps_everything(self):
        self.story()
        self.debtor.legal_hold = True
        wizard = self.wizard()
        wizard.action_find()
        wizard.action_erase()
        self.assertTrue(self.sent.sudo().content_ids and self.reply.sudo().content_ids)
        self.assertIn("legal hold", wizard.request_id.kept_text)

    def test_who_stands_on_invoices_stays_in_the_address_book(self):
        wizard = self.wizard(partner_id=self.customer.id)
        wizard.action_find()
        self.assertIn(
            "ten years", "".join(wizard.line_ids.filtered("keep").mapped("keep"))
        )
        wizard.action_erase()
        self.assertEqual(self.customer.name, "Menuiserie Bertin")

    def test_an_address_without_a_contact(self):
        told = self.tell("reply", "Reply", actor="paul@elsewhere.example")
        wizard = self.wizard(partner_id=False, email="Paul@Elsewhere.example")
        wizard.action_find()
        self.assertEqual(wizard.gone_count, 1)
        wizard.action_erase()
        self.assertFalse(told.sudo().content_ids)
        self.assertEqual(self.company.ar_verify_events()["faults"], [])

    def test_a_copy_of_the_data(self):
        self.story()
        wizard = self.wizard()
        wizard.action_find()
        wizard.action_export()
        archive = zipfile.ZipFile(io.BytesIO(base64.b64decode(wizard.document)))
        data = json.loads(archive.read("data.json"))
        models = {piece["model"] for piece in data["pieces"]}
        self.assertLessEqual({"res.partner", "ar.event", "ar.reminder"}, models)
        page = archive.read("data.html").decode()
        self.assertIn(NAME, page)
        self.assertIn("We pay on Friday", page)
        self.assertNotIn("joanne", page)
        self.assertTrue(self.sent.sudo().content_ids)  # nothing was erased

    def test_another_company_keeps_what_it_knows(self):
        other = self.setup_other_company()["company"]
        theirs = self.env["ar.event"]._ar_record(
            [
                {
                    "kind": "reply",
                    "summary": f"Reply of {ANNE}",
                    "company_id": other.id,
                    "event_date": "2020-01-01 09:00:00",
                }
            ]
        )
        self.story()
        wizard = self.wizard(company_ids=[Command.set(self.company.ids)])
        wizard.action_find()
        wizard.action_erase()
        self.assertTrue(theirs.sudo().content_ids)
        self.assertFalse(self.sent.sudo().content_ids)
        self.assertEqual(self.anne.name, NAME)
        self.assertIn("Another company", wizard.request_id.kept_text)

    def test_a_contact_that_only_another_company_sees_is_left_alone(self):
        other = self.setup_other_company()["company"]
        theirs = self.env["res.partner"].create(
            {"name": "Anne at home", "email": ANNE, "company_id": other.id}
        )
        mine = [Command.set(self.company.ids)]
        wizard = self.wizard(partner_id=False, email=ANNE, company_ids=mine)
        wizard.action_find()
        told = " ".join(wizard.line_ids.mapped("text"))
        self.assertIn(NAME, told)
        self.assertNotIn("at home", told)
        wizard.action_erase()
        self.assertEqual((theirs.name, theirs.email), ("Anne at home", ANNE))

    def test_who_only_names_her_keeps_his_address(self):
        case = self.env["ar.case"]._ar_request(
            {
                "source": "mail",
                "source_key": "1",
                "company_id": self.company.id,
                "requester_email": "paul@elsewhere.example",
                "request_customer": "Bertin",
                "reason": f"Please ask {ANNE}",
            }
        )
        self.wizard().action_erase()
        self.assertFalse(case.request_reason)
        self.assertEqual(case.requester_email, "paul@elsewhere.example")

    def test_a_credit_manager_without_other_rights_answers(self):
        self.story()
        manager = new_test_user(
            self.env,
            "manager_answers",
            groups="ar_collections.group_manager",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        wizard = self.wizard(manager)
        wizard.action_find()
        wizard.action_export()
        self.assertTrue(wizard.document)
        wizard.action_erase()
        self.assertFalse((self.sent + self.reply).sudo().content_ids)
        told = self.env["ar.event"].search([("kind", "=", "data_erased")], limit=1)
        self.assertEqual(told.actor, manager.name)

    def test_only_a_credit_manager_answers(self):
        collector = new_test_user(
            self.env, "collector_p", groups="ar_collections.group_user"
        )
        with self.assertRaises(AccessError):
            self.wizard(collector)
        with self.assertRaises(UserError):
            self.wizard(partner_id=False).action_find()
        with self.assertRaises(UserError):
            self.wizard(reason=False).action_erase()
