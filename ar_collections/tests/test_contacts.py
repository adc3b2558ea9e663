import hashlib
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from ..engine.delivery import Outcome
from .common_sending import SendingCommon

PDF = b"%PDF-1.4\nInvoice as it was issued\n%%EOF\n"
SEND_LOG = "odoo.addons.ar_collections.models.ar_reminder_send"
ENCLOSE_LOG = "odoo.addons.ar_collections.models.ar_reminder_enclosure"


class ContactsCommon(SendingCommon):
    """Steps with recipients, copies and attachments."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.step = cls.steps[0]
        cls.approver, cls.boss, cls.accounts = cls.env["res.partner"].create(
            [
                {
                    "name": name,
                    "email": f"{name.split()[0].lower()}@bertin.example",
                    "parent_id": cls.customer.id,
                    "lang": "en_US",
                    "type": kind,
                }
                for name, kind in (
                    ("Workshop office", "other"),
                    ("Paul Bertin", "contact"),
                    ("Accounts payable", "invoice"),
                )
            ]
        )

    def sent(self, reminders):
        """Send these; the one e-mail that left."""
        self.send(reminders)
        [(recipients, message)] = self.smtp.accepted
        return recipients, message

    @staticmethod
    def text_of(message, kind="plain"):
        return message.get_body((kind,)).get_content()

    @staticmethod
    def store_pdf(move, content=PDF):
        """The legal PDF of an invoice, as Odoo stores it when it is issued."""
        return (
            move.env["ir.attachment"]
            .sudo()
            .create(
                {
                    "name": f"{move.name.replace('/', '_')}.pdf",
                    "raw": content,
                    "mimetype": "application/pdf",
                    "res_model": move._name,
                    "res_id": move.id,
                    "res_field": "invoice_pdf_report_file",
                }
            )
        )


@tagged("post_install", "-at_install")
class TestRecipients(ContactsCommon):
    def planned(self, **step):
        self.step.write(step)
        self.make_invoice(overdue=12)
        return self.plan_for(self.customer)

    def test_each_step_writes_to_its_own_contact(self):
        debtor = self.planned().debtor_id
        debtor.write(
            {
                "contact_id": self.customer.copy(
                    {"name": "Lea", "email": "lea@bertin.example"}
                ).id,
                "approver_contact_id": self.approver.id,
                "escalation_contact_id": self.boss.id,
            }
        )
        reminder = debtor.reminder_ids
        for role, email in (
            ("collections", "lea@bertin.example"),
            ("billing", "accounts@bertin.example"),
            ("approver", "workshop@bertin.example"),
            ("escalated", "paul@bertin.example"),
        ):
            with self.subTest(role=role):
                self.step.recipient = role
                self.assertEqual(reminder._ar_recipient().email, email)
                self.assertFalse(reminder.remark_text)

    def test_a_missing_contact_is_replaced_and_told(self):
        reminder = self.planned(recipient="escalated")
        self.assertIn("Accounts payable", reminder.remark_text)
        recipients, _message = self.sent(reminder)
        self.assertEqual(recipients, ["accounts@bertin.example"])
        self.assertEqual(reminder.remarks[0]["code"], "fallback_escalated")
        self.assertIn("Accounts payable", reminder.remark_text)

    def test_another_contact_chosen_by_hand_wins(self):
        reminder = self.planned()
        reminder.recipient_choice_id = self.boss
        recipients, _message = self.sent(reminder)
        self.assertEqual(recipients, ["paul@bertin.example"])

    def test_copies_are_real_shown_and_recorded(self):
        seller = new_test_user(self.env, "seller", name="Rose", email="rose@w.example")
        manager = new_test_user(self.env, "head", name="Ada", email="ada@w.example")
        self.customer.user_id = seller
        self.company.ar_manager_id = manager
        reminder = self.planned(
            copy_manager=True,
            copy_salesperson=True,
            copy_partner_ids=[Command.set(self.boss.ids)],
        )
        recipients, message = self.sent(reminder)
        copies = ["ada@w.example", "rose@w.example", "paul@bertin.example"]
        self.assertEqual(recipients, ["accounts@bertin.example", *copies])
        for email in copies:
            self.assertIn(email, message["Cc"])
            self.assertIn(email, reminder.email_cc)
        self.assertNotIn("ada@", message["To"])
        payload = self.payload_of(reminder)
        self.assertIn("ada@w.example", payload["copies"])

    def payload_of(self, reminder):
        events = reminder.debtor_id.timeline_ids.filtered(
            lambda e: e.kind == "reminder_sent"
        )
        return events.event_id.sudo().content_ids.payload

    def test_a_copy_that_nobody_can_get_stops_nothing(self):
        self.env["mail.blacklist"]._add("paul@bertin.example")
        reminder = self.planned(
            copy_manager=True,
            copy_partner_ids=[Command.set(self.boss.ids)],
        )
        recipients, message = self.sent(reminder)
        self.assertEqual(recipients, ["accounts@bertin.example"])
        self.assertFalse(message["Cc"])
        codes = [remark["code"] for remark in reminder.remarks]
        self.assertEqual(codes, ["copy_no_manager", "copy_no_address"])


@tagged("post_install", "-at_install")
class TestEnclosures(ContactsCommon):
    def setUp(self):
        super().setUp()
        self.step.write({"attach_invoices": True})

    def test_the_stored_pdf_leaves_byte_for_byte(self):
        move = self.make_invoice(overdue=12)
        self.store_pdf(move)
        reminder = self.plan_for(self.customer)
        with patch.object(
            type(self.env["ir.actions.report"]),
            "_render_qweb_pdf",
            side_effect=AssertionError("an invoice was printed anew"),
        ):
            _to, message = self.sent(reminder)
        [part] = message.iter_attachments()
        self.assertEqual(part.get_content(), PDF)
        digest = hashlib.sha256(PDF).hexdigest()
        self.assertEqual(reminder.enclosures[0]["sha256"], digest)
        self.assertIn(f"invoices {move.name}", self.text_of(message))
        event = reminder.debtor_id.timeline_ids.filtered(
            lambda e: e.kind == "reminder_sent"
        ).event_id
        payload = event.sudo().content_ids.payload
        self.assertEqual(payload["attachments"][0]["sha256"], digest)

    def test_an_invoice_without_a_pdf_is_told_and_stops_nothing(self):
        stored, bare = self.make_invoice(overdue=12), self.make_invoice(overdue=13)
        self.store_pdf(stored)
        reminder = self.plan_for(self.customer)
        _to, message = self.sent(reminder)
        self.assertEqual(len(list(message.iter_attachments())), 1)
        self.assertEqual(reminder.remarks[0]["code"], "invoice_pdf_missing")
        self.assertIn(bare.name, reminder.remark_text)
        self.assertNotIn(stored.name, reminder.remark_text)

    def test_beyond_the_limit_the_oldest_are_kept(self):
        self.company.ar_enclosure_limit = 1
        oldest = self.make_invoice(overdue=18)
        middle, newest = self.make_invoice(overdue=15), self.make_invoice(overdue=12)
        for move, size in ((oldest, 400_000), (middle, 500_000), (newest, 20_000)):
            self.store_pdf(move, PDF + b"x" * size)
        reminder = self.plan_for(self.customer)
        preview = reminder.preview_body
        _to, message = self.sent(reminder)
        names = [part.get_filename() for part in message.iter_attachments()]
        self.assertEqual(
            names, [f"{m.name.replace('/', '_')}.pdf" for m in (oldest, newest)]
        )
        for text in (self.text_of(message), preview):
            told = text.split("because of their size:")[1]
            self.assertIn(middle.name, told)
            self.assertNotIn(oldest.name, told)
        self.assertEqual(reminder.remarks[0]["code"], "enclosure_too_heavy")

    def test_the_statement_goes_along(self):
        self.step.write({"attach_invoices": False, "attach_statement": True})
        self.make_invoice(overdue=12)
        reminder = self.plan_for(self.customer)
        Report = type(self.env["ir.actions.report"])
        with patch.object(Report, "_ar_pdf", return_value=PDF):
            _to, message = self.sent(reminder)
        [part] = message.iter_attachments()
        self.assertEqual(part.get_content(), PDF)
        self.assertIn("statement of your account", self.text_of(message))

    @mute_logger(ENCLOSE_LOG)
    def test_without_the_printing_program_the_mail_leaves_without_it(self):
        self.step.write({"attach_invoices": False, "attach_statement": True})
        self.make_invoice(overdue=12)
        reminder = self.plan_for(self.customer)
        Report = type(self.env["ir.actions.report"])
        with patch.object(Report, "get_wkhtmltopdf_state", return_value="install"):
            _to, message = self.sent(reminder)
            with self.assertRaisesRegex(UserError, "wkhtmltopdf"):
                reminder.debtor_id.action_statement()
        self.assertFalse(list(message.iter_attachments()))
        self.assertNotIn("statement", self.text_of(message))
        self.assertEqual(reminder.state, "done")
        self.assertEqual(reminder.remarks[0]["code"], "statement_missing")
        self.assertIn("wkhtmltopdf", reminder.remark_text)

    def test_a_mail_that_did_not_leave_leaves_no_attachment_behind(self):
        self.store_pdf(self.make_invoice(overdue=12))
        reminder = self.plan_for(self.customer)
        self.smtp.answers["accounts@bertin.example"] = ("data", 451)
        self.assertEqual(self.send(reminder), {reminder.id: Outcome.RETRY})
        self.assertFalse(reminder.sudo().enclosure_ids)
        self.assertFalse(reminder.enclosures)

    def test_the_statement_lists_what_is_open_by_age_and_currency(self):
        dollar = self.env.ref("base.USD")
        other = self.env.ref("base.EUR")
        if self.company.currency_id == dollar:
            dollar, other = other, dollar
        dollar.active = True
        late = self.make_invoice(100, overdue=40)
        self.make_invoice(30, overdue=-10)
        self.make_invoice(25, overdue=5, move_type="out_refund")
        foreign = self.make_invoice(70, overdue=100, currency_id=dollar.id)
        debtor = self.refresh()
        values = debtor.with_context(lang="en_US")._ar_statement_values()
        sheets = {sheet["currency"]: sheet for sheet in values["sheets"]}
        home = sheets[self.company.currency_id.name]
        self.assertEqual(len(home["rows"]), 3)
        self.assertIn("105.00", home["total"])
        self.assertIn("100.00", home["overdue"])
        self.assertIn("100.00", home["ages"][2])
        self.assertIn("30.00", home["ages"][0])
        self.assertIn("25.00", home["ages"][-1])
        self.assertIn("70.00", sheets[dollar.name]["ages"][4])
        html = str(
            self.env["ir.qweb"]._render(
                "ar_collections.statement_sheet", {"statement": values}
            )
        )
        for move in (late, foreign):
            self.assertIn(move.name, html)


@tagged("post_install", "-at_install")
class TestArchive(ContactsCommon):
    def test_numbers_link_to_the_archive(self):
        self.company.ar_archive_url = "https://d.example/i/{number}?c={customer}"
        self.customer.ref = "C&A 12"
        move = self.make_invoice(overdue=12)
        _to, message = self.sent(self.plan_for(self.customer))
        number = move.name.replace("/", "%2F")
        href = f"https://d.example/i/{number}?c=C%26A%2012"
        html = self.text_of(message, "html")
        self.assertIn(href.replace("&", "&amp;"), html)
        self.assertIn(f">{move.name}</a>", html)

    def test_an_address_that_cannot_work_is_refused_in_words(self):
        for url, word in (
            ("ftp://d.example/{number}", "http"),
            ("https://d.example/{nummer}", "nummer"),
            ("https://{customer}/{number}", "server"),
            ("https://d.example/all", "every invoice"),
            ("https://d.example/{number", "brace"),
            ("javascript:alert('{number}')", "http"),
        ):
            with self.subTest(url=url), self.assertRaisesRegex(ValidationError, word):
                self.company.ar_archive_url = url


@tagged("post_install", "-at_install")
class TestCurrencies(ContactsCommon):
    def test_one_contact_with_a_total_per_currency(self):
        foreign = self.env.ref("base.CHF")
        foreign.active = True
        self.make_invoice(100, overdue=12)
        self.make_invoice(60, overdue=13, currency_id=foreign.id)
        self.make_invoice(40, overdue=14, currency_id=foreign.id)
        reminder = self.plan_for(self.customer)
        self.assertEqual(len(reminder), 1)
        _to, message = self.sent(reminder)
        plain = self.text_of(message)
        totals = [line for line in plain.splitlines() if "Total to pay" in line]
        self.assertEqual(len(totals), 2)
        self.assertTrue(any("CHF" in t and "100.00" in t for t in totals))
        self.assertIn("CHF", message["Subject"])


@tagged("post_install", "-at_install")
class TestOwnText(ContactsCommon):
    def by_hand(self):
        debtor = self.env["ar.debtor"].search([("partner_id", "=", self.customer.id)])
        action = debtor.with_user(self.collector).action_remind()
        return self.Reminder.browse(action["res_id"]).with_user(self.collector)

    def test_words_of_the_collector_around_live_figures(self):
        move = self.make_invoice(300, overdue=2)
        self.plan_for(self.customer)
        reminder = self.by_hand()
        reminder.action_edit_text()
        with Form(reminder) as form:
            form.own_body = form.own_body.replace(
                "Could you tell me", "As agreed on the phone, could you tell me"
            )
        self.pay(move, 100)
        reminder.action_send()
        _to, message = self.sent(reminder)
        plain = self.text_of(message)
        self.assertIn("As agreed on the phone", plain)
        self.assertIn("200.00", plain)
        self.assertNotIn("300.00", plain)
        self.assertIn("200.00", message["Subject"])
        self.assertIn("Claire Martin", plain)
        self.assertNotIn("ar_part_", self.text_of(message, "html"))

    def test_the_table_cannot_be_forgotten(self):
        move = self.make_invoice(300, overdue=2)
        self.plan_for(self.customer)
        reminder = self.by_hand()
        reminder.action_edit_text()
        reminder.write({"own_body": "<p>Please pay.</p>", "own_subject": "A word"})
        reminder.action_send()
        _to, message = self.sent(reminder)
        self.assertEqual(message["Subject"], "A word")
        self.assertIn("Please pay.", self.text_of(message))
        self.assertIn(move.name, self.text_of(message))

    def test_back_to_the_template(self):
        self.make_invoice(300, overdue=2)
        self.plan_for(self.customer)
        reminder = self.by_hand()
        reminder.action_edit_text()
        reminder.own_body = "<p>Please pay.</p>"
        reminder.action_drop_own_text()
        self.assertIn("Unless I am mistaken", reminder.preview_body)

    def test_several_accounts_at_once_but_not_those_that_nobody_may_write_to(self):
        other = self.customer.copy({"name": "Other", "email": "o@client.example"})
        for partner in (self.customer, other):
            self.make_invoice(300, overdue=2, partner=partner)
        self.plan_for(self.customer, other)
        debtors = self.env["ar.debtor"].search(
            [("partner_id", "in", (self.customer | other).ids)]
        )
        debtors.with_user(self.collector).action_remind()
        reminders = debtors.reminder_ids
        self.assertEqual(len(reminders), 2)
        stopped = debtors.filtered(lambda d: d.partner_id == other)
        stopped.insolvency = "liquidation"
        reminders.with_user(self.collector).action_send()
        self.send(reminders)
        self.assertEqual(
            [to for to, _m in self.smtp.accepted], [["accounts@bertin.example"]]
        )
        self.assertEqual(stopped.reminder_ids.state, "cancelled")
