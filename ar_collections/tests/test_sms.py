from contextlib import contextmanager
from unittest.mock import patch

from requests import exceptions as http_errors

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.sms.tools.sms_api import SmsApi

from ..engine.delivery import Outcome
from .common_channels import ChannelCommon

SEND_LOG = "odoo.addons.ar_collections.models.ar_reminder_send"
HIDDEN = "https://hidden.invalid/page"

#: What the client of Odoo's services says, whatever happened.
SERVICE_FAILED = "The request to the service failed."


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
                    raise AccessError(SERVICE_FAILED)  # noqa: B904
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
        debtor = type(self.env["ar.debtor"])
        with (
            patch.object(debtor, "_ar_has_action_page", lambda d, p: False),
            self.service(),
        ):
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
