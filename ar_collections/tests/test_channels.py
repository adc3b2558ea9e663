import base64
import io
from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from requests import exceptions as http_errors

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger
from odoo.tools.pdf import PdfFileReader

from odoo.addons.sms.tools.sms_api import SmsApi

from ..engine.delivery import HandOver, Outcome
from .common_sending import SendingCommon

MODELS = "odoo.addons.ar_collections.models"
SEND_LOG = f"{MODELS}.ar_reminder_send"
HIDDEN = "https://hidden.invalid/page"


class ChannelCommon(SendingCommon):
    """A ladder by SMS, letter or task, and carriers without a network."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.write(
            {
                "phone": "+33 6 12 34 56 78",
                "street": "4 avenue Foch",
                "zip": "75016",
                "city": "Paris",
                "country_id": cls.env.ref("base.fr").id,
            }
        )
        cls.env["iap.account"].get("sms")

    @classmethod
    def channel(cls, channel, **vals):
        """The whole ladder goes by this channel."""
        cls.steps.write({"channel": channel, **vals})

    def hand_over(self, reminders):
        """Both transactions of a batch, as a lane runs them, without commits."""
        due = reminders.sudo().search(
            [("id", "in", reminders.ids), *reminders.sudo()._ar_due_domain()]
        )
        tokens = due._ar_prepare()
        return {
            reminder_id: due.browse(reminder_id)._process_one(HandOver(), token)
            for reminder_id, token in tokens.items()
        }

    def due_reminder(self, amount=100.0, overdue=12, partner=None):
        move = self.make_invoice(amount, overdue=overdue, partner=partner)
        return move, self.plan_for(partner or self.customer)

    def by_hand(self, debtors):
        """Reminders that a person asked for, on the channel of the ladder."""
        return self.Reminder.create(
            [
                {
                    "debtor_id": debtor.id,
                    "company_id": self.company.id,
                    "channel": self.steps[0].channel,
                    "is_manual": True,
                    "planned_date": self.today,
                    "user_id": self.collector.id,
                }
                for debtor in debtors
            ]
        )

    def kinds(self, reminder):
        return reminder.debtor_id.timeline_ids.mapped("kind")


@tagged("post_install", "-at_install")
class TestSms(ChannelCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel("sms")
        cls.company.ar_sms_cost = 0.06

    @contextmanager
    def service(self, answer="success"):
        """The SMS service; an exception as answer is raised as the client does."""
        self.asked = []

        def contact(api, endpoint, params, timeout=15):
            self.asked.append((endpoint, params))
            if isinstance(answer, Exception):
                try:
                    raise answer
                except http_errors.RequestException:
                    raise AccessError("The request to the service failed.")  # noqa: B904
            return [
                {"uuid": number["uuid"], "state": answer, "credit": 1}
                for message in params["messages"]
                for number in message["numbers"]
            ]

        with patch.object(SmsApi, "_contact_iap", contact):
            yield

    def report(self, reminder, status):
        """What the web address of the delivery reports does with one."""
        Tracker = self.env["sms.tracker"].sudo()
        tracker = Tracker.search([("sms_uuid", "=", reminder.provider_ref)])
        state = self.env["sms.sms"].IAP_TO_SMS_STATE_SUCCESS.get(status)
        if state:
            tracker._action_update_from_sms_state(state)
        else:
            tracker._action_update_from_provider_error(status)

    def sent_one(self):
        _move, reminder = self.due_reminder()
        with self.service():
            self.hand_over(reminder)
        return reminder

    def test_one_short_text_to_the_number_of_the_customer(self):
        move, reminder = self.due_reminder(1200)
        with self.service():
            self.assertEqual(self.hand_over(reminder), {reminder.id: Outcome.SENT})

        [(endpoint, params)] = self.asked
        self.assertEqual(endpoint, "/api/sms/3/send")
        [message] = params["messages"]
        self.assertEqual(message["numbers"][0]["number"], "+33612345678")
        self.assertIn(move.name, message["content"])
        self.assertIn("1,200.00", message["content"])
        self.assertIn("claire@works.example", message["content"])
        self.assertLess(len(message["content"]), 161)
        self.assertTrue(params["webhook_url"].endswith("/sms/status"))

        self.assertEqual(
            (reminder.state, reminder.delivery_state), ("done", "handed_over")
        )
        self.assertEqual(reminder.phone, "+33612345678")
        self.assertEqual(reminder.cost, 0.06)
        self.assertEqual(reminder.debtor_id.item_ids.step_id, self.steps[0])
        self.assertIn(reminder.mail_message_id, reminder.debtor_id.message_ids)
        self.assertEqual(reminder.mail_message_id.message_type, "sms")
        [event] = reminder.debtor_id.timeline_ids.event_id.filtered(
            lambda e: e.kind == "reminder_sent"
        )
        self.assertIn("+33612345678", event.summary)
        self.assertEqual(event.content_ids.payload["provider"], "odoo")

    def test_the_link_is_in_the_text_alone(self):
        url = "https://example.com/my/receivables/secret"
        debtor = type(self.env["ar.debtor"])
        _move, reminder = self.due_reminder()
        with (
            patch.object(debtor, "_ar_has_action_page", lambda d, p: True),
            patch.object(debtor, "_ar_action_url", lambda d, p: url),
            self.service(),
        ):
            self.hand_over(reminder)
        self.assertIn(url, self.asked[0][1]["messages"][0]["content"])
        self.assertIn(HIDDEN, reminder.sms_text)
        kept = [
            reminder.sms_text,
            f"{reminder.body}",
            f"{reminder.mail_message_id.body}",
            *self.env["sms.sms"].search([]).mapped("body"),
            *reminder.debtor_id.timeline_ids.event_id.mapped("summary"),
        ]
        self.assertFalse([text for text in kept if "secret" in text])

    def test_numbers_that_no_sms_reaches_park_one_reminder(self):
        wrong = self.customer.copy({"phone": "12"})
        none = self.customer.copy({"phone": False})
        home = self.customer.copy({"phone": "+33 4 78 00 11 22"})
        partners = (self.customer, wrong, none, home)
        for partner in partners:
            self.make_invoice(partner=partner, overdue=12)
        debtors = self.env["ar.debtor"]._ar_refresh([p.id for p in partners])
        reminders = self.by_hand(debtors)
        reminders.action_send()
        with self.service():
            outcomes = self.hand_over(reminders)
        by = {r.partner_id: r for r in reminders}
        self.assertEqual(outcomes, {by[self.customer].id: Outcome.SENT})
        for partner in (wrong, none, home):
            self.assertEqual(by[partner].state, "failed", partner.phone)
            self.assertEqual(len(by[partner].debtor_id.activity_ids), 1)
        self.assertIn("12", by[wrong].error)
        self.assertIn("landline", by[home].error)

    def test_a_blacklisted_number_is_left_alone(self):
        self.env["phone.blacklist"].sudo().add("+33612345678")
        _move, reminder = self.due_reminder()
        with self.service():
            self.assertEqual(self.hand_over(reminder), {})
        self.assertEqual(self.asked, [])
        self.assertIn("blacklist", reminder.error)

    @mute_logger(SEND_LOG)
    def test_refused_number_fails_no_credit_waits(self):
        _move, reminder = self.due_reminder()
        with self.service("wrong_number_format"):
            outcome = self.hand_over(reminder)
        self.assertEqual(outcome, {reminder.id: Outcome.FAILED})
        self.assertEqual(reminder.state, "failed")
        self.assertIn("+33612345678", reminder.error)
        self.assertTrue(reminder.debtor_id.activity_ids)
        self.assertFalse(reminder.debtor_id.item_ids.step_id)

        reminder.action_retry()
        with self.service("insufficient_credit"):
            outcome = self.hand_over(reminder)
        self.assertEqual(outcome, {reminder.id: Outcome.RETRY})
        self.assertEqual(reminder.state, "approved")
        self.assertGreater(reminder.release_at, fields.Datetime.now())
        self.assertIn("credit", reminder.error)
        trackers = self.env["sms.tracker"].sudo()
        self.assertFalse(trackers.search([("ar_reminder_id", "=", reminder.id)]))

    def test_no_connection_is_tried_again_no_answer_is_a_doubt(self):
        _move, reminder = self.due_reminder()
        with self.service(http_errors.ConnectTimeout("connect timeout")):
            self.assertEqual(self.hand_over(reminder), {reminder.id: Outcome.RETRY})
        self.assertEqual(reminder.state, "planned")

        reminder.release_at = False
        with self.service(http_errors.ReadTimeout("read timeout")):
            self.assertEqual(self.hand_over(reminder), {reminder.id: Outcome.IN_DOUBT})
        self.assertEqual(reminder.state, "in_doubt")
        [activity] = reminder.debtor_id.activity_ids
        self.assertIn("+33612345678", activity.summary)
        with self.service():
            self.assertEqual(self.hand_over(reminder), {})
        self.assertEqual(self.asked, [])

    def test_a_delivery_report_settles_a_doubt(self):
        _move, reminder = self.due_reminder()
        with self.service(http_errors.ReadTimeout("read timeout")):
            self.hand_over(reminder)
        self.report(reminder, "delivered")
        self.assertEqual(
            (reminder.state, reminder.delivery_state), ("done", "delivered")
        )
        self.assertFalse(reminder.debtor_id.activity_ids)
        self.assertEqual(reminder.debtor_id.item_ids.step_id, self.steps[0])

    def test_delivery_reports_come_back_on_the_reminder(self):
        reminder = self.sent_one()
        self.report(reminder, "sent")
        self.assertEqual(reminder.delivery_state, "handed_over")
        self.report(reminder, "delivered")
        self.assertEqual(reminder.delivery_state, "delivered")
        self.assertTrue(reminder.delivery_date)
        self.report(reminder, "sent")
        self.assertEqual(reminder.delivery_state, "delivered")
        self.assertEqual(self.kinds(reminder).count("delivered"), 1)
        self.assertFalse(reminder.debtor_id.activity_ids)

    def test_an_undelivered_text_tells_the_collector(self):
        reminder = self.sent_one()
        self.report(reminder, "invalid_destination")
        self.assertEqual(
            (reminder.state, reminder.delivery_state), ("done", "undelivered")
        )
        self.assertIn("Destination", reminder.delivery_text)
        [activity] = reminder.debtor_id.activity_ids
        self.assertEqual(activity.user_id, self.collector)
        [event] = reminder.debtor_id.timeline_ids.event_id.filtered(
            lambda e: e.kind == "undelivered"
        )
        self.assertIn("not delivered", event.summary)
        self.assertEqual(event._ar_family(event.kind), "mail")

    def test_paid_since_sends_nothing(self):
        move, reminder = self.due_reminder()
        self.pay(move)
        with self.service():
            self.assertEqual(self.hand_over(reminder), {})
        self.assertEqual(self.asked, [])
        self.assertEqual(reminder.cancel_code, "paid_since")

    def test_the_preview_is_what_would_leave(self):
        move, reminder = self.due_reminder(350)
        self.assertIn(move.name, reminder.preview_body)
        self.assertIn("350.00", reminder.preview_body)


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
        from reportlab.pdfgen.canvas import Canvas

        from odoo.tools import html2plaintext

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
            [("id", "in", reminder.ids), *self.eval(waiting["domain"])]
        )
        self.assertEqual(found, reminder)

    def eval(self, text):
        from odoo.tools.safe_eval import safe_eval

        return safe_eval(text)

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
        with patch(f"{MODELS}.ar_reminder_print.BATCH", 1):
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


@tagged("post_install", "-at_install")
class TestTasks(ChannelCommon):
    def test_a_step_gives_a_colleague_something_to_do(self):
        self.channel("task", task_user_kind="salesperson", task_text="Call the boss")
        seller = new_test_user(self.env, "seller", company_id=self.company.id)
        self.customer.user_id = seller
        move, reminder = self.due_reminder()
        self.assertEqual(self.hand_over(reminder), {reminder.id: Outcome.SENT})

        [activity] = reminder.debtor_id.activity_ids
        self.assertEqual(activity.user_id, seller)
        self.assertEqual(activity.summary, "Call the boss")
        self.assertIn(move.name, activity.note)
        self.assertEqual(activity.date_deadline, self.today + timedelta(days=2))
        self.assertEqual(reminder.state, "done")
        self.assertEqual(reminder.debtor_id.item_ids.step_id, self.steps[0])
        self.assertEqual(self.smtp.accepted, [])

    def test_without_a_salesperson_the_collector_gets_it(self):
        self.channel("task", task_user_kind="salesperson")
        _move, reminder = self.due_reminder()
        self.hand_over(reminder)
        self.assertEqual(reminder.debtor_id.activity_ids.user_id, self.collector)

    def test_a_colleague_by_name_must_be_named(self):
        with self.assertRaisesRegex(UserError, "colleague"):
            self.channel("task", task_user_kind="named")
        self.channel("task", task_user_kind="named", task_user_id=self.collector.id)
        _move, reminder = self.due_reminder()
        self.hand_over(reminder)
        self.assertEqual(reminder.debtor_id.activity_ids.user_id, self.collector)

    def test_channels_of_one_batch_go_each_their_way(self):
        self.strategy.step_ids = [Command.clear()]
        self.strategy.step_ids = [
            Command.create({"name": "Task", "delay_days": 5, "channel": "task"}),
            Command.create({"name": "Mail", "delay_days": 20, "channel": "email"}),
        ]
        late = self.customer.copy({"email": "late@example.com"})
        self.make_invoice(overdue=12)
        self.make_invoice(overdue=30, partner=late)
        reminders = self.plan_for(self.customer, late)
        outcomes = self.send(reminders)
        self.assertEqual(set(outcomes.values()), {Outcome.SENT})
        self.assertEqual([to for to, _m in self.smtp.accepted], [["late@example.com"]])
