from datetime import timedelta

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..engine.delivery import Outcome
from ..engine.smtp_session import WatchedSession
from .test_contacts import ContactsCommon

GATEWAY = "odoo.addons.mail.models.mail_thread"
SEND_LOG = "odoo.addons.ar_collections.models.ar_reminder_send"


class CentreCommon(ContactsCommon):
    """Three customers whose invoices one office pays."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.centre = cls.env["res.partner"].create(
            {
                "name": "Shared services Bertin",
                "is_company": True,
                "email": "ap@centre.example",
                "lang": "en_US",
            }
        )
        cls.customer.email = False
        cls.customers = cls.customer
        for name in ("Joinery North", "Joinery South"):
            cls.customers |= cls.customer.copy({"name": name, "lang": "en_US"})

    def planned(self, *overdue):
        """One invoice per customer (100, 200, 300), so many days late."""
        self.moves = self.env["account.move"]
        for n, days in enumerate(overdue):
            partner = self.customers[n]
            move = self.make_invoice(100.0 * (n + 1), overdue=days, partner=partner)
            self.moves |= move
        debtors = self.env["ar.debtor"]._ar_refresh(self.customers.ids)
        debtors.paying_centre_id = self.centre
        return self.plan_for(*self.customers[: len(overdue)])


@tagged("post_install", "-at_install")
class TestPayingCentre(CentreCommon):
    def test_one_mail_for_all_with_a_subtotal_each(self):
        reminders = self.planned(12, 13, 14)
        credit = self.make_invoice(50, overdue=12, move_type="out_refund")

        outcomes = self.send(reminders)

        self.assertEqual(list(outcomes.values()), [Outcome.SENT])
        [(recipients, message)] = self.smtp.accepted
        self.assertEqual(recipients, ["ap@centre.example"])
        plain = self.text_of(message)
        for partner, move, subtotal in zip(
            self.customers, self.moves, ("50.00", "200.00", "300.00"), strict=True
        ):
            told = plain.split(partner.name)[1].split("Subtotal")
            self.assertIn(move.name, told[0])
            self.assertIn(subtotal, told[1].splitlines()[0])
        self.assertIn(credit.name, plain.split(self.customer.name)[1])
        total = [ln for ln in plain.splitlines() if ln.startswith("Total to pay")]
        self.assertIn("550.00", total[0])
        self.assertIn("550.00", message["Subject"])

    def test_each_account_keeps_its_own_record(self):
        reminders = self.planned(12, 13, 14)
        self.send(reminders)
        self.assertEqual(set(reminders.mapped("state")), {"done"})
        lead = reminders.filtered(lambda r: not r.lead_id)
        self.assertEqual(len(lead), 1)
        self.assertEqual(lead.member_ids, reminders - lead)
        self.assertEqual(len(set(reminders.mapped("message_id"))), 1)
        self.assertFalse(any(reminders.sudo().mapped("token")))
        for reminder in reminders:
            [move] = [m for m in self.moves if m.partner_id == reminder.partner_id]
            self.assertEqual(reminder.line_ids.number, move.name)
            item = reminder.debtor_id.open_item_ids
            self.assertEqual(item.last_contact_date, self.today)
            event = reminder.debtor_id.timeline_ids.filtered(
                lambda e: e.kind == "reminder_sent"
            )
            self.assertEqual(
                event.event_id.sudo().content_ids.payload["together"],
                sorted(reminders.mapped("name")),
            )
            self.assertIn("Shared services", reminder.remark_text)
        members = reminders - lead
        for member in members:
            others = self.moves.filtered(
                lambda m, r=member: m.partner_id != r.partner_id
            )
            self.assertFalse([m for m in others if m.name in member.body])

    def test_what_was_paid_since_leaves_the_mail(self):
        reminders = self.planned(12, 13, 14)
        self.pay(self.moves[1])
        self.send(reminders)
        [(_to, message)] = self.smtp.accepted
        self.assertNotIn(self.moves[1].name, self.text_of(message))
        paid = reminders.filtered(lambda r: r.partner_id == self.moves[1].partner_id)
        self.assertEqual(paid.state, "cancelled")
        self.assertEqual(set((reminders - paid).mapped("state")), {"done"})

    def test_the_firmest_step_gives_the_words(self):
        self.steps[2].tone = "last"
        reminders = self.planned(12, 45)
        self.send(reminders)
        [(_to, message)] = self.smtp.accepted
        self.assertIn("last reminder before formal notice", message["Subject"])

    def test_a_contact_with_the_office_counts_for_all_its_customers(self):
        reminders = self.planned(12)
        self.send(reminders)
        self.make_invoice(overdue=12, partner=self.customers[1])
        other = self.refresh(self.customers[1])
        other.paying_centre_id = self.centre
        self.assertFalse(self.plan_for(self.customers[1]))
        self.assertIn(self.codes(other.explain())[0], ("min_gap", "weekly_cap"))
        other.paying_centre_id = False
        self.customers[1].email = "own@north.example"
        self.assertTrue(self.plan_for(self.customers[1]))

    def test_one_shared_mail_is_one_contact(self):
        self.strategy.write({"weekly_cap": 2, "min_gap_days": 0})
        reminders = self.planned(12, 13, 14)
        self.send(reminders)
        for debtor in reminders.debtor_id:
            fact = self.env["ar.facts"]._ar_load(debtor)[debtor.id]
            self.assertEqual(fact.contact_dates, (self.today,))

    def test_refused_fails_all_and_later_tries_all(self):
        reminders = self.planned(12, 13)
        self.smtp.answers["ap@centre.example"] = ("data", 451)
        self.assertEqual(list(self.send(reminders).values()), [Outcome.RETRY])
        self.assertEqual(set(reminders.mapped("state")), {"planned"})
        self.assertEqual(reminders.mapped("attempts"), [1, 1])
        self.assertFalse(reminders.lead_id)
        self.assertFalse(reminders.mail_message_id)
        self.smtp.answers["ap@centre.example"] = ("rcpt", 550)
        reminders.release_at = fields.Datetime.now() - timedelta(minutes=1)
        self.send(reminders)
        self.assertEqual(set(reminders.mapped("state")), {"failed"})
        self.assertEqual(self.smtp.accepted, [])

    def test_without_a_server_all_of_them_wait(self):
        reminders = self.planned(12, 13).sudo()
        tokens = reminders._ar_prepare()
        leads = self.Reminder.sudo().browse(tokens)
        waiting = leads._ar_still_ours(tokens)
        self.assertEqual(waiting, reminders)
        waiting._ar_wait_longer("Connection refused")
        self.assertEqual(set(reminders.mapped("state")), {"planned"})
        self.assertEqual(reminders.mapped("attempts"), [1, 1])
        self.assertGreater(min(reminders.mapped("release_at")), fields.Datetime.now())

    def test_doubt_is_one_question_for_all(self):
        reminders = self.planned(12, 13)
        self.smtp.answers["ap@centre.example"] = "drop"
        self.send(reminders)
        self.assertEqual(set(reminders.mapped("state")), {"in_doubt"})
        reminders[0].with_user(self.collector).action_confirm_sent()
        self.assertEqual(set(reminders.mapped("state")), {"done"})
        self.assertEqual(len(reminders.line_ids), 2)
        self.assertFalse(reminders.debtor_id.activity_ids)

    def test_what_a_killed_sender_left_is_one_mail(self):
        reminders = self.planned(12, 13).sudo()
        alone = self.customers[0].copy({"email": "alone@client.example"})
        self.make_invoice(overdue=12, partner=alone)
        reminders |= self.plan_for(alone).sudo()
        tokens = reminders._ar_prepare()
        self.assertEqual(len(tokens), 2)
        reminders.sending_since = fields.Datetime.now() - timedelta(hours=5)
        swept = self.Reminder._ar_sweep()
        first = self.Reminder.browse(list(tokens)[0])
        doubted = 1 if first.debtor_id.partner_id == alone else 2
        self.assertEqual(swept, {"in_doubt": doubted, "released": 3 - doubted})

    def test_a_shared_token_serves_once(self):
        reminders = self.planned(12, 13).sudo()
        [(lead_id, token)] = reminders._ar_prepare().items()
        lead = self.Reminder.browse(lead_id).sudo()
        with self.outgoing():
            outcomes = [
                lead._process_one(WatchedSession(self.smtp), token) for _ in "ab"
            ]
        self.assertEqual(outcomes, [Outcome.SENT, None])
        self.assertEqual(len(self.smtp.accepted), 1)

    @mute_logger(SEND_LOG)
    def test_one_that_cannot_be_written_fails_alone(self):
        reminders = self.planned(12, 13, 14)
        bad = reminders.filtered(lambda r: r.partner_id.name == "Joinery North")
        Reminder = type(reminders)
        section = Reminder._ar_section

        def broken(reminder, content):
            if reminder.id == bad.id:
                raise KeyError("amount")
            return section(reminder, content)

        self.patch(Reminder, "_ar_section", broken)
        self.send(reminders)
        [(_to, message)] = self.smtp.accepted
        self.assertEqual(bad.state, "failed")
        self.assertEqual(set((reminders - bad).mapped("state")), {"done"})
        self.assertNotIn("Joinery North", self.text_of(message))

    def test_lanes_never_share_a_centre_out(self):
        reminders = self.planned(12, 13, 14)
        taken = reminders[0].sudo()._ar_lock_mails(1)
        self.assertEqual(taken, reminders.sorted("id"))

    @mute_logger(GATEWAY)
    def test_an_answer_counts_for_all(self):
        reminders = self.planned(12, 13)
        self.send(reminders)
        message = reminders.filtered(lambda r: not r.lead_id).mail_message_id
        self.env["mail.thread"].message_process(
            "ar.debtor",
            f"""\
