from datetime import timedelta
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..engine.delivery import Outcome
from .common_sending import SendingCommon

SEND_LOG = "odoo.addons.ar_collections.models.ar_reminder_send"


@tagged("post_install", "-at_install")
class TestSending(SendingCommon):
    def text_of(self, message, kind="plain"):
        return message.get_body((kind,)).get_content()

    def test_one_mail_per_customer_with_all_that_is_due_now(self):
        first = self.make_invoice(1200.50, overdue=12)
        second = self.make_invoice(99.5, overdue=40)
        self.make_invoice(500, overdue=-20)
        reminder = self.plan_for(self.customer)

        self.assertEqual(self.send(reminder), {reminder.id: Outcome.SENT})

        [(recipients, message)] = self.smtp.accepted
        self.assertEqual(recipients, ["compta@bertin.example"])
        html, plain = self.text_of(message, "html"), self.text_of(message)
        for text in (html, plain):
            self.assertIn(first.name, text)
            self.assertIn(second.name, text)
            self.assertIn("1,300.00", text)
            self.assertNotIn("500.00", text)
            self.assertNotIn("Odoo", text)
        self.assertEqual(reminder.state, "done")
        self.assertEqual(reminder.amount_total, 1300)
        self.assertEqual(
            sorted((line.number, line.amount) for line in reminder.line_ids),
            sorted([(first.name, 1200.5), (second.name, 99.5)]),
        )

    def test_the_mail_is_the_collectors_and_replies_come_back(self):
        self.make_invoice(overdue=12)
        reminder = self.plan_for(self.customer)
        self.send(reminder)

        [(_to, message)] = self.smtp.accepted
        self.assertEqual(message["From"], "Claire Martin <claire@works.example>")
        self.assertIn("catchall@works.example", message["Reply-To"])
        self.assertEqual(message["Message-Id"], reminder.message_id)
        self.assertEqual(message["Return-Path"], "bounce@works.example")
        self.assertIn("Claire Martin", self.text_of(message))
        thread = reminder.debtor_id.message_ids
        self.assertIn(reminder.mail_message_id, thread)
        self.assertEqual(reminder.mail_message_id.message_type, "email_outgoing")

    def test_the_ladder_and_the_timeline_keep_the_contact(self):
        move = self.make_invoice(overdue=12)
        reminder = self.plan_for(self.customer)
        self.send(reminder)

        item = reminder.debtor_id.item_ids
        self.assertEqual(item.step_id, self.steps[0])
        self.assertEqual(item.step_delay, self.steps[0].delay_days)
        self.assertEqual(item.last_contact_date, self.today)
        events = self.env["ar.event.link"].search(
            [("move_id", "=", move.id), ("kind", "=", "reminder_sent")]
        )
        payload = events.event_id.content_ids.payload
        self.assertEqual(payload["email"], "compta@bertin.example")
        self.assertEqual(payload["message_id"], reminder.message_id)
        self.assertEqual(payload["lines"][0]["cents"], 10000)
        reminder.debtor_id.plan()
        self.assertFalse(
            reminder.debtor_id.reminder_ids.filtered(lambda r: r.state == "planned")
        )

    def test_paid_since_the_plan_is_not_asked_for(self):
        move = self.make_invoice(overdue=12)
        reminder = self.plan_for(self.customer)
        self.pay(move)

        self.assertEqual(self.send(reminder), {})

        self.assertEqual(self.smtp.accepted, [])
        self.assertEqual(
            (reminder.state, reminder.cancel_code), ("cancelled", "paid_since")
        )
        kinds = reminder.debtor_id.timeline_ids.mapped("kind")
        self.assertIn("reminder_cancelled", kinds)

    def test_part_paid_since_asks_for_the_rest_and_shows_credits(self):
        move = self.make_invoice(300, overdue=12)
        reminder = self.plan_for(self.customer)
        self.pay(move, 100)
        credit = self.make_invoice(50, overdue=12, move_type="out_refund")
        self.send(reminder)

        [(_to, message)] = self.smtp.accepted
        plain = self.text_of(message)
        self.assertIn("200.00", plain)
        self.assertIn(credit.name, plain)
        self.assertIn("150.00", plain)
        self.assertEqual(reminder.amount_total, 150)

    def test_each_customer_reads_his_own_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env["res.lang"]._activate_lang("en_US")
        template = self.env.ref("ar_collections.mail_template_reminder")
        template.with_context(
            lang="fr_FR"
        ).subject = (
            "{{ object.company_name }} : factures échues, {{ object.totals_text }}"
        )
        french = self.customer.copy({"lang": "fr_FR", "email": "achats@roche.example"})
        self.customer.lang = "en_US"
        self.make_invoice(1234.5, overdue=12)
        self.make_invoice(1234.5, overdue=12, partner=french)
        self.send(self.plan_for(self.customer, french))

        subjects = {to[0]: message["Subject"] for to, message in self.smtp.accepted}
        self.assertIn("1,234.50", subjects["compta@bertin.example"])
        self.assertRegex(subjects["achats@roche.example"], "1[\xa0\u202f]234,50")
        self.assertIn("overdue invoices", subjects["compta@bertin.example"])
        self.assertIn("factures échues", subjects["achats@roche.example"])

    def test_a_step_cannot_be_sent_twice(self):
        self.make_invoice(overdue=12)
        reminder = self.plan_for(self.customer)
        self.send(reminder)
        again = {
            "debtor_id": reminder.debtor_id.id,
            "company_id": self.company.id,
            "step_id": reminder.step_id.id,
            "cycle": reminder.cycle,
            "mode": "auto",
            "planned_date": self.today,
        }
        twin = self.Reminder.create(again)
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            twin._update_state("approved")
            twin._update_state("sending")
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self.Reminder.create(again)

    def test_a_token_serves_once(self):
        self.make_invoice(overdue=12)
        reminder = self.plan_for(self.customer)
        [(reminder_id, token)] = reminder.sudo()._ar_prepare().items()
        self.assertEqual(reminder_id, reminder.id)
        with self.outgoing():
            outcomes = [
                reminder.sudo()._process_one(self.session(), token) for _ in "ab"
            ]
        self.assertEqual(outcomes, [Outcome.SENT, None])
        self.assertEqual(len(self.smtp.accepted), 1)

    def session(self):
        from ..engine.smtp_session import WatchedSession

        return WatchedSession(self.smtp)

    @mute_logger(SEND_LOG)
    def test_one_bad_address_parks_one_reminder(self):
        partners = self.customer
        for name in ("refused", "nobody", "fine"):
            partners |= self.customer.copy(
                {"name": name, "email": f"{name}@client.example"}
            )
        self.smtp.answers["refused@client.example"] = ("rcpt", 550)
        for partner in partners:
            self.make_invoice(overdue=12, partner=partner)
        reminders = self.plan_for(*partners)
        partners.filtered(lambda p: p.name == "nobody").email = "not an address"
        self.send(reminders)

        states = {r.partner_id.name: r.state for r in reminders}
        self.assertEqual(
            states,
            {
                "Menuiserie Bertin": "done",
                "refused": "failed",
                "nobody": "failed",
                "fine": "done",
            },
        )
        refused = reminders.filtered(lambda r: r.partner_id.name == "refused")
        self.assertIn("550", refused.error)
        activity = refused.debtor_id.activity_ids
        self.assertEqual(activity.user_id, self.collector)
        self.assertIn("550", activity.summary)
        self.assertFalse(refused.mail_message_id)

    def test_try_again_later_waits_and_gives_up_in_the_end(self):
        self.smtp.answers["compta@bertin.example"] = ("data", 451)
        self.make_invoice(overdue=12)
        reminder = self.plan_for(self.customer)
        self.assertEqual(self.send(reminder), {reminder.id: Outcome.RETRY})
        self.assertEqual((reminder.state, reminder.attempts), ("planned", 1))
        self.assertGreater(reminder.release_at, fields.Datetime.now())
        self.assertEqual(self.send(reminder), {})
        for _attempt in range(4):
            reminder.release_at = fields.Datetime.now() - timedelta(minutes=1)
            self.send(reminder)
        self.assertEqual(reminder.state, "failed")
        self.assertEqual(self.smtp.accepted, [])

    def test_silence_after_the_text_asks_a_person(self):
        self.smtp.answers["compta@bertin.example"] = "drop"
        self.make_invoice(overdue=12)
        reminder = self.plan_for(self.customer)
        self.assertEqual(self.send(reminder), {reminder.id: Outcome.IN_DOUBT})
        self.assertEqual(reminder.state, "in_doubt")
        self.assertFalse(reminder.line_ids)
        self.assertEqual(len(reminder.debtor_id.activity_ids), 1)

        reminder.with_user(self.collector).action_confirm_sent()
        self.assertEqual(reminder.state, "done")
        self.assertEqual(reminder.line_ids.amount, 100)
        self.assertFalse(reminder.debtor_id.activity_ids)

    def test_in_doubt_and_not_received_is_sent_with_the_amount_of_today(self):
        self.smtp.answers["compta@bertin.example"] = "drop"
        move = self.make_invoice(overdue=12)
        reminder = self.plan_for(self.customer)
        self.send(reminder)
        self.pay(move, 60)
        self.smtp.answers.clear()
        reminder.with_user(self.collector).action_not_sent()
        self.send(reminder)
        self.assertEqual(reminder.state, "done")
        self.assertEqual(reminder.line_ids.amount, 40)

    def test_broken_before_the_text_is_tried_again(self):
        self.smtp.answers["compta@bertin.example"] = "lost"
        self.make_invoice(overdue=12)
        reminder = self.plan_for(self.customer)
        self.assertEqual(self.send(reminder), {reminder.id: Outcome.RETRY})
        self.assertEqual(reminder.state, "planned")

    def test_manual_waits_for_a_person(self):
        self.strategy.mode = "manual"
        self.make_invoice(overdue=12)
        reminder = self.plan_for(self.customer)
        self.assertEqual(self.send(reminder), {})
        self.assertEqual(reminder.state, "planned")
        reminder.with_user(self.collector).action_send()
        self.assertEqual(reminder.approved_by_id, self.collector)
        self.send(reminder)
        self.assertEqual(reminder.state, "done")

    def test_to_confirm_leaves_after_the_delay_unless_called_off(self):
        self.strategy.mode = "confirm"
        other = self.customer.copy({"email": "other@client.example"})
        self.make_invoice(overdue=12)
        self.make_invoice(overdue=12, partner=other)
        reminders = self.plan_for(self.customer, other)
        self.assertEqual(self.send(reminders), {})
        reminders[0].with_user(self.collector).action_cancel()
        reminders.release_at = fields.Datetime.now() - timedelta(minutes=1)
        self.assertEqual(self.send(reminders), {reminders[1].id: Outcome.SENT})
        self.assertEqual(reminders[0].cancel_code, "by_person")

    def test_automation_off_or_copied_sends_only_what_people_approve(self):
        self.make_invoice(overdue=12)
        reminder = self.plan_for(self.customer)
        self.company.ar_automation = False
        self.assertEqual(self.send(reminder), {})
        reminder.with_user(self.collector).action_approve()
        params = self.env["ir.config_parameter"].sudo()
        uuid = params.get_param("database.uuid")
        params.set_param("database.uuid", "another database")
        self.assertEqual(self.send(reminder), {})
        params.set_param("database.uuid", uuid)
        self.assertEqual(self.send(reminder), {reminder.id: Outcome.SENT})

    @mute_logger(SEND_LOG)
    def test_a_letter_without_its_figures_does_not_leave(self):
        self.make_invoice(overdue=12)
        reminder = self.plan_for(self.customer)
        with patch.object(type(reminder), "_ar_letter", side_effect=KeyError("part")):
            self.assertEqual(self.send(reminder), {})
        self.assertEqual(reminder.state, "failed")
        self.assertEqual(self.smtp.accepted, [])

    def test_how_to_pay_names_the_one_account_of_the_invoices(self):
        bank = self.env["res.partner.bank"].create(
            {
                "acc_number": "FR7630006000011234567890189",
                "partner_id": self.company.partner_id.id,
                "bank_id": self.env["res.bank"]
                .create({"name": "Bank", "bic": "CEPAFRPP382"})
                .id,
            }
        )
        self.make_invoice(overdue=12, partner_bank_id=bank.id)
        self.send(self.plan_for(self.customer))
        [(_to, message)] = self.smtp.accepted
        text = self.text_of(message)
        self.assertIn(f"{bank.acc_number} (BIC CEPAFRPP382)", text)

    def test_odoos_own_queue_never_takes_it(self):
        self.make_invoice(overdue=12)
        reminder = self.plan_for(self.customer)
        reminder.sudo()._ar_prepare()
        mail = reminder.mail_id.sudo()
        mail.mark_outgoing()
        with self.outgoing():
            self.env["mail.mail"].process_email_queue()
        self.assertEqual(self.smtp.accepted, [])
        self.assertEqual(mail.state, "cancel")

    def test_what_a_killed_sender_left_is_sorted(self):
        others = [
            self.customer.copy({"email": f"{name}@client.example"}) for name in "ab"
        ]
        for partner in (self.customer, *others):
            self.make_invoice(overdue=12, partner=partner)
        reminders = self.plan_for(self.customer, *others).sudo()
        order = [self.Reminder.browse(i) for i in reminders._ar_prepare()]
        self.assertEqual(self.Reminder._ar_sweep(), {"in_doubt": 0, "released": 0})
        reminders.sending_since = fields.Datetime.now() - timedelta(hours=5)
        self.assertEqual(self.Reminder._ar_sweep(), {"in_doubt": 1, "released": 2})
        self.assertEqual([r.state for r in order], ["in_doubt", "planned", "planned"])
        self.assertEqual(len(order[0].debtor_id.activity_ids), 1)

    def test_a_released_reminder_is_lost_to_its_old_sender(self):
        other = self.customer.copy({"email": "other@client.example"})
        for partner in (self.customer, other):
            self.make_invoice(overdue=12, partner=partner)
        reminders = self.plan_for(self.customer, other).sudo()
        old = reminders._ar_prepare()
        reminders.sending_since = fields.Datetime.now() - timedelta(hours=5)
        self.Reminder._ar_sweep()
        released = self.Reminder.browse(list(old)[1])
        fresh = released._ar_prepare()
        with self.outgoing():
            lost = released._process_one(self.session(), old[released.id])
            sent = released._process_one(self.session(), fresh[released.id])
        self.assertEqual((lost, sent), (None, Outcome.SENT))
        self.assertEqual(len(self.smtp.accepted), 1)

    def test_a_reminder_by_hand_counts_as_a_contact(self):
        self.make_invoice(overdue=2)
        self.plan_for(self.customer)
        debtor = self.env["ar.debtor"].search([("partner_id", "=", self.customer.id)])
        action = debtor.with_user(self.collector).action_remind()
        reminder = self.Reminder.browse(action["res_id"])
        self.assertTrue(reminder.is_manual)
        self.assertIn("overdue", reminder.preview_subject)
        reminder.with_user(self.collector).action_send()
        self.assertEqual(self.send(reminder), {reminder.id: Outcome.SENT})
        self.make_invoice(overdue=10)
        self.assertFalse(self.plan_for(self.customer))
        self.assertIn(self.codes(debtor.explain())[0], ("min_gap", "weekly_cap"))

    def test_a_call_is_done_by_a_person(self):
        self.strategy.step_ids = [
            Command.clear(),
            Command.create({"name": "Call", "delay_days": 5, "channel": "call"}),
        ]
        self.make_invoice(overdue=12)
        reminder = self.plan_for(self.customer)
        self.assertEqual(self.send(reminder), {})
        with self.assertRaises(UserError):
            reminder.with_user(self.collector).action_send()
        reminder.with_user(self.collector).action_done()
        self.assertEqual(reminder.state, "done")
        self.assertEqual(reminder.line_ids.amount, 100)
        self.assertEqual(reminder.debtor_id.item_ids.last_contact_date, self.today)

    def test_one_who_is_no_collector_approves_nothing(self):
        self.make_invoice(overdue=12)
        reminder = self.plan_for(self.customer)
        clerk = new_test_user(
            self.env,
            "clerk",
            groups="base.group_user",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        with self.assertRaises(AccessError):
            reminder.with_user(clerk).action_send()
        with self.assertRaises(AccessError):
            reminder.debtor_id.with_user(clerk).action_remind()
        self.assertEqual(reminder.state, "planned")
