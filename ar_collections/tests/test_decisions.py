from datetime import timedelta

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import format_date

from odoo.addons.ar_collections.models import ar_debtor_plan

from .common import ArCommon


@tagged("post_install", "-at_install")
class TestDecisions(ArCommon):
    """Whom to chase, whom not, and why."""

    def explain(self, partner=None):
        return self.refresh(partner).explain()

    def test_overdue_invoice_is_chased_with_its_step(self):
        move = self.make_invoice(100, overdue=10)
        told = self.explain()
        self.assertEqual(told["verdict"], "chase")
        self.assertEqual(told["step"], "First")
        self.assertEqual(self.codes(told), ["step_due"])
        self.assertIn(move.name, told["reasons"][0]["words"])
        self.assertEqual(move.ar_explain()["verdict"], "chase")

    def test_not_due_yet_says_when(self):
        self.make_invoice(100, overdue=-3)
        told = self.explain()
        self.assertEqual((told["verdict"], self.codes(told)), ("wait", ["not_due"]))
        self.assertEqual(told["next_date"], (self.today + timedelta(8)).isoformat())

    def test_credit_notes_are_netted_and_a_net_creditor_is_never_chased(self):
        self.make_invoice(100, overdue=10)
        self.make_invoice(500, move_type="out_refund", overdue=1)
        debtor = self.refresh()
        told = debtor.explain()
        self.assertEqual(
            (told["verdict"], self.codes(told)), ("hold", ["net_creditor"])
        )
        self.assertEqual(debtor.amount_due, -400.0)
        self.company.ar_net_credit_notes = False
        self.assertEqual(self.explain()["verdict"], "chase")

    def test_no_followup_is_respected(self):
        self.make_invoice(100, overdue=10).no_followup = True
        told = self.explain()
        self.assertEqual(told["verdict"], "nothing")
        self.assertEqual(self.codes(told), ["scope_no_followup"])

    def test_people_can_stop_an_account(self):
        self.make_invoice(100, overdue=10)
        debtor = self.refresh()
        for vals, code in (
            ({"no_chasing": True}, "no_chasing"),
            ({"hold_until": self.today + timedelta(days=3)}, "hold_until"),
            ({"insolvency": "liquidation"}, "insolvency"),
        ):
            with self.subTest(code):
                debtor.write(vals)
                self.assertEqual(self.codes(debtor.explain()), [code])
                debtor.write(dict.fromkeys(vals, False))
        debtor.hold_until = self.today
        self.assertEqual(debtor.explain()["verdict"], "chase", "a pause ends")

    def test_the_undisputed_part_stays_chased(self):
        move = self.make_invoice(1000, overdue=10)
        self.env["ar.dispute"]._ar_raise(
            [
                {
                    "move_id": move.id,
                    "source": "portal",
                    "source_key": "d1",
                    "reason_code": "price",
                    "amount": 300,
                }
            ]
        )
        debtor = self.refresh()
        told = debtor.explain()
        self.assertEqual(told["verdict"], "chase")
        self.assertEqual(self.codes(told), ["step_due", "disputed"])
        self.assertIn("700", told["amount"])
        self.assertEqual(debtor.open_item_ids.disputed, 300.0)
        self.assertEqual(debtor.amount_blocked, 300.0)

    def test_an_announced_payment_holds_its_part_until_its_grace_ends(self):
        move = self.make_invoice(1000, overdue=10)
        notice = self.env["ar.payment.notice"]._ar_announce(
            [
                {
                    "source": "promise",
                    "source_key": "n1",
                    "lines": [{"move_id": move.id, "amount": 1000}],
                    "expected_date": self.today + timedelta(days=2),
                }
            ]
        )
        told = self.explain()
        self.assertEqual((told["verdict"], self.codes(told)), ("hold", ["announced"]))
        expected = format_date(self.env, self.today + timedelta(days=2))
        self.assertIn(expected, told["reasons"][0]["words"])
        notice.hold_until = self.today - timedelta(days=1)
        told = self.explain()
        self.assertEqual(notice.state, "broken")
        self.assertEqual(told["verdict"], "chase")

    def test_an_unmatched_receipt_of_the_payer_stops_the_contact(self):
        self.make_invoice(100, overdue=10)
        self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.company_data["default_journal_bank"].id,
                "payment_ref": "VIR BERTIN",
                "partner_id": self.customer.id,
                "amount": 55,
                "date": self.today,
            }
        )
        self.assertEqual(self.codes(self.explain()), ["unmatched_receipt"])
        self.company.ar_unmatched_receipts = False
        self.assertEqual(self.explain()["verdict"], "chase")

    def test_a_stale_bank_feed_stops_everybody(self):
        self.make_invoice(100, overdue=10)
        self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.company_data["default_journal_bank"].id,
                "payment_ref": "old",
                "amount": -5,
                "date": self.today - timedelta(days=15),
            }
        )
        self.company.ar_stale_bank_days = 3
        self.assertEqual(self.codes(self.explain()), ["stale_bank"])
        self.company.ar_stale_bank_days = 20
        self.assertEqual(self.explain()["verdict"], "chase")

    def test_below_the_minimum_in_the_right_currency(self):
        self.make_invoice(100, overdue=10)
        self.strategy.minimum_amount = 100.01
        self.assertEqual(self.codes(self.explain()), ["below_minimum"])
        currency = self.setup_other_currency(
            "JPY", rounding=1.0, rates=[("2016-01-01", 150.0)]
        )
        self.strategy.currency_id = currency
        self.strategy.minimum_amount = 10000
        self.assertEqual(self.explain()["verdict"], "chase", "10,000 yen are 66.67")
        self.strategy.minimum_amount = 20000
        self.assertEqual(self.codes(self.explain()), ["below_minimum"])

    def test_no_address_parks_one_account(self):
        self.make_invoice(100, overdue=10)
        self.customer.email = False
        self.assertEqual(self.codes(self.explain()), ["no_address"])
        self.env["res.partner"].create(
            {
                "name": "Comptabilité",
                "parent_id": self.customer.id,
                "type": "invoice",
                "email": "factures@bertin.example",
            }
        )
        self.assertEqual(self.explain()["verdict"], "chase")

    def test_gap_and_weekly_cap(self):
        self.make_invoice(100, overdue=25)
        debtor = self.refresh()
        self.mark_sent(debtor, self.steps[0], days_ago=2)
        told = debtor.explain()
        self.assertEqual(told["verdict"], "wait")
        self.assertIn(self.codes(told)[0], ("min_gap", "weekly_cap"))
        self.strategy.min_gap_days = 0
        self.strategy.weekly_cap = 2
        self.assertEqual(debtor.explain()["step"], "Second")

    def test_old_debt_enters_at_the_right_step(self):
        self.make_invoice(100, overdue=400)
        told = self.explain()
        self.assertEqual(told["step"], "Third")
        self.assertEqual(self.codes(told), ["step_due", "caught_up"])

    def test_deleted_step_or_changed_strategy_strands_nobody(self):
        self.make_invoice(100, overdue=25)
        debtor = self.refresh()
        self.mark_sent(debtor, self.steps[0], days_ago=15)
        other = self.strategy.copy({"name": "Other", "sequence": -1})
        self.assertEqual(self.refresh().strategy_id, other)
        self.assertEqual(debtor.explain()["step"], "Second")
        other.step_ids.filtered(lambda s: s.delay_days == 20).active = False
        told = debtor.explain()
        self.assertEqual(told["verdict"], "wait")
        self.assertEqual(self.codes(told), ["next_step"])

    def test_strategies_are_assigned_by_filter_unless_kept_by_hand(self):
        self.make_invoice(100)
        debtor = self.refresh()
        mine = self.strategy.copy(
            {
                "name": "Only Bertin",
                "sequence": -5,
                "domain": f"[('partner_id', '=', {self.customer.id})]",
            }
        )
        self.assertEqual(self.refresh().strategy_id, mine)
        debtor.write({"strategy_id": self.strategy.id, "strategy_manual": True})
        self.assertEqual(self.refresh().strategy_id, self.strategy)

    def test_plan_is_idempotent_and_cancels_what_no_longer_holds(self):
        move = self.make_invoice(100, overdue=10)
        debtor = self.refresh()
        summary = debtor.plan()
        self.assertEqual(summary["planned"], 1)
        self.assertEqual(summary["chase"], 1)
        reminder = debtor.reminder_ids
        self.assertEqual(reminder.step_id, self.steps[0])
        self.assertEqual(debtor.plan()["planned"], 0)
        self.assertEqual(debtor.reminder_ids, reminder)
        self.pay(move)
        self.assertEqual(debtor.plan()["cancelled"], 1)
        self.assertEqual(reminder.state, "cancelled")
        self.assertEqual(reminder.cancel_code, "paid_since")

    def test_a_reminder_by_hand_is_never_dropped_by_the_plan(self):
        move = self.make_invoice(100, overdue=1)
        debtor = self.refresh()
        reminder = self.env["ar.reminder"].create(
            {
                "debtor_id": debtor.id,
                "company_id": debtor.company_id.id,
                "planned_date": self.today,
                "is_manual": True,
            }
        )
        debtor.plan()
        self.assertEqual(reminder.state, "planned")
        told = self.env["ar.debtor"]._ar_recheck(reminder)[reminder.id]
        self.assertTrue(told["ok"])
        self.assertEqual(told["lines"][0]["amount"], 100.0)
        self.pay(move)
        told = self.env["ar.debtor"]._ar_recheck(reminder)[reminder.id]
        self.assertEqual((told["ok"], told["code"]), (False, "paid_since"))

    def test_a_filter_on_amounts_is_right_from_the_first_plan(self):
        small = self.strategy.copy(
            {
                "name": "Small amounts",
                "sequence": -9,
                "domain": "[('amount_due', '<', 150), ('amount_due', '>', 0)]",
            }
        )
        self.make_invoice(100, overdue=10)
        big = self.env["res.partner"].create({"name": "Big", "email": "b@b.example"})
        self.make_invoice(1000, overdue=10, partner=big)
        self.env.flush_all()
        self.env["ar.debtor"]._ar_plan_partners([self.customer.id, big.id])
        self.assertEqual(self.customer.ar_debtor_ids.strategy_id, small)
        self.assertEqual(big.ar_debtor_ids.strategy_id, self.strategy)
        again = self.env["ar.debtor"]._ar_plan_partners([self.customer.id, big.id])
        self.assertEqual((again["planned"], again["cancelled"]), (0, 0))

    def test_a_reminder_that_failed_asks_a_person_instead_of_trying_each_night(self):
        self.make_invoice(100, overdue=10)
        debtor = self.refresh()
        debtor.plan()
        reminder = debtor.reminder_ids
        reminder._update_state("approved")
        reminder._update_state("failed", {"error": "550 no such user"})
        self.assertEqual(debtor.plan()["planned"], 0)
        self.assertEqual(self.codes(debtor.explain()), ["reminder_failed"])
        reminder.action_cancel()
        self.assertEqual(debtor.explain()["verdict"], "wait", "the step was called off")

    def test_what_a_person_called_off_does_not_come_back_tomorrow(self):
        self.make_invoice(100, overdue=10)
        debtor = self.refresh()
        debtor.plan()
        debtor.reminder_ids.action_cancel()
        self.assertEqual(debtor.plan()["planned"], 0)
        told = debtor.explain()
        self.assertEqual((told["verdict"], self.codes(told)), ("wait", ["next_step"]))

    def test_one_account_that_cannot_be_planned_stops_no_other(self):
        self.make_invoice(100, overdue=10)
        others = self.env["res.partner"].create(
            [{"name": f"C{i}", "email": f"c{i}@example.com"} for i in range(4)]
        )
        for partner in others:
            self.make_invoice(50, overdue=10, partner=partner)
        bad = others[2]
        self.refresh(bad)
        Facts = self.env.registry["ar.facts"]
        load = Facts._ar_items

        def broken(facts, lines, *args):
            if any(line["partner_id"] == bad.id for line in lines):
                raise ValueError("rotten apple")
            return load(facts, lines, *args)

        self.patch(Facts, "_ar_items", broken)
        self.env.flush_all()
        with self.assertLogs("odoo.addons.ar_collections.models.ar_debtor_plan"):
            summary = self.env["ar.debtor"]._ar_plan_safely(
                [self.customer.id, *others.ids]
            )
        self.assertEqual((summary["planned"], summary["failed"]), (4, 1))
        self.assertEqual(bad.ar_debtor_ids.verdict, "ask")
        self.assertIn("rotten apple", bad.ar_debtor_ids.decision_text)

    def test_an_interrupted_plan_goes_on_where_it_stopped(self):
        partners = self.env["res.partner"].create(
            [{"name": f"P{i}", "email": f"p{i}@example.com"} for i in range(3)]
        )
        for partner in partners:
            self.make_invoice(50, overdue=10, partner=partner)
        self.env.flush_all()
        Debtor = self.env["ar.debtor"].sudo()
        everyone = Debtor._ar_all_partners()
        self.patch(self.env.registry["ir.cron"], "_commit_progress", lambda *a, **k: 0)
        self.patch(ar_debtor_plan, "CHUNK", 1)
        seen = []
        for _run in everyone:
            seen.append(Debtor._cron_plan()["accounts"])
            if not Debtor._ar_plan_mark():
                break
        self.assertEqual(len(seen), len(everyone), "each run plans the next account")
        for partner in partners:
            self.assertEqual(partner.ar_debtor_ids.verdict, "chase")

    def test_recheck_gives_amounts_of_now(self):
        move = self.make_invoice(100, overdue=10)
        debtor = self.refresh()
        debtor.plan()
        self.pay(move, 40)
        reminder = debtor.reminder_ids
        told = self.env["ar.debtor"]._ar_recheck(reminder)[reminder.id]
        self.assertTrue(told["ok"])
        self.assertEqual(told["lines"][0]["amount"], 60.0)
        self.assertEqual(told["totals"], {self.company.currency_id.id: 60.0})

    def test_explain_refuses_what_is_not_a_date(self):
        self.make_invoice(100)
        with self.assertRaisesRegex(UserError, "soon"):
            self.refresh().explain("soon")

    def test_decision_is_told_in_the_language_of_the_reader(self):
        self.make_invoice(100, overdue=-3)
        debtor = self.refresh()
        for lang in ("en_US", "fr_FR"):
            self.env["res.lang"]._activate_lang(lang)
        reason = self.env["ar.reason"].sudo().search([("code", "=", "not_due")])
        reason.with_context(lang="fr_FR").words = "Prochaine échéance le %(date)s."
        english = debtor.with_context(lang="en_US").explain()["reasons"][0]["words"]
        french = debtor.with_context(lang="fr_FR").explain()["reasons"][0]["words"]
        self.assertIn("falls due", english)
        self.assertIn("Prochaine échéance", french)

    def test_an_archived_strategy_takes_nobody(self):
        self.make_invoice(100, overdue=10)
        self.assertEqual(self.refresh().strategy_id, self.strategy)
        self.strategy.active = False
        self.assertNotEqual(self.refresh().strategy_id, self.strategy)

    def test_filter_that_cannot_be_used_is_refused_by_name(self):
        with self.assertRaisesRegex(UserError, "Broken one"):
            self.env["ar.strategy"].create(
                {
                    "name": "Broken one",
                    "domain": "[('no_such_field', '=', 1)]",
                    "step_ids": [Command.create({"name": "s", "delay_days": 1})],
                }
            )
