from datetime import datetime, time, timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from .common_sending import SendingCommon


@tagged("post_install", "-at_install")
class TestPast(SendingCommon):
    """“Why?” of a past day is judged on what was true that day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.yesterday = cls.today - timedelta(days=1)

    def explain(self, debtor, days_ago=1):
        day = self.today - timedelta(days=days_ago)
        return debtor.explain(day.isoformat())

    def at(self, days_ago, hour=9):
        """Some days ago, in the morning, for everything that asks the clock."""
        day = datetime.combine(self.today - timedelta(days=days_ago), time(hour))
        return freeze_time(day)

    def watch(self, debtor, days_ago):
        """As if the company had been collected here for some days."""
        day = self.today - timedelta(days=days_ago)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE ar_debtor SET create_date = %s WHERE id = %s", [day, debtor.id]
        )

    # What people set.

    def test_a_hold_of_today_did_not_hold_yesterday(self):
        self.make_invoice(100, overdue=10)
        debtor = self.refresh()
        for vals, code in (
            ({"hold_until": self.today + timedelta(days=9)}, "hold_until"),
            ({"no_chasing": True}, "no_chasing"),
            ({"insolvency": "liquidation"}, "insolvency"),
        ):
            with self.subTest(code):
                debtor.write(vals)
                self.assertEqual(self.codes(debtor.explain()), [code])
                self.assertEqual(self.explain(debtor)["verdict"], "chase")
                debtor.write(dict.fromkeys(vals, False))

    def test_a_hold_lifted_today_held_yesterday(self):
        self.make_invoice(100, overdue=10)
        debtor = self.refresh()
        with self.at(4):
            debtor.hold_until = self.today + timedelta(days=9)
        with self.at(2):
            debtor.hold_until = self.today + timedelta(days=20)
        debtor.action_resume()
        self.assertEqual(debtor.explain()["verdict"], "chase")
        told = self.explain(debtor)
        self.assertEqual(self.codes(told), ["hold_until"])
        first = self.explain(debtor, 3)
        self.assertEqual(self.codes(first), ["hold_until"])
        self.assertNotEqual(first["reasons"], told["reasons"], "until another day")
        self.assertEqual(self.explain(debtor, 5)["verdict"], "chase")

    def test_the_wizard_keeps_the_past_too(self):
        self.make_invoice(100, overdue=10)
        debtor = self.refresh()
        hold = self.env["ar.hold"].create(
            {
                "debtor_ids": [(6, 0, debtor.ids)],
                "hold_until": self.today + timedelta(days=9),
                "reason": "New contact",
            }
        )
        hold.action_hold()
        self.assertEqual(self.codes(debtor.explain()), ["hold_until"])
        self.assertEqual(self.explain(debtor)["verdict"], "chase")

    def test_an_item_held_today_was_not_yesterday(self):
        self.make_invoice(100, overdue=10)
        debtor = self.refresh()
        debtor.open_item_ids.hold_until = self.today + timedelta(days=9)
        self.assertEqual(self.codes(debtor.explain()), ["item_hold"])
        self.assertEqual(self.explain(debtor)["verdict"], "chase")

    def test_the_strategy_was_another(self):
        self.make_invoice(100, overdue=10)
        debtor = self.refresh()
        later = self.strategy.copy({"name": "Later", "sequence": -5})
        later.step_ids.write({"delay_days": 90})
        self.refresh()
        self.assertEqual(debtor.strategy_id, later, "assigned by the refresh")
        self.assertEqual(debtor.explain()["verdict"], "wait")
        self.assertEqual(self.explain(debtor)["verdict"], "chase")
        debtor.write({"strategy_id": self.strategy.id, "strategy_manual": True})
        self.assertEqual(debtor.explain()["verdict"], "chase")

    def test_an_announcement_withdrawn_today_held_yesterday(self):
        move = self.make_invoice(100, overdue=10)
        debtor = self.refresh()
        with self.at(4):
            notice = self.env["ar.payment.notice"]._ar_announce(
                [
                    {
                        "source": "promise",
                        "source_key": "past",
                        "lines": [{"move_id": move.id, "amount": 100}],
                        "notice_date": self.today - timedelta(days=4),
                        "expected_date": self.today + timedelta(days=4),
                    }
                ]
            )
        notice._ar_withdraw()
        self.assertEqual(debtor.explain()["verdict"], "chase")
        self.assertEqual(self.codes(self.explain(debtor)), ["announced"])
        self.assertEqual(self.explain(debtor, 5)["verdict"], "chase")

    def test_a_dispute_closed_today_held_yesterday(self):
        move = self.make_invoice(100, overdue=10)
        debtor = self.refresh()
        with self.at(4):
            dispute = self.env["ar.dispute"]._ar_raise(
                [
                    {
                        "move_id": move.id,
                        "source": "portal",
                        "source_key": "past",
                        "reason_code": "price",
                    }
                ]
            )
        dispute._ar_withdraw()
        self.assertEqual(debtor.explain()["verdict"], "chase")
        self.assertEqual(self.codes(self.explain(debtor)), ["disputed"])
        self.assertEqual(self.explain(debtor, 5)["verdict"], "chase")

    # The books.

    def test_what_is_paid_today_was_owed_yesterday(self):
        move = self.make_invoice(100, overdue=10)
        debtor = self.refresh()
        self.pay(move)
        self.refresh()
        self.assertEqual(self.codes(debtor.explain()), ["nothing_due"])
        told = self.explain(debtor)
        self.assertEqual(told["verdict"], "chase")
        self.assertIn("100", told["amount"])
        self.assertTrue(told["items"][0]["included"])

    def test_invoices_settled_before_anybody_looked_are_told_apart(self):
        moves = [self.make_invoice(100, overdue=10 + n) for n in range(3)]
        for move in moves:
            self.pay(move)
        self.make_invoice(5, overdue=-5)
        debtor = self.refresh()
        told = self.explain(debtor)
        self.assertEqual(told["verdict"], "chase")
        self.assertIn("300", told["amount"])
        self.assertEqual(sum(item["included"] for item in told["items"]), 3)

    def test_entered_later_was_not_known_once_the_company_is_collected_here(self):
        self.make_invoice(100, overdue=10)
        debtor = self.refresh()
        self.watch(debtor, 30)
        self.assertEqual(
            self.codes(self.explain(debtor)), ["nothing_due"], "entered today"
        )
        self.env.cr.execute("UPDATE ar_item SET seen_on = %s", [self.yesterday])
        self.assertEqual(self.explain(debtor)["verdict"], "chase")
        self.assertEqual(self.explain(debtor, 2)["verdict"], "nothing")

    def test_before_the_company_was_collected_here_the_dates_of_the_books_count(self):
        self.make_invoice(100, overdue=10)
        debtor = self.refresh()
        self.assertEqual(self.explain(debtor, 2)["verdict"], "chase")
        self.assertEqual(self.explain(debtor, 8)["verdict"], "wait")
        self.assertEqual(self.explain(debtor, 60)["verdict"], "nothing")

    def test_a_payment_reset_to_draft_had_been_received(self):
        move = self.make_invoice(100, overdue=10)
        debtor = self.refresh()
        payment = self.pay(move)
        self.back_date(debtor, move, payment.move_id)
        self.assertEqual(self.codes(self.explain(debtor)), ["nothing_due"])
        payment.action_draft()
        self.refresh()
        self.assertEqual(debtor.explain()["verdict"], "chase")
        self.assertEqual(self.codes(self.explain(debtor)), ["nothing_due"])

    def test_a_matching_undone_today_stood_yesterday(self):
        move = self.make_invoice(100, overdue=10)
        debtor = self.refresh()
        payment = self.pay(move)
        self.back_date(debtor, move, payment.move_id)
        move.line_ids.remove_move_reconcile()
        self.refresh()
        yesterday = self.explain(debtor)["items"]
        self.assertEqual(yesterday, [], "both were settled")
        self.assertEqual(len(debtor.explain()["items"]), 2)

    def test_an_invoice_reset_to_draft_was_owed(self):
        move = self.make_invoice(100, overdue=10)
        debtor = self.refresh()
        self.back_date(debtor, move)
        move.button_draft()
        self.refresh()
        self.assertEqual(debtor.explain()["verdict"], "nothing")
        self.assertEqual(self.explain(debtor)["verdict"], "chase")

    def back_date(self, debtor, *moves):
        """As if all this had been entered three days ago, by colleagues."""
        self.watch(debtor, 30)
        day = self.today - timedelta(days=3)
        ids = [move.id for move in moves]
        cr = self.env.cr
        cr.execute("UPDATE ar_item SET seen_on = %s", [day])
        cr.execute("UPDATE account_move SET create_date = %s", [day])
        lines = "SELECT id FROM account_move_line WHERE move_id = ANY(%s)"
        cr.execute(
            "UPDATE account_partial_reconcile SET create_date = %s, max_date = %s"
            f" WHERE debit_move_id IN ({lines}) OR credit_move_id IN ({lines})",
            [day, day, ids, ids],
        )
        cr.execute(
            "UPDATE account_move_line SET date = LEAST(date, %s)"
            " WHERE move_id = ANY(%s)",
            [day, ids],
        )
        self.env.invalidate_all()

    def test_no_followup_set_today_was_not_yesterday(self):
        move = self.make_invoice(100, overdue=10)
        debtor = self.refresh()
        self.back_date(debtor, move)
        move.no_followup = True
        self.assertEqual(self.codes(debtor.explain()), ["scope_no_followup"])
        self.assertEqual(self.explain(debtor)["verdict"], "chase")

    # Contacts.

    def test_the_step_sent_yesterday_was_due_the_day_before(self):
        self.make_invoice(100, overdue=10)
        with self.at(1):
            reminder = self.plan_for(self.customer)
            self.send(reminder)
        self.assertEqual(reminder.state, "done")
        debtor = reminder.debtor_id
        before = self.explain(debtor, 2)
        self.assertEqual((before["verdict"], before["step"]), ("chase", "First"))
        self.assertEqual(self.codes(before), ["step_due"])
        self.assertEqual(self.codes(self.explain(debtor)), ["next_step"])

    def test_positions_and_gaps_of_each_day(self):
        self.make_invoice(100, overdue=30)
        self.strategy.write({"min_gap_days": 3})
        debtor = self.refresh()
        debtor.open_item_ids.step_id = False
        sent = []
        for days_ago in (24, 8):
            with self.at(days_ago):
                reminder = self.plan_for(self.customer)
                self.send(reminder)
                sent.append(reminder.step_id.name)
        self.assertEqual(sent, ["First", "Second"])
        steps = {d: self.explain(debtor, d)["step"] for d in (25, 24, 10, 9, 8)}
        self.assertEqual(
            steps, {25: "First", 24: False, 10: "Second", 9: "Second", 8: False}
        )

    def test_a_step_called_off_was_due_until_then(self):
        self.make_invoice(100, overdue=10)
        with self.at(3):
            reminder = self.plan_for(self.customer)
        debtor = reminder.debtor_id
        with self.at(1):
            reminder.action_cancel()
        self.assertEqual(debtor.explain()["verdict"], "wait")
        self.assertEqual(self.explain(debtor)["verdict"], "wait")
        before = self.explain(debtor, 2)
        self.assertEqual(before["step"], "First")
        self.assertEqual(self.codes(before), ["step_due", "already_planned"])
        self.assertEqual(self.codes(self.explain(debtor, 4)), ["step_due"])

    def test_a_reminder_that_failed_asked_a_person_from_that_day(self):
        self.make_invoice(100, overdue=10)
        with self.at(3):
            reminder = self.plan_for(self.customer)
        with self.at(2):
            self.smtp.answers["compta@bertin.example"] = ("rcpt", 550)
            self.send(reminder)
        debtor = reminder.debtor_id
        self.assertEqual(reminder.state, "failed")
        self.assertEqual(self.codes(self.explain(debtor)), ["reminder_failed"])
        self.assertEqual(self.explain(debtor, 3)["verdict"], "chase")

    def test_the_height_of_the_account_was_lower(self):
        self.strategy.when_paid = "stay"
        move = self.make_invoice(100, overdue=22)
        self.make_invoice(50, overdue=12)
        with self.at(1):
            self.send(self.plan_for(self.customer))
        debtor = self.customer.ar_debtor_ids
        self.pay(move)
        self.refresh()
        told = self.explain(debtor, 2)
        self.assertEqual(told["step"], "Second")
        self.assertEqual(self.codes(self.explain(debtor)), ["next_step"])

    def test_the_height_outlives_the_item_that_reached_it(self):
        self.strategy.when_paid = "stay"
        move = self.make_invoice(100, overdue=30)
        self.make_invoice(50, overdue=8)
        with self.at(10):
            reminder = self.plan_for(self.customer)
            self.send(reminder)
        self.assertEqual(reminder.step_id.name, "Second")
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        ).create({"payment_date": self.today - timedelta(days=3)})._create_payments()
        debtor = self.refresh()
        told = self.explain(debtor)
        self.assertEqual((told["verdict"], len(told["items"])), ("wait", 1))
        self.assertEqual(self.explain(debtor, 11)["verdict"], "chase")

    # The bank.

    def test_a_receipt_matched_today_was_unmatched_yesterday(self):
        self.make_invoice(100, overdue=10)
        debtor = self.refresh()
        line = self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.company_data["default_journal_bank"].id,
                "payment_ref": "VIR BERTIN",
                "partner_id": self.customer.id,
                "amount": 55,
                "date": self.today - timedelta(days=3),
            }
        )
        self.watch(debtor, 30)
        day = self.today - timedelta(days=3)
        self.env.flush_all()
        cr = self.env.cr
        cr.execute("UPDATE ar_item SET seen_on = %s", [day])
        cr.execute("UPDATE account_bank_statement_line SET create_date = %s", [day])
        cr.execute("UPDATE account_move_line SET create_date = %s", [day])
        self.assertEqual(self.codes(self.explain(debtor)), ["unmatched_receipt"])
        self.assertEqual(self.explain(debtor, 4)["verdict"], "nothing")
        # Matched: the suspense line gives way to a line of the customer's account.
        suspense = line.line_ids.filtered(
            lambda ln: ln.account_id == line.journal_id.suspense_account_id
        )
        suspense.account_id = self.company_data["default_account_receivable"]
        self.assertTrue(line.is_reconciled)
        self.env.flush_all()
        cr.execute(
            "UPDATE account_move_line SET create_date = %s WHERE id = %s",
            [fields.Datetime.now(), suspense.id],
        )
        self.assertNotIn("unmatched_receipt", self.codes(debtor.explain()))
        self.assertEqual(self.codes(self.explain(debtor)), ["unmatched_receipt"])

    def test_a_day_to_come_takes_the_statements_to_arrive(self):
        self.make_invoice(100, overdue=10)
        self.company.ar_stale_bank_days = 3
        self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.company_data["default_journal_bank"].id,
                "payment_ref": "fee",
                "amount": -5,
                "date": self.today,
            }
        )
        debtor = self.refresh()
        later = fields.Date.to_string(self.today + timedelta(days=25))
        self.assertEqual(debtor.explain(later)["step"], "Second")
