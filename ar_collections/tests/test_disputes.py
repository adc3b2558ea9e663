from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common_disputes import DisputesCommon


@tagged("post_install", "-at_install")
class TestDisputeAmounts(DisputesCommon):
    def test_half_is_disputed_the_rest_chased_and_paid_then_credited(self):
        move = self.make_invoice(1000, overdue=10)
        dispute = self.contest(move, 500)
        debtor = self.refresh()
        told = debtor.explain()
        self.assertEqual(told["verdict"], "chase")
        self.assertEqual(debtor.open_item_ids.disputed, 500.0)
        self.pay(move, 500)
        debtor = self.refresh()
        self.assertEqual((dispute.state, dispute.amount), ("open", 500.0))
        self.assertEqual(debtor.explain()["verdict"], "hold")

        dispute.write({"resolution": "customer_right", "resolution_note": "Agreed"})
        action = dispute.action_resolve()
        self.assertEqual(action["res_model"], "account.move.reversal")
        self.assertEqual((dispute.state, dispute.alert), ("open", "waiting"))
        self.refresh()
        self.assertEqual(debtor.explain()["verdict"], "hold", "not chased meanwhile")

        wizard = self.reversal(action)
        self.assertEqual((wizard.ar_amount, wizard.move_ids), (500.0, move))
        credit = self.env["account.move"].browse(wizard.refund_moves()["res_id"])
        self.assertEqual((credit.amount_total, credit.state), (500.0, "draft"))
        self.assertIn(dispute.name, credit.invoice_line_ids.name)
        credit.action_post()
        debtor = self.refresh()
        self.assertEqual(
            (dispute.state, dispute.resolution), ("resolved", "customer_right")
        )
        self.assertEqual(dispute.credit_move_id, credit)
        self.assertEqual(dispute.amount, 500.0, "what was contested is still told")
        self.assertFalse(dispute.activity_ids)
        self.assertEqual(
            self.kinds(move), ["dispute_opened", "dispute_decided", "dispute_closed"]
        )

    def test_a_credit_note_is_of_the_amount_with_the_tax_of_the_invoice(self):
        tax = self.company_data["default_tax_sale"]
        tax.write({"amount": 20.0, "price_include_override": "tax_excluded"})
        move = self.make_invoice(100)
        move.button_draft()
        move.invoice_line_ids = [
            Command.create(
                {"name": "More", "price_unit": 33.33, "tax_ids": [Command.set(tax.ids)]}
            )
        ]
        move.action_post()
        dispute = self.contest(move, 77.77)
        dispute.resolution = "customer_right"
        wizard = self.reversal(dispute.action_resolve())
        credit = self.env["account.move"].browse(wizard.refund_moves()["res_id"])
        self.assertEqual(credit.amount_total, 77.77)
        self.assertEqual(len(credit.invoice_line_ids), 2)
        share = credit.amount_tax / credit.amount_total
        self.assertAlmostEqual(share, move.amount_tax / move.amount_total, 3)

    def test_it_shrinks_with_the_residual_and_grows_back(self):
        move = self.make_invoice(100)
        dispute = self.contest(move, 70)
        payment = self.pay(move, 60)
        self.refresh()
        self.assertEqual((dispute.amount, dispute.amount_asked), (40.0, 70.0))
        payment.action_draft()
        debtor = self.refresh()
        self.assertEqual(dispute.amount, 70.0)
        self.assertEqual(debtor.open_item_ids.disputed, 70.0)
        self.assertEqual(self.kinds(move).count("dispute_amount"), 2)

    def test_the_older_of_two_keeps_its_part(self):
        move = self.make_invoice(100)
        first, second = self.contest(move, 60), self.contest(move, 60, code="quality")
        self.assertEqual((first.amount, second.amount), (60.0, 40.0))
        with self.assertRaisesRegex(ValidationError, move.name):
            second.amount = 41
        self.pay(move, 30)
        debtor = self.refresh()
        self.assertEqual((first.amount, second.amount), (60.0, 10.0))
        self.assertEqual(debtor.open_item_ids.disputed, 70.0)

    def test_one_of_an_instalment_leaves_the_other_instalment_to_the_rest(self):
        terms = self.env["account.payment.term"].create(
            {
                "name": "Twice",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 50, "nb_days": days}
                    )
                    for days in (10, 20)
                ],
            }
        )
        move = self.make_invoice(
            100, invoice_date_due=False, invoice_payment_term_id=terms.id
        )
        debtor = self.refresh()
        early, late = debtor.open_item_ids.sorted("due_date")
        whole = self.contest(move, 50)
        bound = self.contest(move, 50, code="quality", item_id=early.id)
        self.assertEqual((whole.amount, bound.amount), (50.0, 50.0))
        self.refresh()
        self.assertEqual((early.disputed, late.disputed), (50.0, 50.0))

    def test_paid_in_full_it_is_over_until_the_payment_is_undone(self):
        move = self.make_invoice(100)
        dispute = self.contest(move, 70)
        payment = self.pay(move)
        self.refresh()
        self.assertEqual((dispute.state, dispute.resolution), ("resolved", "paid"))
        payment.action_draft()
        self.refresh()
        self.assertEqual((dispute.state, dispute.amount), ("open", 70.0))
        self.assertFalse(dispute.resolution)

    def test_a_credit_note_taken_back_opens_it_again(self):
        move = self.make_invoice(100)
        dispute = self.contest(move, 30)
        dispute.resolution = "customer_right"
        dispute.action_resolve()
        credit = self.credit(move, 30)
        self.refresh()
        self.assertEqual(dispute.closed_by_ledger, "credited")
        credit.button_draft()
        self.refresh()
        self.assertEqual((dispute.state, dispute.amount), ("open", 30.0))

    def test_a_person_who_closed_it_is_not_overruled_by_the_books(self):
        move = self.make_invoice(100)
        dispute = self.contest(move, 70)
        dispute.resolution = "customer_wrong"
        dispute.action_resolve()
        self.pay(move, 10).action_draft()
        self.refresh()
        self.assertEqual(dispute.state, "resolved")

    def test_one_that_cannot_follow_does_not_stop_the_others(self):
        moves = self.make_invoice(100) + self.make_invoice(200)
        bad, good = self.contest(moves[0], 70), self.contest(moves[1], 150)
        self.pay(moves[0], 50)
        self.pay(moves[1], 100)
        share = type(bad)._ar_share

        def fails(disputes, room):
            if bad in disputes:
                raise ValueError("broken")
            return share(disputes, room)

        with patch.object(type(bad), "_ar_share", fails):
            self.refresh()
        self.assertEqual((bad.amount, good.amount), (70.0, 100.0))
        self.assertIn("dispute_failed", self.kinds(moves[0]))


