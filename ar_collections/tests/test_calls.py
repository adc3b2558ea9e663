from datetime import UTC, datetime, timedelta
from unittest.mock import patch
from zoneinfo import ZoneInfo

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common import ArCommon


@tagged("post_install", "-at_install")
class TestCalls(ArCommon):
    """The call list: each outcome makes its object, and the next account comes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.phone = "+33 1 40 00 00 01"
        cls.collector = new_test_user(
            cls.env,
            "ar_caller",
            groups="ar_collections.group_user",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.strategy.step_ids.unlink()
        cls.strategy.step_ids = [
            Command.create({"name": "Call", "delay_days": 5, "channel": "call"}),
            Command.create({"name": "After", "delay_days": 30}),
        ]
        cls.call_step = cls.strategy.step_ids.sorted("delay_days")[0]
        cls.invoice = cls.make_invoice(300.0, overdue=12)
        cls.debtor = cls.refresh()
        cls.debtor.collector_id = cls.collector
        cls.debtor.plan()
        cls.reminder = cls.debtor.reminder_ids
        cls.Call = cls.env["ar.call"].with_user(cls.collector)

    def outcome(self, name):
        return self.env.ref(f"ar_collections.ar_call_outcome_{name}")

    def ring(self, reminder=None, **values):
        """The screen as the collector has it before him."""
        reminder = (reminder or self.reminder).with_user(self.collector)
        action = reminder.action_call()
        self.assertEqual(action["res_model"], "ar.call")
        call = self.Call.browse(action["res_id"])
        if "outcome" in values:
            values["outcome_id"] = self.outcome(values.pop("outcome")).id
        call.write(values)
        return call

    def second_account(self, amount=100.0):
        other = self.env["res.partner"].create(
            {"name": "Scierie Nord", "phone": "+33 1 40 00 00 02"}
        )
        self.make_invoice(amount, overdue=12, partner=other)
        debtor = self.refresh(other)
        debtor.collector_id = self.collector
        debtor.plan()
        self.assertEqual(debtor.reminder_ids.channel, "call")
        return debtor

    def last_event(self, debtor=None):
        return (debtor or self.debtor).timeline_ids.sorted("id")[-1:].event_id

    def call_events(self):
        return self.debtor.timeline_ids.filtered(lambda e: e.kind == "call")

    def test_screen_shows_whom_to_call_and_about_what(self):
        self.assertEqual(self.reminder.channel, "call")
        call = self.ring()
        self.assertEqual(call.contact_id, self.customer)
        self.assertEqual(call.phone, self.customer.phone)
        self.assertEqual(call.amount_overdue, 300.0)
        self.assertEqual(call.overdue_item_ids.move_id, self.invoice)
        self.assertEqual(call.amount, 300.0)
        with Form(call) as form:
            form.outcome_id = self.outcome("says_paid")
            self.assertEqual(form.paid_date, self.today)

    def test_promise_announces_the_payment_and_ends_the_step(self):
        day = self.today + timedelta(days=6)
        call = self.ring(
            outcome="promise", expected_date=day, amount=250.0, note="Mme Petit, PO 12"
        )
        call.action_save()
        notice = self.debtor.notice_ids
        self.assertEqual((notice.source, notice.state), ("promise", "active"))
        self.assertEqual((notice.amount, notice.expected_date), (250.0, day))
        self.assertEqual(self.reminder.state, "done")
        self.assertEqual(self.reminder.line_ids.amount, 300.0)
        self.assertEqual(self.debtor.open_item_ids.step_id, self.call_step)
        event = self.call_events()
        self.assertEqual(len(event), 1)
        self.assertIn("Mme Petit, PO 12", event.body)
        self.assertIn("Promise to pay", event.summary)
        self.assertEqual(event.actor, self.collector.name)

    def test_says_paid_is_a_payment_to_review(self):
        call = self.ring(outcome="says_paid", paid_date=self.today, reference="VIR 778")
        call.action_save()
        notice = self.debtor.notice_ids
        self.assertEqual((notice.source, notice.state), ("payment", "to_review"))
        self.assertEqual((notice.amount, notice.reference), (300.0, "VIR 778"))
        self.assertEqual(self.debtor.verdict, "hold")
        self.assertEqual(self.reminder.state, "done")

    def test_dispute_holds_its_part(self):
        reason = self.env["ar.dispute.reason"].search([], limit=1)
        call = self.ring(
            outcome="dispute",
            dispute_item_id=self.debtor.open_item_ids.id,
            dispute_reason_id=reason.id,
            dispute_amount=120.0,
            note="Two pallets missing",
        )
        call.action_save()
        dispute = self.debtor.dispute_ids
        self.assertEqual((dispute.amount, dispute.reason_id), (120.0, reason))
        self.assertEqual(dispute.description, "Two pallets missing")
        self.assertEqual(self.debtor.open_item_ids.disputed, 120.0)
        self.assertEqual(self.reminder.state, "done")

    def test_no_answer_comes_back_and_then_counts_as_done(self):
        for attempt in (1, 2):
            self.ring(outcome="no_answer").action_save()
            self.assertEqual(self.reminder.state, "planned")
            self.assertEqual(self.reminder.call_attempts, attempt)
            self.assertGreater(self.reminder.call_at, fields.Datetime.now())
        self.assertFalse(self.debtor.open_item_ids.step_id)
        self.ring(outcome="no_answer").action_save()
        self.assertEqual(self.reminder.state, "done")
        self.assertEqual(self.debtor.open_item_ids.step_id, self.call_step)
        self.assertEqual(len(self.call_events()), 3)

    def test_call_to_come_is_not_in_the_round(self):
        self.ring(outcome="no_answer").action_save()
        Reminder = self.env["ar.reminder"].with_user(self.collector)
        self.assertFalse(Reminder.search(Reminder._ar_calls_domain()))
        self.reminder.call_at = fields.Datetime.now() - timedelta(minutes=1)
        self.assertEqual(
            Reminder.search(Reminder._ar_calls_domain()).sudo(), self.reminder
        )

    def test_retry_falls_in_office_hours(self):
        self.company.ar_tz = "Europe/Paris"
        friday = datetime(2026, 3, 20, 15, 0, tzinfo=UTC)
        with patch.object(fields.Datetime, "now", lambda: friday.replace(tzinfo=None)):
            Reminder = self.env["ar.reminder"].with_company(self.company)
            moment = Reminder._ar_call_again(4)
        local = moment.replace(tzinfo=UTC).astimezone(ZoneInfo("Europe/Paris"))
        self.assertEqual(local.strftime("%a %H:%M"), "Mon 09:00")

    def test_call_back_waits_for_its_moment(self):
        moment = fields.Datetime.now() + timedelta(days=2)
        self.ring(outcome="call_back", call_back_at=moment).action_save()
        self.assertEqual(self.reminder.state, "planned")
        self.assertEqual(self.reminder.call_at, moment)
        # The nightly plan leaves it alone.
        self.debtor.plan()
        self.assertEqual(self.reminder.state, "planned")

    def test_wrong_contact_is_marked_and_somebody_else_proposed(self):
        accountant = self.env["res.partner"].create(
            {
                "name": "Mme Petit",
                "parent_id": self.customer.id,
                "type": "contact",
                "phone": "+33 1 40 00 00 09",
            }
        )
        self.ring(outcome="wrong_contact", note="Left the company").action_save()
        self.assertTrue(self.customer.ar_wrong_number)
        self.assertEqual(self.reminder.state, "planned")
        wanted = self.env.ref("ar_collections.ar_activity_contact")
        activity = self.debtor.activity_ids
        self.assertEqual(activity.activity_type_id, wanted)
        self.assertEqual(activity.user_id, self.collector)
        self.reminder.recipient_id = False
        self.assertEqual(self.ring().contact_id, accountant)
        self.customer.phone = "+33 1 40 00 00 77"
        self.assertFalse(self.customer.ar_wrong_number)

    def test_refusal_asks_what_to_do_next(self):
        with self.assertRaises(UserError):
            self.ring(outcome="refuses").action_save()
        self.ring(outcome="refuses", note="Says the goods are late").action_save()
        self.assertEqual(self.reminder.state, "done")
        wanted = self.env.ref("ar_collections.ar_activity_refusal")
        self.assertEqual(self.debtor.activity_ids.activity_type_id, wanted)
        self.assertIn("goods are late", self.debtor.activity_ids.summary)

    def test_next_account_comes_up_most_owed_first(self):
        small, large = self.second_account(50.0), self.second_account(900.0)
        Reminder = self.env["ar.reminder"].with_user(self.collector)
        first = self.Call.browse(Reminder.action_start_calls()["res_id"])
        self.assertEqual(first.debtor_id.sudo(), large)
        self.assertEqual(first.left_count, 2)
        first.outcome_id = self.outcome("no_answer")
        second = self.Call.browse(first.action_save_next()["res_id"])
        self.assertEqual(second.debtor_id.sudo(), self.debtor)
        third = self.Call.browse(second.action_skip()["res_id"])
        self.assertEqual(third.debtor_id.sudo(), small)
        third.outcome_id = self.outcome("no_answer")
        self.assertEqual(third.action_save_next()["tag"], "display_notification")
        self.assertEqual(self.reminder.state, "planned")
        self.assertFalse(self.reminder.call_attempts)

    def test_chosen_calls_only(self):
        large, other = self.second_account(900.0), self.second_account(40.0)
        chosen = (self.reminder | other.reminder_ids).with_user(self.collector)
        call = self.Call.browse(chosen.action_call()["res_id"])
        self.assertEqual(call.left_count, 1)
        call.outcome_id = self.outcome("no_answer")
        following = self.Call.browse(call.action_save_next()["res_id"])
        self.assertIn(following.debtor_id.sudo(), self.debtor | other)
        self.assertNotEqual(following.debtor_id.sudo(), large)

    def test_paid_since_is_called_off_and_the_next_comes(self):
        other = self.second_account(50.0)
        self.pay(self.invoice)
        Reminder = self.env["ar.reminder"].with_user(self.collector)
        call = self.Call.browse(Reminder.action_start_calls()["res_id"])
        self.assertEqual(call.debtor_id.sudo(), other)
        self.assertEqual(self.reminder.state, "cancelled")
        self.assertEqual(self.reminder.cancel_code, "paid_since")
        self.assertIn(self.customer.name, call.told)

    def test_paid_while_on_the_phone(self):
        call = self.ring(
            outcome="promise", expected_date=self.today + timedelta(days=3), note="Ok"
        )
        self.pay(self.invoice)
        told = call.action_save()
        self.assertEqual(self.reminder.state, "cancelled")
        self.assertFalse(self.debtor.notice_ids)
        self.assertIn("paid meanwhile", told["params"]["message"])
        self.assertIn("Ok", self.call_events().body)

    def test_colleague_was_faster(self):
        call = self.ring(outcome="other", note="Said hello")
        self.reminder.with_user(self.collector).action_done()
        told = call.action_save()
        self.assertIn(self.reminder.name, told["params"]["message"])
        self.assertEqual(len(self.call_events()), 1)

    def test_call_ad_hoc_counts_as_a_contact(self):
        self.reminder.with_user(self.collector).action_cancel()
        action = self.debtor.with_user(self.collector).action_call()
        call = self.Call.browse(action["res_id"])
        self.assertFalse(call.reminder_id)
        call.write({"outcome_id": self.outcome("other").id, "note": "Will look"})
        call.action_save()
        made = self.debtor.reminder_ids - self.reminder
        self.assertEqual((made.channel, made.state), ("call", "done"))
        self.assertTrue(made.is_manual)
        self.assertEqual(self.debtor.explain()["verdict"], "wait")

    def test_call_ad_hoc_when_nothing_is_due_leaves_a_note(self):
        self.pay(self.invoice)
        self.refresh()
        self.reminder._ar_cancel("paid_since")
        action = self.debtor.with_user(self.collector).action_call()
        call = self.Call.browse(action["res_id"])
        call.write({"outcome_id": self.outcome("other").id, "note": "New address"})
        call.action_save()
        self.assertEqual(self.debtor.reminder_ids, self.reminder)
        self.assertIn("New address", self.call_events().body)

    def test_button_of_the_account_opens_the_planned_call(self):
        action = self.debtor.with_user(self.collector).action_call()
        call = self.Call.browse(action["res_id"])
        self.assertEqual(call.reminder_id.sudo(), self.reminder)

    def test_outcome_needs_its_answers(self):
        for name in ("promise", "dispute", "call_back", "other"):
            with self.subTest(name=name), self.assertRaises(UserError):
                self.ring(outcome=name).action_save()
        yesterday = self.today - timedelta(days=1)
        with self.assertRaises(UserError):
            self.ring(outcome="promise", expected_date=yesterday).action_save()
        self.assertEqual(self.reminder.state, "planned")

    def test_nobody_calls_for_another_collector(self):
        colleague = new_test_user(
            self.env,
            "ar_other_caller",
            groups="ar_collections.group_user",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        with self.assertRaises(AccessError):
            self.reminder.with_user(colleague).action_call()
        with self.assertRaises(AccessError):
            self.debtor.with_user(colleague).action_call()

    def test_company_words_on_a_fixed_effect(self):
        own = self.outcome("no_answer").copy(
            {"name": "Busy", "max_attempts": 1, "company_id": self.company.id}
        )
        call = self.ring()
        call.outcome_id = own
        call.action_save()
        self.assertEqual(self.reminder.state, "done")
        self.assertIn("Busy", self.call_events().summary)
