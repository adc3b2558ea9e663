from datetime import timedelta

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common_plans import PlanCommon


@tagged("post_install", "-at_install")
class TestPlans(PlanCommon):
    """Instalments stand for the due dates, until they are kept or missed."""

    def late_days(self, item):
        item.invalidate_recordset(["days_overdue", "status"])
        return item.days_overdue, item.status

    def test_a_plan_of_three_with_the_second_missed(self):
        self.assertEqual(self.told()["verdict"], "chase")
        plan = self.accepted()
        self.assertEqual(plan.state, "running")
        self.assertEqual(plan.line_ids.mapped("amount"), [100.0] * 3)
        told = self.told()
        self.assertEqual((told["verdict"], self.codes(told)), ("hold", ["in_plan"]))
        self.assertFalse(self.debtor.amount_overdue)
        self.assertEqual(self.item.status, "planned")
        # The first one is paid in time.
        with self.at(29):
            self.pay(self.invoice, 100)
            self.refresh()
            self.assertEqual(plan.line_ids.mapped("status"), ["paid"] + ["ahead"] * 2)
            self.assertEqual(self.codes(self.told()), ["in_plan"])
        # The second one is late: it is chased alone, from the first step.
        with self.at(65):
            told = self.told()
            self.assertEqual(told["verdict"], "chase")
            self.assertEqual(told["step"], "First")
            self.assertIn("100", told["amount"])
            self.assertEqual(self.debtor.amount_overdue, 100.0)
            self.assertEqual(self.debtor.aged_1, 100.0)
            self.assertEqual(self.debtor.aged_not_due, 100.0)
            self.assertFalse(self.debtor.aged_61, "not by its own due date")
            self.assertEqual(self.late_days(self.item), (5, "overdue"))
            self.assertTrue(plan.is_late)
        # Nine days after its date the plan fails: everything is late again.
        with self.at(69):
            told = self.told()
            self.assertEqual(plan.state, "failed")
            self.assertIn("200", told["amount"])
            self.assertEqual(self.debtor.amount_overdue, 200.0)
            self.debtor.invalidate_recordset(["aged_61"])
            self.assertEqual(self.debtor.aged_61, 200.0)
            self.assertEqual(self.late_days(self.item)[0], 89)
            activity = self.debtor.activity_ids.filtered(
                lambda a: plan.name in (a.summary or "")
            )
            self.assertEqual(len(activity), 1)
            self.refresh()
        kinds = self.debtor.timeline_ids.mapped("kind")
        self.assertEqual(kinds.count("plan_accepted"), 1)
        self.assertEqual(kinds.count("plan_failed"), 1)

    def test_a_late_instalment_makes_a_contact_and_an_early_one_none(self):
        self.accepted()
        with self.at(36):
            self.debtor.plan()
            (reminder,) = self.debtor.reminder_ids.filtered(
                lambda r: r.state == "planned"
            )
            (line,) = reminder._ar_read_content()["lines"]
            self.assertEqual(line["cents"], 10_000)
            self.assertEqual(line["due_date"], str(self.today + timedelta(days=30)))
            # Paid before it leaves: it does not.
            self.pay(self.invoice, 100)
            self.debtor.plan()
            self.assertEqual(reminder.state, "cancelled")

    def test_the_preview_of_the_days_to_come_follows_the_plan(self):
        self.accepted()
        for days, codes in ((10, ["in_plan"]), (31, ["not_due", "next_step"])):
            day = self.today + timedelta(days=days)
            told = self.debtor.explain(day.isoformat())
            self.assertTrue({*self.codes(told)} & {*codes}, f"{days}: {told}")
        failed = self.debtor.explain((self.today + timedelta(days=39)).isoformat())
        self.assertIn("300", failed["amount"])
        made = self.env["ar.simulation"]._ar_coming(self.debtor, 45)
        days = [((m.day - self.today).days, m.amount) for m in made]
        # Late by the first step; failed on day 39, chased once the cap allows.
        self.assertEqual(days, [(35, 10_000), (42, 30_000)])

    def test_the_statement_shows_the_instalments(self):
        self.accepted()
        (sheet,) = self.debtor._ar_statement_values()["sheets"]
        self.assertEqual(len(sheet["rows"]), 3)
        self.assertIn("1/3", sheet["rows"][0]["kind"])
        self.assertFalse(sheet["overdue"])
        self.assertIn("300", sheet["total"])
        with self.at(33):
            (sheet,) = self.debtor._ar_statement_values()["sheets"]
            self.assertIn("100", sheet["overdue"])
            self.assertEqual(sheet["rows"][0]["late"], "3")

    def test_a_plan_is_kept_and_judged_again_when_a_payment_is_undone(self):
        plan = self.accepted()
        payment = self.pay(self.invoice, 300)
        self.refresh()
        self.assertEqual((plan.state, plan.amount_left), ("kept", 0.0))
        payment.action_draft()
        self.refresh()
        self.assertEqual((plan.state, plan.amount_received), ("running", 0.0))
        self.assertEqual(self.codes(self.told()), ["in_plan"])

    def test_the_second_rule_forgives_one_missed_instalment(self):
        plan = self.accepted(fail_rule="second")
        with self.at(50):
            self.refresh()
            self.assertEqual(plan.state, "running")
        with self.at(69):
            self.refresh()
            self.assertEqual(plan.state, "failed")

    def test_a_plan_that_stands_on_its_first_payment_begins_with_it(self):
        deposit = self.three.copy(
            {"deposit_percent": 30, "deposit_first": True, "fail_rule": "second"}
        )
        plan = self.prepare(template=deposit)
        plan._ar_accept("Mrs Bertin")
        self.assertEqual(plan.state, "accepted")
        self.assertEqual(self.codes(self.told()), ["in_plan"])
        self.pay(self.invoice, 90)
        self.refresh()
        self.assertEqual(plan.state, "running")
        second = self.make_invoice(100)
        self.refresh()
        other = self.prepare(items=second.ar_item_ids, template=deposit)
        other._ar_accept("Mrs Bertin")
        with self.at(9):
            self.refresh()
            self.assertEqual(other.state, "failed")

    def test_the_past_is_told_as_it_was(self):
        plan = self.accepted()
        with self.at(20):
            plan.action_cancel()
            self.assertEqual(self.told()["verdict"], "chase")
        with self.at(25):
            for days, expected in ((10, True), (19, True), (21, False)):
                day = (self.today + timedelta(days=days)).isoformat()
                codes = self.codes(self.debtor.explain(day))
                self.assertEqual("in_plan" in codes, expected, day)
        kinds = self.debtor.timeline_ids.mapped("kind")
        self.assertIn("plan_cancelled", kinds)

    def test_a_failed_plan_is_resumed_by_a_person(self):
        plan = self.accepted()
        with self.at(45):
            self.refresh()
            self.assertEqual(plan.state, "failed")
            plan.action_resume()
            self.refresh()
            self.assertEqual(plan.state, "running")
            self.assertEqual(plan.line_ids[0].due_date, self.company._ar_today())

    def test_what_is_covered_is_covered_once(self):
        self.accepted()
        other = self.prepare()
        with self.assertRaisesRegex(ValidationError, "already"):
            other._ar_accept("Mrs Bertin")

    def test_terms_hold_together_and_stay_once_proposed(self):
        plan = self.prepare()
        plan.line_ids[0].amount = 99
        with self.assertRaisesRegex(UserError, "instalments"):
            plan.action_mark_proposed()
        plan.line_ids[0].amount = 100
        plan.action_mark_proposed()
        with self.assertRaisesRegex(UserError, "draft"):
            plan.line_ids[0].amount = 50
        with self.assertRaisesRegex(UserError, "draft"):
            plan.write({"grace_days": 90})
        with self.assertRaises(UserError):
            plan.unlink()
        self.assertEqual(self.codes(self.told()), ["plan_sent"])
        plan.action_draft()
        plan.line_ids[0].amount = 50

    def test_what_was_paid_meanwhile_has_to_be_prepared_again(self):
        plan = self.prepare()
        self.pay(self.invoice, 50)
        self.refresh()
        with self.assertRaisesRegex(UserError, "again"):
            plan.action_mark_proposed()

    def test_dates_that_are_over_are_refused(self):
        plan = self.prepare()
        plan.line_ids[0].due_date = self.today - timedelta(days=1)
        with self.assertRaisesRegex(UserError, "past"):
            plan.action_mark_proposed()
        plan.line_ids[0].due_date = self.today
        plan.action_mark_proposed()
        with self.at(9), self.assertRaisesRegex(UserError, "missed"):
            plan._ar_accept("Mrs Bertin")
        with self.at(8):
            plan._ar_accept("Mrs Bertin")

    def test_an_invoice_taken_back_to_draft_is_not_a_payment(self):
        plan = self.accepted()
        self.invoice.button_draft()
        self.refresh()
        self.assertEqual((plan.state, plan.amount_received), ("running", 0.0))
        self.invoice.action_post()
        self.assertEqual(self.codes(self.told()), ["in_plan"])

    def test_a_plan_in_another_currency_ages_in_the_companys(self):
        currency = self.setup_other_currency("GBP", rates=[("2016-01-01", 0.5)])
        foreign = self.make_invoice(100, overdue=40, currency_id=currency.id)
        self.refresh()
        plan = self.prepare(items=foreign.ar_item_ids)
        self.assertEqual(plan.line_ids.mapped("amount"), [33.33, 33.33, 33.34])
        plan._ar_accept("Mrs Bertin")
        self.pay(self.invoice)
        with self.at(62):
            self.pay(foreign, 33.33)
            self.refresh()
            self.debtor.invalidate_recordset()
            self.assertEqual(plan.line_ids.mapped("amount_received"), [33.33, 0, 0])
            self.assertAlmostEqual(self.debtor.aged_1, 66.66)
            self.assertAlmostEqual(self.debtor.amount_overdue, 66.66)
            self.assertAlmostEqual(self.debtor.aged_not_due, 66.68)

    def test_two_invoices_are_paid_one_after_the_other(self):
        second = self.make_invoice(150, overdue=5)
        self.refresh()
        plan = self.prepare(items=self.item + second.ar_item_ids)
        self.assertEqual(plan.line_ids.mapped("amount"), [150.0] * 3)
        plan._ar_accept("Mrs Bertin")
        self.refresh()
        days = [len(i._ar_due_days()) for i in (self.item, second.ar_item_ids)]
        self.assertEqual(days, [2, 1])
        # Paying the second invoice whole pays the first instalment.
        self.pay(second)
        self.refresh()
        self.assertEqual(plan.line_ids.mapped("status"), ["paid", "ahead", "ahead"])
        self.assertEqual(len(self.item._ar_due_days()), 2)