@tagged("post_install", "-at_install")
class TestDisputeOwners(DisputesCommon):
    def test_each_rule_finds_its_owner(self):
        move = self.make_invoice(100, invoice_user_id=self.people["sam"].id)
        self.refresh().collector_id = self.people["cora"]
        team = self.env["ar.dispute.team"].create(
            {"name": "Stores", "lead_id": self.people["lena"].id}
        )
        Role = self.env["ar.dispute.role"]
        Role.create({"role": "billing", "user_id": self.people["bill"].id})
        Role.create({"role": "logistics", "team_id": team.id})
        self.reason("tax").owner_id = self.people["lena"]
        expected = {
            "quantity": ("sam", "salesperson"),
            "price": ("bill", "role_user"),
            "delivery": ("lena", "role_team"),
            "tax": ("lena", "reason_user"),
            "other": ("cora", "collector"),
            "quality": ("cora", "fallback"),
        }
        for code, (name, rule) in expected.items():
            dispute = self.contest(move, 5, code=code)
            self.assertEqual(
                (dispute.owner_id, dispute.owner_rule), (self.people[name], rule), code
            )
        by_hand = self.contest(move, 5, owner_id=self.people["sam"].id)
        self.assertEqual(by_hand.owner_rule, "person")

    def test_a_team_shares_the_work(self):
        team = self.env["ar.dispute.team"].create(
            {
                "name": "Billing",
                "lead_id": self.people["bill"].id,
                "member_ids": [
                    Command.set((self.people["sam"] + self.people["lena"]).ids)
                ],
            }
        )
        self.reason("price").team_id = team
        found = [self.contest(self.make_invoice(50)).owner_id for _time in range(4)]
        self.assertEqual(
            found,
            [self.people["sam"], self.people["lena"]] * 2,
            "who has the fewest open ones",
        )
        self.people["sam"].active = False
        self.assertEqual(
            self.contest(self.make_invoice(50)).owner_id, self.people["lena"]
        )

    def test_the_owner_and_his_team_see_it_nobody_else(self):
        team = self.env["ar.dispute.team"].create(
            {
                "name": "Billing",
                "lead_id": self.people["bill"].id,
                "member_ids": [Command.set(self.people["sam"].ids)],
            }
        )
        self.reason("price").team_id = team
        dispute = self.contest(self.make_invoice(50))
        for name, seen in {"sam": True, "bill": True, "lena": False}.items():
            Dispute = self.env["ar.dispute"].with_user(self.people[name])
            self.assertEqual(dispute in Dispute.search([]), seen, name)

    def test_reassigning_is_on_the_timeline(self):
        move = self.make_invoice(50)
        dispute = self.contest(move)
        dispute.owner_id = self.people["sam"]
        self.assertEqual(dispute.owner_rule, "person")
        event = self.env["ar.event.link"].search(
            [("move_id", "=", move.id), ("kind", "=", "dispute_changed")]
        )
        self.assertIn("Sam", event.summary)


