from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command, fields
from odoo.tests import tagged

from .common_sending import SendingCommon


@tagged("post_install", "-at_install")
class TestBrokenPromises(SendingCommon):
    """What was announced and did not come, and whose word is worth what."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.strategy.write(
            {
                "min_gap_days": 5,
                "step_ids": [
                    Command.create(
                        {
                            "name": "You had promised",
                            "trigger": "broken",
                            "delay_days": 1,
                            "tone": "firm",
                        }
                    )
                ],
            }
        )
        cls.beside = cls.strategy.step_ids.filtered(lambda s: s.trigger == "broken")

    def at(self, days):
        return freeze_time(fields.Datetime.now() + timedelta(days=days))

    def day(self, days):
        return (self.today + timedelta(days=days)).isoformat()

    def announce(self, move, amount, day, key="k", **vals):
        return self.env["ar.payment.notice"]._ar_announce(
            [
                {
                    "source": "promise",
                    "source_key": key,
                    "lines": [{"move_id": move.id, "amount": amount}],
                    "expected_date": self.today + timedelta(days=day),
                    **vals,
                }
            ]
        )

    def contacts(self, days):
        """Plan and send some days from now; names of the steps that left."""
        with self.at(days):
            self.refresh()
            reminders = self.plan_for(self.customer)
            self.send(reminders)
            return reminders.filtered(lambda r: r.state == "done").mapped(
                "step_id.name"
            )

    def test_promise_broken_resumed_with_its_own_step_once(self):
        move = self.make_invoice(100, overdue=6)
        self.assertEqual(self.contacts(0), ["First"])
        debtor = self.refresh()
        notice = self.announce(move, 100, 7)  # holds until day 10
        self.assertEqual(self.contacts(8), [], "held by the promise")
        self.assertEqual(self.codes(debtor.explain()), ["announced"])
        self.assertEqual(self.contacts(11), [], "broken, and a day of patience")
        self.assertEqual(notice.state, "broken")
        self.assertIn("next_step", self.codes(debtor.explain(self.day(11))))
        self.assertIn("notice_broken", debtor.timeline_ids.mapped("kind"))
        self.assertEqual(self.contacts(12), ["You had promised"])
        mail = self.smtp.accepted[-1][1]
        self.assertIn("You had announced a payment for", mail.as_string())
        item = debtor.open_item_ids
        self.assertEqual(item.step_id.name, "First", "it stands beside the ladder")
        self.assertEqual(self.contacts(13), [], "once, and it counts in the cap")
        self.assertEqual(self.contacts(19), ["Second"], "the ladder goes on")
        self.assertEqual(self.contacts(30), [])

    def test_the_step_is_told_before_it_leaves(self):
        move = self.make_invoice(100, overdue=6)
        self.announce(move, 100, 1)
        debtor = self.refresh()
        told = debtor.explain(self.day(6))
        self.assertEqual((told["verdict"], told["step"]), ("chase", "You had promised"))
        self.assertIn("notice_broken", self.codes(told))
        seen = self.strategy.preview(days=15)
        self.assertIn("You had promised", str(seen))

    def test_a_second_promise_that_breaks_has_it_again(self):
        move = self.make_invoice(100, overdue=6)
        self.announce(move, 100, 0)
        self.assertEqual(self.contacts(5), ["You had promised"])
        with self.at(6):
            again = self.announce(move, 100, 8, key="again")
        self.assertEqual(self.contacts(11), [], "holds until day 11")
        self.assertEqual(self.contacts(12), [])
        self.assertEqual(again.state, "broken")
        self.assertEqual(self.contacts(13), ["You had promised"])

    def test_a_person_who_calls_it_off_is_not_asked_again(self):
        move = self.make_invoice(100, overdue=6)
        self.announce(move, 100, 0)
        with self.at(5):
            self.refresh()
            reminder = self.plan_for(self.customer)
            self.assertEqual(reminder.step_id, self.beside)
            reminder.action_cancel()
        with self.at(6):
            self.assertEqual(self.plan_for(self.customer).step_id.name, "First")

    def test_it_waits_when_the_money_comes_after_all(self):
        move = self.make_invoice(100, overdue=6)
        self.announce(move, 100, 0)
        with self.at(4):
            self.refresh()
        self.pay(move)
        self.assertEqual(self.contacts(5), [])

    def test_withdrawn_by_its_source_the_ladder_resumes(self):
        move = self.make_invoice(100, overdue=6)
        notice = self.announce(move, 100, 20, source="platform")
        debtor = self.refresh()
        self.assertEqual(debtor.explain()["verdict"], "hold")
        notice._ar_withdraw(actor="Platform")
        told = debtor.explain()
        self.assertEqual((told["verdict"], told["step"]), ("chase", "First"))
        self.assertIn("notice_withdrawn", debtor.timeline_ids.mapped("kind"))

    def test_the_ladder_is_that_of_before(self):
        self.assertFalse(self.strategy.is_mixed)
        self.assertEqual(self.beside.when_text[:6], "1 days")
        order = self.strategy.step_ids.sorted("sequence").mapped("name")
        self.assertEqual(order[-1], "You had promised")

    # Whose word is worth what.

    def test_reliability_by_source_count_and_amount(self):
        kept, late = self.make_invoice(300), self.make_invoice(100)
        self.announce(kept, 300, 1, key="a")
        self.announce(late, 100, 1, key="b")
        self.announce(self.make_invoice(50), 50, 1, key="c", source="platform")
        payment = self.pay(kept)
        with self.at(9):
            debtor = self.refresh()
            told = {row["source"]: row for row in debtor.reliability()}
        self.assertEqual((told["promise"]["judged"], told["promise"]["kept"]), (2, 1))
        self.assertEqual(told["promise"]["share"], 75)
        self.assertEqual(told["platform"]["share"], 0)
        self.assertEqual((debtor.word_count, debtor.word_share), (2, 75))
        self.assertIn("1 of 2", debtor.reliability_line)
        self.assertIn(debtor, debtor.search([("word_share", "<", 80)]))
        # Undone, then matched again: his word is worth what it was.
        lines = (payment.move_id + kept).line_ids.filtered(
            lambda ln: ln.account_type == "asset_receivable"
        )
        with self.at(9):
            lines.remove_move_reconcile()
            self.refresh()
            self.assertEqual(debtor.word_share, 0)
            lines.reconcile()
            self.refresh()
        self.assertEqual(debtor.word_share, 75)

    def test_money_that_comes_late_was_not_promised_well(self):
        move = self.make_invoice(100)
        notice = self.announce(move, 100, -10, hold_until=self.today - timedelta(5))
        self.refresh()
        self.pay(move)
        debtor = self.refresh()
        self.assertEqual((notice.state, notice.amount_in_time), ("kept", 0.0))
        self.assertEqual(debtor.word_share, 0)

    # A registered payment without an entry.

    def register(self, move, amount=None):
        """As with Odoo Enterprise: the journal has no outstanding account."""
        Move = type(self.env["account.move"])
        with patch.object(
            Move, "_get_invoice_in_payment_state", lambda move: "in_payment"
        ):
            wizard = (
                self.env["account.payment.register"]
                .with_context(active_model="account.move", active_ids=move.ids)
                .create({"payment_date": self.today})
            )
            wizard.payment_method_line_id.payment_account_id = False
            if amount:
                wizard.amount = amount
            payment = wizard._create_payments()
        self.assertFalse(payment.move_id)
        return payment

    def test_a_payment_for_two_customers_is_registered_and_not_announced(self):
        other = self.env["res.partner"].create({"name": "Garage Petit"})
        moves = self.make_invoice(100) + self.make_invoice(50, partner=other)
        payment = self.register(moves[0])
        known = self.env["ar.payment.notice"].search_count([])
        payment.write({"invoice_ids": [Command.link(moves[1].id)]})
        payment.state = "draft"
        payment.amount = 150
        payment.action_post()
        self.assertEqual(payment.state, "in_process")
        self.assertEqual(self.env["ar.payment.notice"].search_count([]), known)

    def test_a_registered_payment_without_an_entry_is_announced(self):
        move = self.make_invoice(100, overdue=30)
        payment = self.register(move, 60)
        debtor = self.refresh()
        notice = debtor.notice_ids
        self.assertEqual((notice.source, notice.payment_id), ("payment", payment))
        self.assertEqual(notice.line_ids.amount, 60.0)
        self.assertEqual(debtor.open_item_ids.announced, 60.0)
        payment.action_cancel()
        self.assertEqual(notice.state, "withdrawn")
        debtor = self.refresh()
        self.assertEqual(debtor.open_item_ids.announced, 0.0)
        payment.action_draft()
        payment.action_post()
        debtor = self.refresh()
        self.assertEqual(debtor.open_item_ids.announced, 60.0, "registered again")
        self.assertEqual(len(debtor.notice_ids), 2)

    def test_a_payment_with_an_entry_announces_nothing(self):
        self.pay(self.make_invoice(100))
        self.assertFalse(self.refresh().notice_ids)
