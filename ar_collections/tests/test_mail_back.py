from datetime import timedelta

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_sending import SendingCommon

GATEWAY = "odoo.addons.mail.models.mail_thread"

REPLY = """\
Return-Path: <compta@bertin.example>
From: Menuiserie Bertin <compta@bertin.example>
To: {to}
Subject: Re: {subject}
Message-Id: <{name}@bertin.example>
In-Reply-To: {message_id}
References: {message_id}
Date: Mon, 16 Nov 2026 10:00:00 +0100
{headers}Content-Type: text/plain; charset=utf-8

{text}
"""

BOUNCE = """\
Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@mx.example>
To: bounce@works.example
Auto-Submitted: auto-replied
Subject: Undelivered Mail Returned to Sender
Message-Id: <bounce-1@mx.example>
Date: Mon, 16 Nov 2026 10:00:00 +0100
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="XX"

--XX
Content-Type: text/plain; charset=us-ascii

This mailbox does not exist any more.

--XX
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; compta@bertin.example
Action: failed
Status: 5.1.1

--XX
Content-Type: message/rfc822

From: Claire Martin <claire@works.example>
To: compta@bertin.example
Subject: {subject}
Message-Id: {message_id}

Hello
--XX--
"""


@tagged("post_install", "-at_install")
class TestMailBack(SendingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.ar_reply_pause_days = 5

    def setUp(self):
        super().setUp()
        self.make_invoice(overdue=12)
        self.reminder = self.plan_for(self.customer)
        self.send(self.reminder)
        self.debtor = self.reminder.debtor_id

    @mute_logger(GATEWAY)
    def receive(self, text="It will be paid on Friday.", name="r1", headers=""):
        mail = REPLY.format(
            to="catchall@works.example",
            subject=self.reminder.subject,
            name=name,
            message_id=self.reminder.message_id,
            headers=headers,
            text=text,
        )
        return self.env["mail.thread"].message_process(None, mail)

    def kinds(self):
        return self.debtor.timeline_ids.mapped("kind")

    def test_a_reply_lands_on_the_account_and_tells_the_collector(self):
        self.assertEqual(self.receive(), self.debtor.id)

        message = self.debtor.message_ids[0]
        self.assertIn("paid on Friday", message.body)
        self.assertEqual(message.author_id, self.customer)
        event = self.debtor.timeline_ids.filtered(lambda link: link.kind == "reply")
        self.assertIn("paid on Friday", event.body)
        activity = self.debtor.activity_ids
        self.assertEqual(activity.user_id, self.collector)
        self.assertIn("Menuiserie Bertin", activity.summary)

    def test_a_reply_pauses_the_automatic_reminders(self):
        self.strategy.write({"min_gap_days": 0, "weekly_cap": 7})
        self.make_invoice(overdue=25)
        self.assertEqual(self.debtor.explain()["verdict"], "chase")
        self.receive()
        told = self.debtor.explain()
        self.assertEqual(told["verdict"], "wait")
        self.assertIn("recent_reply", self.codes(told))
        self.assertEqual(
            told["next_date"], (self.today + timedelta(days=5)).isoformat()
        )
        self.assertFalse(self.plan_for(self.customer))

    def test_a_reminder_planned_before_the_reply_does_not_leave(self):
        self.strategy.write({"min_gap_days": 0, "weekly_cap": 7})
        self.make_invoice(overdue=25)
        planned = self.plan_for(self.customer)
        self.receive()
        self.assertEqual(self.send(planned), {})
        self.assertEqual(planned.state, "cancelled")
        self.assertEqual(len(self.smtp.accepted), 1)

    def test_an_absence_notice_pauses_nothing(self):
        self.receive(headers="Auto-Submitted: auto-replied\n", text="I am away.")
        self.assertNotIn("reply", self.kinds())
        self.assertFalse(self.debtor.activity_ids)
        self.assertIn("I am away", self.debtor.message_ids[0].body)

    def test_a_colleague_who_writes_is_no_customer(self):
        mail = REPLY.replace(
            "Menuiserie Bertin <compta@bertin.example>", "claire@works.example"
        )
        with mute_logger(GATEWAY):
            self.env["mail.thread"].message_process(
                None,
                mail.format(
                    to="catchall@works.example",
                    subject="",
                    name="c1",
                    message_id=self.reminder.message_id,
                    headers="",
                    text="For the record.",
                ),
            )
        self.assertNotIn("reply", self.kinds())

    def test_the_same_reply_twice_is_one_fact(self):
        self.receive()
        self.receive()
        self.assertEqual(self.kinds().count("reply"), 1)

    @mute_logger(GATEWAY)
    def test_a_bounce_names_its_reminder_and_asks_for_an_address(self):
        mail = BOUNCE.format(
            subject=self.reminder.subject, message_id=self.reminder.message_id
        )
        self.env["mail.thread"].message_process(None, mail)

        event = self.debtor.timeline_ids.filtered(lambda link: link.kind == "bounce")
        self.assertEqual(event.event_id.res_id, self.reminder.id)
        payload = event.event_id.content_ids.payload
        self.assertEqual(payload["email"], "compta@bertin.example")
        self.assertEqual(payload["message_id"], self.reminder.message_id)
        self.assertIn("compta@bertin.example", self.debtor.activity_ids.summary)
        self.assertEqual(self.reminder.state, "done")
        self.assertIn("compta@bertin.example", self.reminder.error)
        self.assertNotIn("reply", self.kinds())