@tagged("post_install", "-at_install")
class TestDisputeDates(DisputesCommon):
    def late(self, dispute):
        return dispute.activity_ids.filtered(
            lambda a: (
                a.activity_type_id
                == self.env.ref("ar_collections.ar_activity_dispute_late")
            )
        )

    def test_past_its_date_it_goes_one_step_up_once(self):
        self.company.ar_manager_id = self.people["lena"]
        move = self.make_invoice(50)
        dispute = self.contest(move, owner_id=self.people["sam"].id)
        self.assertEqual(dispute.target_date, self.today + timedelta(days=5))
        dispute.target_date = self.today - timedelta(days=1)
        self.assertEqual(dispute.alert, "late")
        self.assertIn(dispute, self.env["ar.dispute"].search([("alert", "=", "late")]))
        self.env["ar.dispute"]._ar_untold()._ar_escalate_safely()
        self.assertEqual(self.late(dispute).user_id, self.people["lena"])
        self.assertEqual(dispute.escalated_to_id, self.people["lena"])
        self.env["ar.dispute"]._ar_untold()._ar_escalate_safely()
        self.assertEqual(self.kinds(move).count("dispute_escalated"), 1)
        # A new date settles it; missed again, it is told again.
        dispute.target_date = self.today + timedelta(days=3)
        self.assertFalse(self.late(dispute))
        dispute.target_date = self.today - timedelta(days=2)
        self.env["ar.dispute"]._ar_untold()._ar_escalate_safely()
        self.assertEqual(self.kinds(move).count("dispute_escalated"), 2)
        dispute.action_withdraw()
        self.assertFalse(dispute.activity_ids)

    def test_who_answered_while_the_night_ran_is_not_late(self):
        self.company.ar_manager_id = self.people["lena"]
        dispute = self.contest(
            self.make_invoice(50), target_date=self.today - timedelta(days=1)
        )
        found = self.env["ar.dispute"]._ar_untold()
        self.assertIn(dispute, found)
        dispute.action_withdraw()
        found._ar_escalate_safely()
        self.assertFalse(self.late(dispute))

    def test_a_granted_credit_note_that_nobody_books_is_told(self):
        self.company.ar_manager_id = self.people["lena"]
        dispute = self.contest(self.make_invoice(50), owner_id=self.people["sam"].id)
        dispute.resolution = "customer_right"
        dispute.action_resolve()
        self.assertEqual(dispute.alert, "waiting")
        self.assertEqual(dispute.target_date, self.today + timedelta(days=7))
        self.assertNotIn(dispute, self.env["ar.dispute"]._ar_untold())
        dispute.target_date = self.today - timedelta(days=1)
        self.assertEqual(dispute.alert, "late")
        self.env["ar.dispute"]._ar_untold()._ar_escalate_safely()
        self.assertEqual(self.late(dispute).user_id, self.people["lena"])
        self.assertNotIn("Sam", self.late(dispute).summary, "Sam has answered")

    def test_the_lead_of_the_team_comes_first(self):
        self.company.ar_manager_id = self.people["lena"]
        team = self.env["ar.dispute.team"].create(
            {
                "name": "Billing",
                "lead_id": self.people["bill"].id,
                "member_ids": [Command.set(self.people["sam"].ids)],
            }
        )
        self.reason("price").team_id = team
        dispute = self.contest(
            self.make_invoice(50), target_date=self.today - timedelta(days=1)
        )
        self.env["ar.dispute"]._ar_untold()._ar_escalate_safely()
        self.assertEqual(self.late(dispute).user_id, self.people["bill"])

    def test_one_that_fails_does_not_stop_the_others(self):
        past = {"target_date": self.today - timedelta(days=1)}
        bad = self.contest(self.make_invoice(50), **past)
        good = self.contest(self.make_invoice(50), **past)
        superior = type(bad)._ar_superior

        def fails(dispute):
            if dispute == bad:
                raise ValueError("broken")
            return superior(dispute)

        with (
            patch.object(type(bad), "_ar_superior", fails),
            self.assertLogs("odoo.addons.ar_collections", "WARNING"),
        ):
            self.env["ar.dispute"]._ar_untold()._ar_escalate_safely()
        self.assertTrue(good.escalated_for)
        self.assertFalse(bad.escalated_for)