From: AP <ap@centre.example>
To: catchall@works.example
Subject: Re: invoices
Message-Id: <answer@centre.example>
In-Reply-To: {message.message_id}
References: {message.message_id}
Content-Type: text/plain; charset=utf-8

Paid on Friday.
""",
        )
        for debtor in reminders.debtor_id:
            self.assertIn("reply", debtor.timeline_ids.mapped("kind"))
        events = reminders.debtor_id.timeline_ids.filtered(lambda e: e.kind == "reply")
        self.assertEqual(len(events.event_id), 1)


@tagged("post_install", "-at_install")
class TestThanks(ContactsCommon):
    def setUp(self):
        super().setUp()
        self.strategy.thank_you = True
        self.move = self.make_invoice(120, overdue=12)
        self.send(self.plan_for(self.customer))
        self.smtp.__init__()
        self.debtor = self.env["ar.debtor"].search(
            [("partner_id", "=", self.customer.id)]
        )

    def plan(self):
        self.debtor.plan()
        return self.debtor.reminder_ids.filtered(lambda r: r.purpose == "thanks")

    def test_thanks_once_for_all_that_was_asked(self):
        self.assertFalse(self.plan())
        self.pay(self.move, 50)
        self.assertFalse(self.plan())
        self.pay(self.move)
        thanks = self.plan()
        self.assertEqual(thanks.state, "planned")
        _to, message = self.sent(thanks)
        self.assertIn("thank you for your payment", message["Subject"])
        self.assertIn(self.move.name, self.text_of(message))
        self.assertEqual(self.plan(), thanks)
        # It counts in no limit.
        fact = self.env["ar.facts"]._ar_load(self.debtor)[self.debtor.id]
        self.assertEqual(len(fact.contact_dates), 1)

    def test_no_thanks_when_something_is_overdue_by_now(self):
        other = self.make_invoice(30, overdue=3)
        self.pay(self.move)
        self.assertFalse(self.plan())
        self.pay(other)
        thanks = self.plan()
        self.make_invoice(80, overdue=3)
        self.send(thanks)
        self.assertEqual(self.smtp.accepted, [])
        self.assertEqual(
            (thanks.state, thanks.cancel_code), ("cancelled", "no_thanks_due")
        )

    def test_no_thanks_for_a_credit_note_or_unasked(self):
        refund = self.make_invoice(120, overdue=12, move_type="out_refund")
        lines = (self.move | refund).line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        lines.reconcile()
        self.assertFalse(self.plan())
        self.strategy.thank_you = False
        self.pay(self.make_invoice(10, overdue=12))
        self.assertFalse(self.plan())

    def test_thanks_stop_no_reminder(self):
        self.pay(self.move)
        thanks = self.plan()
        self.env["ar.reminder"].search([("purpose", "=", "ladder")]).sent_at = (
            fields.Datetime.now() - timedelta(days=20)
        )
        self.make_invoice(80, overdue=9)
        self.debtor.plan()
        ladder = self.debtor.reminder_ids.filtered(
            lambda r: r.state == "planned" and r.purpose == "ladder"
        )
        self.assertEqual(len(ladder), 1)
        self.assertEqual(thanks.state, "planned")
