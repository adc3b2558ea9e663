from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import ArCommon


@tagged("post_install", "-at_install")
class TestLadders(ArCommon):
    """The ladder through plan and sending, as a collector sees it day after day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.strategy.min_gap_days = 0
        cls.strategy.weekly_cap = 7

    def plan(self, days=0):
        """Plan some days from now, and make the contacts by hand; steps by invoice."""
        with freeze_time(fields.Datetime.now() + timedelta(days=days)):
            debtor = self.refresh()
            debtor.plan()
            told = {}
            reminders = debtor.reminder_ids.filtered(lambda r: r.state == "planned")
            for reminder in reminders:
                found = self.env["ar.debtor"]._ar_recheck(reminder)[reminder.id]
                self.assertTrue(found["ok"])
                reminder.content = reminder._ar_make_content(found)
                reminder._update_state("approved")
                reminder._ar_record_sent(fields.Datetime.now())
                for line in reminder.content["lines"]:
                    told[line["number"]] = reminder.step_id.name
            self.env.flush_all()
            return told

    def test_one_contact_per_invoice(self):
        self.strategy.unit = "invoice"
        old, new = self.make_invoice(100, 45), self.make_invoice(60, 6)
        told = self.plan()
        self.assertEqual(told, {old.name: "Third", new.name: "First"})
        debtor = self.refresh()
        self.assertEqual(
            set(debtor.reminder_ids.mapped("unit_key")),
            {f"move:{old.id}", f"move:{new.id}"},
        )
        self.assertEqual(self.plan(), {}, "both were reminded today")
        self.assertEqual(self.plan(15), {new.name: "Second"})

    def test_contacts_of_one_day_are_one_under_the_cap(self):
        self.strategy.write({"unit": "invoice", "min_gap_days": 5, "weekly_cap": 1})
        for amount in (10, 20, 30):
            self.make_invoice(amount, 6)
        self.assertEqual(len(self.plan()), 3)
        self.make_invoice(40, 4)
        self.assertEqual(self.plan(1), {}, "the gap protects the customer")
        self.assertEqual(len(self.plan(8)), 1)

    def test_stay_keeps_the_height_when_all_that_was_reminded_is_paid(self):
        self.strategy.when_paid = "stay"
        old, new = self.make_invoice(100, 20), self.make_invoice(60, 4)
        self.assertEqual(
            self.plan(), {old.name: "Second", new.name: "Second"}, "both are late"
        )
        late = self.make_invoice(70, 3)
        self.pay(old + new)
        self.assertEqual(self.plan(10), {}, "no polite first reminder again")
        self.assertEqual(self.plan(37), {late.name: "Third"})
        self.pay(late)
        self.plan()
        fresh = self.make_invoice(80, 6)
        self.assertEqual(self.plan(), {fresh.name: "First"}, "clean in between")

    def test_restart_begins_again_when_the_oldest_is_paid(self):
        self.strategy.when_paid = "restart"
        old, new = self.make_invoice(100, 50), self.make_invoice(60, 45)
        self.plan(-2)
        self.assertEqual(self.refresh().open_item_ids.step_id.name, "Third")
        self.pay(old)
        self.assertEqual(self.plan(), {new.name: "First"})
        self.assertEqual(self.plan(8), {})
        self.assertEqual(self.plan(15), {new.name: "Second"})

    def test_context_goes_on_from_the_age_of_each(self):
        old, new = self.make_invoice(100, 45), self.make_invoice(60, 12)
        self.assertEqual(self.plan(), {old.name: "Third", new.name: "Third"})
        self.pay(old)
        self.assertEqual(self.plan(), {})
        self.assertEqual(self.plan(8), {new.name: "Second"})

    def test_the_call_comes_a_week_after_the_letter(self):
        self.strategy.step_ids = [
            Command.create(
                {
                    "name": "Call",
                    "sequence": 99,
                    "delay_days": 7,
                    "trigger": "previous",
                    "channel": "call",
                }
            )
        ]
        self.customer.phone = "+33 4 77 00 00 00"
        invoice = self.make_invoice(100, 45)
        self.plan()
        self.assertEqual(self.plan(6), {})
        self.assertEqual(self.plan(7), {invoice.name: "Call"})

    def test_a_step_counts_from_the_invoice_date(self):
        self.strategy.step_ids.unlink()
        self.strategy.step_ids = [
            Command.create({"name": "Sent", "delay_days": 3, "trigger": "invoice"})
        ]
        invoice = self.make_invoice(100, overdue=-20)  # invoiced thirty days ago
        self.assertEqual(self.plan(), {invoice.name: "Sent"})

    def test_what_a_step_counts_from_must_make_sense(self):
        with self.assertRaisesRegex(ValidationError, "below another step"):
            self.env["ar.strategy"].create(
                {
                    "name": "Nothing before",
                    "step_ids": [
                        Command.create(
                            {"name": "Call", "delay_days": 7, "trigger": "previous"}
                        )
                    ],
                }
            )
        with self.assertRaisesRegex(ValidationError, "counted backwards"):
            self.steps[0].write({"trigger": "invoice", "delay_days": -3})
        with self.assertRaisesRegex(ValidationError, "choose which one"):
            self.steps[0].trigger = "status"

    def test_settings_of_netting_are_followed_within_a_minute(self):
        invoice = self.make_invoice(100, 10)
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "partner_id": self.customer.id,
                            "credit": credit,
                            "debit": debit,
                        }
                    )
                    for account, debit, credit in (
                        (self.company_data["default_account_receivable"], 0, 100),
                        (self.company_data["default_account_expense"], 100, 0),
                    )
                ],
            }
        )
        entry.action_post()
        debtor = self.refresh()
        self.assertEqual(self.codes(debtor.explain()), ["net_creditor"])
        self.company.ar_net_entries = False
        self.env["ar.dirty"]._ar_drain_batch(5000)
        debtor.invalidate_recordset()
        self.assertEqual(debtor.verdict, "chase")
        self.assertEqual(debtor.amount_overdue, invoice.amount_total)


@tagged("post_install", "-at_install")
class TestProbes(ArCommon):
    """What a well-known module gets wrong, end to end."""

    def planned(self):
        debtor = self.refresh()
        debtor.plan()
        return debtor.reminder_ids.filtered(lambda r: r.state == "planned")

    def test_a_customer_who_is_owed_money_gets_nothing(self):
        self.make_invoice(100, 30)
        self.make_invoice(500, 5, move_type="out_refund")
        debtor = self.refresh()
        self.assertEqual(debtor.amount_due, -400)
        self.assertFalse(self.planned())
        self.assertEqual(self.codes(debtor.explain()), ["net_creditor"])

    def test_the_flag_of_the_invoice_is_respected(self):
        invoice = self.make_invoice(100, 30)
        line = invoice.line_ids.filtered(lambda ln: ln.date_maturity)
        line.no_followup = True
        self.assertFalse(self.planned())
        told = [r["code"] for r in invoice.ar_explain()["reasons"]]
        self.assertEqual(told, ["scope_no_followup"])

    def test_a_customer_followed_by_hand_is_left_alone(self):
        self.make_invoice(100, 30)
        self.refresh().no_chasing = True
        self.assertFalse(self.planned())

    def test_crumbs_in_a_foreign_currency_are_below_the_minimum(self):
        yen = self.env.ref("base.JPY")
        yen.active = True
        self.env["res.currency.rate"].search([("currency_id", "=", yen.id)]).unlink()
        self.env["res.currency.rate"].create(
            {
                "currency_id": yen.id,
                "company_id": self.company.id,
                "name": self.today - timedelta(days=100),
                "rate": 150,
            }
        )
        self.strategy.write(
            {"minimum_amount": 10, "currency_id": self.company.currency_id.id}
        )
        self.make_invoice(1000, 30, currency_id=yen.id)
        self.assertFalse(self.planned(), "1,000 yen are less than 10")
        self.make_invoice(600, 30, currency_id=yen.id)
        self.assertTrue(self.planned(), "1,600 yen are more than 10")

    def test_a_debt_of_four_hundred_days_enters_high_on_the_ladder(self):
        self.make_invoice(100, 400)
        self.assertEqual(self.planned().step_id.name, "Third")

    def test_another_strategy_strands_nobody(self):
        self.make_invoice(100, 30)
        debtor = self.refresh()
        self.mark_sent(debtor, self.steps[1], days_ago=12)
        other = self.strategy.copy({"name": "Other", "sequence": -1})
        self.assertEqual(self.planned().strategy_id, self.strategy.browse())
        self.assertEqual(debtor.strategy_id, other)
        self.assertEqual(self.codes(debtor.explain()), ["next_step"])
        with freeze_time(fields.Datetime.now() + timedelta(days=10)):
            self.assertEqual(self.planned().step_id.name, "Third")

    def test_twice_the_same_day_changes_nothing(self):
        self.make_invoice(100, 30)
        first = self.planned()
        self.assertEqual(len(first), 1)
        self.assertEqual(self.planned(), first)

    def test_three_silent_nights_lose_nothing(self):
        self.make_invoice(100, 18)
        debtor = self.refresh()
        self.mark_sent(debtor, self.steps[0], days_ago=13)
        with freeze_time(fields.Datetime.now() + timedelta(days=3)):
            self.assertEqual(self.planned().step_id.name, "Second")

    def test_two_contacts_of_one_firm_are_one_account(self):
        one, two = self.env["res.partner"].create(
            [
                {"name": name, "type": "invoice", "parent_id": self.customer.id}
                for name in ("North", "South")
            ]
        )
        self.make_invoice(100, 30, partner=one)
        self.make_invoice(100, 30, partner=two)
        self.assertEqual(len(self.planned()), 1)