@tagged("post_install", "-at_install")
class TestDisputeAnswers(DisputesCommon):
    def answer(self, dispute, user, resolution, note="Checked", **vals):
        wizard = (
            self.env["ar.dispute.close"]
            .with_user(user)
            .with_context(**dispute.with_user(user).action_ar_answer()["context"])
            .create({"resolution": resolution, "note": note, **vals})
        )
        return wizard.action_apply()

    def test_sales_grants_and_billing_books(self):
        self.env["ar.dispute.role"].create(
            {"role": "billing", "user_id": self.people["bill"].id}
        )
        move = self.make_invoice(100)
        dispute = self.contest(move, 40, owner_id=self.people["sam"].id)
        self.answer(dispute, self.people["sam"], "customer_right", credit_amount=25)
        self.assertEqual((dispute.state, dispute.alert), ("open", "waiting"))
        self.assertEqual(dispute.activity_ids.user_id, self.people["bill"])
        self.assertEqual(dispute.decided_by_id, self.people["sam"])
        told = self.env["ar.event.link"].search(
            [("move_id", "=", move.id), ("kind", "=", "dispute_decided")]
        )
        self.assertEqual(told.actor, "Sam")
        self.assertIn("Checked", told.summary)
        # Billing has no right of a collector, and reads what it is asked to book.
        mine = dispute.with_user(self.people["bill"]).sudo(False)
        dispute.owner_id = self.people["bill"]
        action = mine.action_ar_credit()
        self.assertEqual(action["context"]["default_ar_amount"], 25.0)
        wizard = self.reversal(action, self.people["bill"])
        credit = self.env["account.move"].browse(wizard.refund_moves()["res_id"])
        credit.action_post()
        self.refresh()
        self.assertEqual(
            (dispute.state, dispute.resolution_note), ("resolved", "Checked")
        )
        self.assertEqual(self.refresh().amount_due, 75.0)

    def test_who_only_answers_sees_no_ledger(self):
        move = self.make_invoice(100, invoice_user_id=self.people["sam"].id)
        dispute = self.contest(move, code="quantity")
        mine = dispute.with_user(self.people["sam"])
        told = mine.web_read(
            {
                "name": {},
                "amount": {},
                "move_id": {"fields": {"display_name": {}}},
                "debtor_id": {"fields": {"display_name": {}}},
                "alert": {},
            }
        )[0]
        self.assertIn(move.name, told["move_id"]["display_name"])
        self.assertIn("Bertin", told["debtor_id"]["display_name"])
        for record in (move, dispute.debtor_id, move.line_ids):
            with self.assertRaises(AccessError):
                record.with_user(self.people["sam"]).read(["display_name"])
        form = Form(
            self.env["ar.dispute.close"]
            .with_user(self.people["sam"])
            .with_context(default_dispute_id=dispute.id)
        )
        form.resolution = "customer_wrong"
        self.assertEqual(form.credit_amount, 0.0)
        form.note = "Delivered in full, signed"
        form.save().action_apply()
        self.assertEqual(dispute.state, "resolved")
        self.assertEqual(self.refresh().explain()["verdict"], "chase")

    def test_who_only_answers_discusses_with_files_and_searches(self):
        move = self.make_invoice(100, invoice_user_id=self.people["sam"].id)
        dispute = self.contest(move, code="quantity")
        mine = dispute.with_user(self.people["sam"])
        mine.message_post(
            body="Here is the delivery note",
            attachments=[("note.pdf", b"%PDF-1.4")],
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.assertIn("message", self.kinds(move))
        files = self.env["ir.attachment"].with_user(self.people["sam"])
        found = files.search([("res_model", "=", "ar.dispute")])
        self.assertEqual((found.name, found.res_id), ("note.pdf", dispute.id))
        for text in (move.name, "Bertin"):
            self.assertEqual(
                mine.search(
                    [
                        "|",
                        ("move_name", "ilike", text),
                        ("customer_name", "ilike", text),
                    ]
                ),
                mine,
            )

    def test_nobody_answers_without_a_reason_or_grants_too_much(self):
        dispute = self.contest(self.make_invoice(100), 40)
        with self.assertRaisesRegex(UserError, "why"):
            self.answer(dispute, self.env.user, "customer_wrong", note=" ")
        with self.assertRaisesRegex(UserError, "disputed"):
            self.answer(dispute, self.env.user, "settled", credit_amount=41)

    def test_a_corrected_invoice_replaces_the_first(self):
        move = self.make_invoice(100)
        dispute = self.contest(move)
        action = self.answer(dispute, self.env.user, "corrected")
        wizard = self.reversal(action)
        wizard.modify_moves()
        self.refresh()
        self.assertEqual((dispute.state, dispute.resolution), ("resolved", "corrected"))
        self.assertEqual(dispute.successor_move_id, wizard.new_move_ids)
        self.assertEqual(dispute.credit_move_id.reversed_entry_id, move)

    def test_settled_without_a_credit_is_chased_again(self):
        dispute = self.contest(self.make_invoice(100))
        self.answer(dispute, self.env.user, "settled")
        self.assertEqual(dispute.state, "resolved")
        dispute.action_reopen()
        self.assertEqual((dispute.state, dispute.amount), ("open", 100.0))
        self.assertFalse(dispute.decided_at)

    def test_the_same_fact_never_opens_two(self):
        move = self.make_invoice(100)
        fact = {"source": "portal", "source_key": "form-1"}
        first = self.contest(move, **fact)
        self.assertEqual(self.contest(move, **fact), first)
        joined = self.contest(
            move, source="reply", source_key="<m1@x>", description="Wrong price"
        )
        self.assertEqual(joined, first)
        self.assertIn("Wrong price", first.description)
        first.resolution = "customer_wrong"
        first.action_resolve()
        for again in (fact, {"source": "reply", "source_key": "<m1@x>"}):
            self.assertEqual(self.contest(move, **again), first)
        self.assertEqual(len(move.ar_dispute_ids), 1)

    def test_the_same_fact_told_at_the_same_moment_runs_again(self):
        move = self.make_invoice(100)
        fact = {"source": "portal", "source_key": "form-2", "amount": 10}
        first = self.contest(move, **fact)
        nothing = patch.object(
            type(first), "_ar_known", lambda disputes, company, vals: first.browse()
        )
        with nothing, mute_logger("odoo.sql_db"):
            with self.assertRaises(SerializationFailure):
                self.contest(move, **fact)
