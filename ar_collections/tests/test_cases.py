from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common_cases import CaseCommon


@tagged("post_install", "-at_install")
class TestCases(CaseCommon):
    """A case takes its invoices off the ladder and follows them to the end."""

    def test_what_is_in_a_case_leaves_the_ladder(self):
        third = self.make_invoice(90, overdue=50)
        self.assertEqual(self.debtor.explain()["verdict"], "chase")
        case = self.open_case(self.first | self.second, reason="No answer")
        self.assertEqual(case.state, "amicable")
        self.assertEqual(case.stage_id, self.stages["amicable_1"])
        self.assertEqual(case.amount_total, 1500)
        self.assertEqual(case.partner_id, self.customer)
        told = self.debtor.explain()
        by_move = {item["move_id"]: item for item in told["items"]}
        self.assertEqual(
            [r["code"] for r in by_move[self.first.id]["reasons"]], ["in_case"]
        )
        self.assertTrue(by_move[third.id]["included"], "the rest is still chased")
        self.assertFalse(by_move[self.first.id]["included"])
        self.assertIn("case_opened", self.kinds())

    def test_past_days_tell_whether_the_case_was_open(self):
        with self.at(-20):
            case = self.open_case()
        with self.at(-10):
            case._ar_close("settled", "Agreement")
        held = {}
        for days in (30, 15, 5):
            day = self.today - timedelta(days=days)
            told = self.debtor.explain(day.isoformat())
            held[days] = "in_case" in {
                r["code"] for i in told["items"] for r in i["reasons"]
            }
        self.assertEqual(held, {30: False, 15: True, 5: False})

    def test_an_invoice_is_in_one_open_case_only(self):
        case = self.open_case(self.first)
        with self.assertRaisesRegex(UserError, case.name):
            self.open_case(self.first | self.second)
        other = self.open_case(self.second)
        self.assertEqual(self.debtor.case_ids, case | other, "two cases, one account")
        self.assertEqual(self.debtor.open_case_count, 2)

    def test_payment_reduces_the_claim_and_tells_the_owner(self):
        case = self.open_case(user_id=self.collector.id)
        self.pay(self.first, 400)
        self.refresh()
        self.assertEqual(case.amount_total, 1100)
        self.assertEqual(case.amount_opened, 1500)
        self.assertEqual(case.activity_ids.user_id, self.collector)
        digits = "".join(c for c in case.activity_ids.summary if c.isdigit())
        self.assertTrue(digits.endswith("40000110000"), case.activity_ids.summary)
        self.assertIn("case_payment", self.kinds())
        self.assertEqual(case.state, "amicable")

    def test_paid_closes_and_an_undone_payment_opens_it_again(self):
        case = self.open_case(self.first, user_id=self.collector.id)
        case._ar_go(self.stages["formal_notice"])
        payment = self.pay(self.first)
        self.refresh()
        self.assertEqual((case.state, case.outcome), ("closed", "paid"))
        self.assertFalse(case.activity_ids)
        payment.action_draft()
        self.refresh()
        self.assertEqual(case.state, "formal_notice", "it goes on where it stood")
        self.assertFalse(case.outcome)
        self.assertEqual(case.amount_total, 1200)
        self.assertTrue(case.activity_ids, "its owner is told")
        self.assertEqual(
            [k for k in self.kinds() if k in ("case_closed", "case_reopened")],
            ["case_closed", "case_reopened"],
        )

    def test_each_stage_has_its_deadline(self):
        self.company.partner_id.country_id = self.env.ref("base.fr")
        case = self.open_case()
        for name in ("amicable_1", "amicable_2", "formal_notice"):
            case._ar_go(self.stages[name])
            left = (case.deadline - self.today).days
            self.assertGreaterEqual(left, self.stages[name].days)
            self.assertLess(left, self.stages[name].days + 5, "weekend, holidays")
            self.assertLess(case.deadline.weekday(), 5)

    def test_a_stage_is_taken_back_with_its_trace(self):
        case = self.open_case()
        case._ar_go(self.stages["injunction"])
        case._ar_go(self.stages["formal_notice"], "Wrong click")
        self.assertEqual(case.state, "formal_notice")
        self.assertEqual(
            [k for k in self.kinds() if k in ("case_stage", "case_back")],
            ["case_stage", "case_back"],
        )
        event = self.env["ar.event"].search([("kind", "=", "case_back")], limit=1)
        self.assertIn("Wrong click", event.summary)

    def test_moving_a_card_is_a_decision_of_its_mover(self):
        self.debtor.collector_id = self.collector
        case = self.open_case().with_user(self.collector)
        case.write({"stage_id": self.stages["formal_notice"].id})
        self.assertEqual(case.state, "formal_notice")
        event = self.env["ar.event"].search([("kind", "=", "case_stage")], limit=1)
        self.assertEqual(event.actor, self.collector.display_name)

    def test_an_invoice_leaves_the_case_and_comes_back(self):
        case = self.open_case()
        line = case.line_ids.filtered(lambda ln: ln.move_id == self.second)
        case._ar_take_out(line, "Paid to another account")
        self.assertEqual(case.amount_total, 1200)
        self.assertFalse(self.second.ar_item_ids.case_id)
        told = self.debtor.explain()
        [item] = [i for i in told["items"] if i["move_id"] == self.second.id]
        self.assertTrue(item["included"], "it is chased again")
        case._ar_put_back(line)
        self.assertEqual(case.amount_total, 1500)
        self.assertEqual(self.second.ar_item_ids.case_id, case)
        kinds = [k for k in self.kinds(self.second) if k.startswith("case_line")]
        self.assertEqual(kinds, ["case_line_out", "case_line_back"])

    def test_the_last_invoice_out_closes_the_case(self):
        case = self.open_case(self.first)
        case._ar_take_out(case.line_ids, "Mistake")
        self.assertEqual((case.state, case.outcome), ("closed", "cancelled"))

    def test_insolvency_stops_the_case_and_starts_the_declaration(self):
        case = self.open_case()
        self.debtor.write({"insolvency": "receivership", "insolvency_date": self.today})
        self.assertEqual((case.state, case.outcome), ("closed", "insolvency"))
        kind = self.env.ref("ar_collections.ar_activity_insolvency")
        alert = self.debtor.activity_ids.filtered(lambda a: a.activity_type_id == kind)
        self.assertIn(case.name, alert.summary)
        with self.assertRaisesRegex(UserError, "insolvent"):
            case.action_reopen()
        with self.assertRaisesRegex(UserError, "insolvent"):
            self.open_case()

    def test_handed_to_a_third_party_nobody_writes_any_more(self):
        agency = self.env["res.partner"].create({"name": "Recouvrement Rhône"})
        case = self.open_case()
        case._ar_hand_over(agency, self.today, "R-77", "Agreement of 2024")
        self.assertEqual((case.state, case.outcome), ("closed", "third_party"))
        self.assertEqual(case.third_party_ref, "R-77")
        self.assertEqual(self.debtor.explain()["verdict"], "hold")
        self.pay(self.first)
        self.refresh()
        self.assertEqual(case.amount_total, 300, "what he pays still shows")

    def test_closing_as_settled_returns_the_rest_to_the_ladder(self):
        case = self.open_case()
        case._ar_close("settled", "Paid in kind")
        self.assertEqual(self.debtor.explain()["verdict"], "chase")
        case.action_reopen()
        self.assertEqual(case.state, "amicable")
        self.assertEqual(self.debtor.explain()["verdict"], "hold")

    def test_only_machine_columns_that_buttons_write(self):
        self.debtor.collector_id = self.collector
        case = self.open_case().with_user(self.collector)
        case.urgency = "high"
        for vals in (
            {"state": "order"},
            {"outcome": "paid"},
            {"amount_total": 1},
            {"debtor_id": False},
            {"line_ids": [(5,)]},
            {"requester_id": self.collector.id},
            {"write_off_move_ids": [(6, 0, self.first.ids)]},
            {"notice_upload_id": 1},
        ):
            with self.assertRaises(AccessError, msg=vals):
                case.write(vals)
        with self.assertRaises(UserError):
            case.sudo().unlink()

    def test_who_may_see_and_change(self):
        case = self.open_case()
        self.debtor.collector_id = self.collector
        case.user_id = self.collector
        other = new_test_user(
            self.env,
            "paul.case",
            "ar_collections.group_user",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        reader = new_test_user(
            self.env,
            "rita.case",
            "ar_collections.group_reader",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        Case = self.env["ar.case"]
        self.assertIn(case, Case.with_user(self.collector).search([]))
        self.assertNotIn(case, Case.with_user(other).search([]))
        self.assertIn(case, Case.with_user(reader).search([]))
        with self.assertRaises(AccessError):
            case.with_user(reader).write({"urgency": "high"})
        with self.assertRaises(AccessError):
            case.with_user(reader).action_next_stage()
        with self.assertRaises(AccessError):
            case.with_user(self.collector).action_write_off()
