import base64
import io
from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from reportlab.pdfgen.canvas import Canvas

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import html2plaintext
from odoo.tools.pdf import PdfFileReader
from odoo.tools.safe_eval import safe_eval

from ..engine.delivery import Outcome
from .common_channels import ChannelCommon

PRINT = "odoo.addons.ar_collections.models.ar_reminder_print"


@tagged("post_install", "-at_install")
class TestLetters(ChannelCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel("letter")
        cls.company.ar_letter_cost = 1.4
        cls.company.partner_id.write(
            {"street": "12 rue des Tanneurs", "zip": "69009", "city": "Lyon"}
        )
        cls.other = cls.customer.copy({"name": "Garage Petit"})

    def setUp(self):
        super().setUp()
        # Paper itself is Odoo's affair and needs a program of its own: where that is
        # missing, the words of the sheet stand for the PDF.
        if self.env["ir.actions.report"].get_wkhtmltopdf_state() == "install":
            self.use_plain_paper()

    def use_plain_paper(self):
        """Make PDFs of the text of the sheets, without wkhtmltopdf."""

        def plain(report, bodies, *args, **kwargs):
            stream = io.BytesIO()
            canvas = Canvas(stream)
            for rank, line in enumerate(html2plaintext(bodies[0]).splitlines()):
                canvas.drawString(20, 800 - 12 * rank, line)
            canvas.save()
            return stream.getvalue()

        report = type(self.env["ir.actions.report"])
        for name, function in (
            ("get_wkhtmltopdf_state", lambda report: "ok"),
            ("_run_wkhtmltopdf", plain),
        ):
            patcher = patch.object(report, name, function)
            patcher.start()
            self.addCleanup(patcher.stop)

    def print_letters(self, reminders):
        action = reminders.action_print()
        return self.env[action["res_model"]].browse(action["res_id"])

    def pages(self, document):
        reader = PdfFileReader(io.BytesIO(document))
        return [
            " ".join(reader.getPage(number).extract_text().split())
            for number in range(reader.numPages)
        ]

    def test_a_letter_says_what_is_due_to_whom_and_from_whom(self):
        first = self.make_invoice(1200.50, overdue=12)
        second = self.make_invoice(99.5, overdue=40)
        credit = self.make_invoice(100, overdue=5, move_type="out_refund")
        reminder = self.plan_for(self.customer)
        batch = self.print_letters(reminder)

        [text] = self.pages(base64.b64decode(batch.document))
        for part in (
            first.name,
            second.name,
            credit.name,
            "1,200.00",
            "Menuiserie Bertin",
            "4 avenue Foch",
            "75016 Paris",
            "12 rue des Tanneurs",
            "Lyon",
            "Claire Martin",
            reminder.name,
        ):
            self.assertIn(part, text)
        self.assertNotIn("Odoo", text)
        self.assertNotIn("hidden.invalid", text)

    def test_letters_wait_for_a_person(self):
        _move, reminder = self.due_reminder()
        self.assertFalse(reminder.leaves_by_itself)
        self.assertEqual(self.hand_over(reminder), {})
        with self.assertRaisesRegex(UserError, "made by a person"):
            reminder.action_approve()
        waiting = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_collections.ar_letter_action"
        )
        found = self.Reminder.search(
            [("id", "in", reminder.ids), *safe_eval(waiting["domain"])]
        )
        self.assertEqual(found, reminder)

    def test_a_batch_is_one_pdf_and_counts_once_posted(self):
        self.make_invoice(overdue=12)
        self.make_invoice(overdue=12, partner=self.other)
        reminders = self.plan_for(self.customer, self.other)
        batch = self.print_letters(reminders)

        document = base64.b64decode(batch.document)
        self.assertEqual(len(self.pages(document)), 2)
        self.assertEqual((batch.letter_count, batch.page_count), (2, 2))
        self.assertEqual(set(reminders.mapped("state")), {"sending"})
        self.assertNotIn("reminder_sent", self.kinds(reminders))
        self.assertFalse(reminders.debtor_id.item_ids.step_id)

        batch.action_posted()
        self.assertEqual(set(reminders.mapped("state")), {"done"})
        self.assertEqual(reminders.debtor_id.item_ids.step_id, self.steps[0])
        self.assertEqual(reminders.mapped("cost"), [1.4, 1.4])
        for reminder in reminders:
            [event] = reminder.debtor_id.timeline_ids.event_id.filtered(
                lambda e: e.kind == "reminder_sent"
            )
            letter = event.content_ids.payload["letter"]
            self.assertEqual(letter["sha256"], reminder.sudo().letter_hash)
            thread = reminder.debtor_id.message_ids
            self.assertIn(reminder.letter_attachment_id, thread.attachment_ids)

    def test_posting_and_printing_twice_counts_once(self):
        _move, reminder = self.due_reminder()
        batch = self.print_letters(reminder)
        paper = reminder.letter_attachment_id.raw
        batch.action_posted()
        reminder.action_posted()
        again = self.print_letters(reminder)
        self.assertEqual(self.kinds(reminder).count("reminder_sent"), 1)
        self.assertEqual(len(reminder.line_ids), 1)
        self.assertFalse(again.to_post)
        self.assertEqual(reminder.letter_attachment_id.raw, paper)
        self.assertEqual(
            self.pages(base64.b64decode(again.document)), self.pages(paper)
        )

    def test_paid_since_is_left_out_and_told(self):
        move = self.make_invoice(overdue=12)
        self.make_invoice(overdue=12, partner=self.other)
        reminders = self.plan_for(self.customer, self.other)
        self.pay(move)
        batch = self.print_letters(reminders)

        paid = reminders.filtered(lambda r: r.partner_id == self.customer)
        self.assertEqual((paid.state, paid.cancel_code), ("cancelled", "paid_since"))
        self.assertEqual(batch.left_out_ids, paid)
        [text] = self.pages(base64.b64decode(batch.document))
        self.assertIn("Garage Petit", text)
        self.assertNotIn(move.name, text)

    def test_printed_again_before_posting_reads_the_amounts_again(self):
        move, reminder = self.due_reminder(300)
        first = self.print_letters(reminder)
        self.assertIn("300.00", self.pages(base64.b64decode(first.document))[0])
        self.pay(move, 100)
        second = self.print_letters(reminder)
        self.assertIn("200.00", self.pages(base64.b64decode(second.document))[0])
        self.assertEqual(reminder.amount_total, 200)
        self.pay(move)
        third = self.print_letters(reminder)
        self.assertEqual(third.letter_count, 0)
        self.assertEqual(reminder.state, "cancelled")

    def test_a_great_many_are_printed_in_turns(self):
        self.make_invoice(overdue=12)
        self.make_invoice(overdue=12, partner=self.other)
        reminders = self.plan_for(self.customer, self.other)
        with patch(f"{PRINT}.BATCH", 1):
            batch = self.print_letters(reminders)
        self.assertEqual((batch.letter_count, batch.waiting_count), (1, 1))
        self.assertFalse(batch.left_out_ids)
        self.assertEqual(reminders.mapped("state"), ["sending", "planned"])

    def test_not_posted_waits_again(self):
        _move, reminder = self.due_reminder()
        self.print_letters(reminder)
        reminder.action_not_posted()
        self.assertEqual(reminder.state, "planned")
        self.assertFalse(reminder.letter_attachment_id)
        with self.assertRaisesRegex(UserError, "not printed"):
            reminder.action_posted()

    def test_the_sweeper_asks_after_forgotten_letters_only(self):
        _move, reminder = self.due_reminder()
        self.print_letters(reminder)
        self.assertEqual(self.Reminder._ar_sweep(0)["in_doubt"], 0)
        self.assertEqual(reminder.state, "sending")
        self.assertFalse(reminder.debtor_id.activity_ids)
        reminder.printed_at = fields.Datetime.now() - timedelta(days=3)
        self.Reminder._ar_sweep(0)
        self.assertIn(reminder.name, reminder.debtor_id.activity_ids.summary)
        reminder.action_posted()
        self.assertFalse(reminder.debtor_id.activity_ids)

    def test_no_postal_address_parks_one_letter(self):
        self.make_invoice(overdue=12)
        self.make_invoice(overdue=12, partner=self.other)
        self.customer.city = False
        partners = self.customer + self.other
        debtors = self.env["ar.debtor"]._ar_refresh(partners.ids)
        batch = self.print_letters(self.by_hand(debtors))
        parked = batch.left_out_ids
        self.assertEqual(parked.partner_id, self.customer)
        self.assertEqual(parked.state, "failed")
        self.assertIn("postal address", parked.error)
        self.assertTrue(parked.debtor_id.activity_ids)
        self.customer.city = "Paris"
        parked.action_retry()
        self.assertEqual(self.print_letters(parked).letter_count, 1)

    def test_without_the_program_nothing_changes(self):
        _move, reminder = self.due_reminder()
        report = type(self.env["ir.actions.report"])
        with (
            patch.object(report, "get_wkhtmltopdf_state", lambda report: "install"),
            self.assertRaisesRegex(UserError, "wkhtmltopdf"),
        ):
            reminder.action_print()
        self.assertEqual(reminder.state, "planned")
        self.assertFalse(reminder.letter_attachment_id)

    def test_each_letter_in_the_language_of_its_reader(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        template = self.env.ref("ar_collections.letter_template_reminder")
        template.with_context(lang="fr_FR").subject = "Factures échues"
        self.other.lang = "fr_FR"
        self.make_invoice(1234.5, overdue=12)
        self.make_invoice(1234.5, overdue=12, partner=self.other)
        batch = self.print_letters(self.plan_for(self.customer, self.other))
        english, french = sorted(
            self.pages(base64.b64decode(batch.document)), key=lambda t: "échues" in t
        )
        self.assertIn("Overdue invoices", english)
        self.assertIn("Factures échues", french)
        self.assertRegex(french, "1[\xa0\u202f ]?234,50")

    def test_both_sides_of_the_paper(self):
        self.company.ar_letter_duplex = True
        self.make_invoice(overdue=12)
        self.make_invoice(overdue=12, partner=self.other)
        batch = self.print_letters(self.plan_for(self.customer, self.other))
        texts = self.pages(base64.b64decode(batch.document))
        self.assertEqual([bool(text) for text in texts], [True, False, True, False])

    def test_a_collector_prints_his_accounts_only(self):
        _move, reminder = self.due_reminder()
        stranger = new_test_user(
            self.env,
            "stranger.collector",
            "base.group_user,ar_collections.group_user",
            company_id=self.company.id,
        )
        with self.assertRaises(AccessError):
            reminder.with_user(stranger).action_print()
        own = reminder.with_user(self.collector)
        batch = self.print_letters(own)
        self.assertTrue(batch.document)
        batch.with_user(self.collector).action_posted()
        self.assertEqual(reminder.state, "done")
        self.assertTrue(own.letter_attachment_id.raw)

    def test_a_letter_that_comes_back_tells_the_collector(self):
        _move, reminder = self.due_reminder()
        self.print_letters(reminder).action_posted()
        reminder.action_came_back()
        self.assertEqual(reminder.delivery_state, "returned")
        self.assertTrue(reminder.debtor_id.activity_ids)
        self.assertIn("undelivered", self.kinds(reminder))

    def test_snailmail_is_offered_where_it_is_installed(self):
        codes = dict(self.Reminder._ar_providers()["letter"])
        installed = "snailmail.letter" in self.env
        self.assertEqual("snailmail" in codes, installed)
        if not installed:
            return
        self.company.ar_letter_provider = "snailmail"
        _move, reminder = self.due_reminder()
        self.assertTrue(reminder.leaves_by_itself)
        with self.post_office(error="CREDIT_ERROR"):
            self.assertEqual(self.hand_over(reminder), {reminder.id: Outcome.RETRY})
        reminder.release_at = False
        with self.post_office(sent=True, send_id="4711"):
            self.assertEqual(self.hand_over(reminder), {reminder.id: Outcome.SENT})
        self.assertEqual(reminder.state, "done")
        self.assertIn("4711", reminder.delivery_text)
        letters = self.env["snailmail.letter"].search([])
        self.assertEqual(letters.mapped("state"), ["sent"])

    @contextmanager
    def post_office(self, **answer):
        """Odoo's postal service, as far as its client can see."""

        def service(url, params=None, **kwargs):
            [document] = params["documents"]
            self.assertTrue(base64.b64decode(document["pdf_bin"]).startswith(b"%PDF"))
            self.assertEqual(document["address"]["zip"], "75016")
            documents = [{**document, **answer}]
            return {"request_code": 200, "request": {"documents": documents}}

        client = "odoo.addons.iap.tools.iap_tools.iap_jsonrpc"
        with patch(client, side_effect=service):
            yield
