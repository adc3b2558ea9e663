from datetime import timedelta

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .common import ArCommon


@tagged("post_install", "-at_install")
class TestPayer(ArCommon):
    """How customers pay, from the ledger to the strategy."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Profile = cls.env["ar.payer.profile"]
        cls.company.ar_payer_min_invoices = 1

    def settle(self, move, late, amount=None):
        """Pay an invoice, ``late`` days after its due date."""
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create(
                {"payment_date": move.invoice_date_due + timedelta(days=late)},
            )
        )
        if amount is not None:
            wizard.amount = amount
        payments = wizard._create_payments()
        # Payments without an entry of their own are matched by the statement.
        self.assertTrue(payments.move_id)
        return payments

    def profile(self, debtor, day=None):
        self.env.flush_all()
        self.Profile._ar_profile(debtor, day)
        return debtor.payer_profile_ids

    def test_delay_is_weighted_by_amount_and_counts_what_is_overdue(self):
        self.settle(self.make_invoice(900.0, overdue=60), late=20)
        self.make_invoice(100.0, overdue=70)
        debtor = self.refresh()
        found = self.profile(debtor)
        self.assertEqual(found.delay_days, 25)  # (900 x 20 + 100 x 70) / 1000
        self.assertEqual(found.invoice_count, 2)
        self.assertAlmostEqual(found.amount, 1000.0)
        self.assertAlmostEqual(found.amount_unpaid, 100.0)
        self.assertEqual((found.payer_class, debtor.payer_class), ("A", "A"))
        self.assertIn("+25", debtor.payer_line)

    def test_credit_note_is_neither_an_invoice_nor_a_payment(self):
        move = self.make_invoice(200.0, overdue=80)
        self.make_invoice(50.0, overdue=40)
        note = self.make_invoice(200.0, overdue=0, move_type="out_refund")
        (move + note).line_ids.filtered(
            lambda ln: ln.account_id.account_type == "asset_receivable"
        ).reconcile()
        found = self.profile(self.refresh())
        self.assertEqual((found.delay_days, found.invoice_count), (40, 1))

    def test_write_off_is_no_payment(self):
        move = self.make_invoice(100.0, overdue=90)
        debtor = self.refresh()
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": self.today,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": self.company_data[
                                "default_account_receivable"
                            ].id,
                            "partner_id": self.customer.id,
                            "credit": 100.0,
                        }
                    ),
                    Command.create(
                        {
                            "account_id": self.company_data[
                                "default_account_expense"
                            ].id,
                            "debit": 100.0,
                        }
                    ),
                ],
            }
        )
        entry.action_post()
        (move + entry).line_ids.filtered(
            lambda ln: ln.account_id.account_type == "asset_receivable"
        ).reconcile()
        found = self.profile(debtor)
        self.assertEqual((found.payer_class, found.invoice_count), ("new", 0))

    def test_contested_part_is_no_delay(self):
        move = self.make_invoice(100.0, overdue=50)
        self.make_invoice(100.0, overdue=10)
        debtor = self.refresh()
        self.assertEqual(self.profile(debtor).delay_days, 30)
        self.env["ar.dispute"]._ar_raise(
            [{"move_id": move.id, "source": "person", "reason_code": "other"}]
        )
        self.assertEqual(self.profile(debtor).delay_days, 10)

    def test_limits_are_the_company_s_and_must_grow(self):
        self.make_invoice(100.0, overdue=45)
        debtor = self.refresh()
        self.assertEqual(self.profile(debtor).payer_class, "B")
        self.company.ar_payer_b_days = 40
        self.assertEqual(self.profile(debtor).payer_class, "C")
        self.company.ar_payer_min_invoices = 2
        self.assertEqual(self.profile(debtor).payer_class, "new")
        with self.assertRaises(ValidationError):
            self.company.ar_payer_a_days = 40

    def test_trend_compares_with_the_year_before(self):
        self.settle(self.make_invoice(100.0, overdue=500), late=3)
        self.make_invoice(100.0, overdue=40)
        found = self.profile(self.refresh())
        self.assertEqual((found.delay_days, found.previous_delay_days), (40, 3))
        self.assertEqual(found.trend, "worse")

    def test_the_past_is_worked_out_from_what_was_known_then(self):
        move = self.make_invoice(100.0, overdue=60)
        debtor = self.refresh()
        self.settle(move, late=55)
        then = self.today - timedelta(days=30)
        self.assertEqual(self.profile(debtor, then).delay_days, 30)
        self.assertEqual(self.profile(debtor).delay_days, 55)
        told = debtor.payer_explain(then.isoformat())
        self.assertEqual(told["delay_days"], 30)
        self.assertFalse(told["parts"][0]["paid_date"])
        with self.assertRaises(UserError):
            debtor.payer_explain("yesterday")

    def test_second_run_writes_nothing(self):
        self.make_invoice(100.0, overdue=45)
        debtor = self.refresh()
        self.assertEqual(self.Profile._ar_profile(debtor), debtor.ids)
        self.assertEqual(self.Profile._ar_profile(debtor), [])
        self.assertNotIn(debtor, self.Profile._ar_outdated())

    def test_bad_payer_gets_the_strategy_for_bad_payers(self):
        # The strategy of these tests takes everybody: it steps aside here.
        self.strategy.sequence = 99
        self.customer.is_company = True
        self.make_invoice(1000.0, overdue=75)
        debtor = self.refresh()
        standard = self.env.ref("ar_collections.ar_strategy_standard")
        bad = self.env.ref("ar_collections.ar_strategy_bad_payers")
        self.assertEqual(debtor.strategy_id, standard)
        debtor.action_payer_refresh()
        self.assertEqual(debtor.payer_class, "C")
        self.assertEqual(debtor.strategy_id, bad)
        self.assertLess(bad.sequence, standard.sequence)

    def test_explanation_names_the_invoices_that_weigh_most(self):
        heavy = self.make_invoice(900.0, overdue=80)
        self.make_invoice(100.0, overdue=5)
        debtor = self.refresh()
        dialog = debtor.action_payer_why()
        lines = self.env["ar.payer.why"].browse(dialog["res_id"]).line_ids
        self.assertEqual(lines[0].move_id, heavy)
        self.assertEqual((lines[0].days, lines[0].added), (80, 72.0))
        self.assertEqual(len(lines), 2)

    def test_switched_off_removes_what_was_known(self):
        self.make_invoice(100.0, overdue=45)
        debtor = self.refresh()
        self.profile(debtor)
        self.company.ar_payer_profiles = False
        self.assertFalse(debtor.payer_profile_ids)
        self.assertFalse(debtor.payer_class)
        self.assertNotIn(debtor, self.Profile._ar_outdated())
        with self.assertRaises(UserError):
            debtor.action_payer_refresh()

    def test_branch_counts_for_its_collecting_company(self):
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        self.env.user.company_ids |= branch
        partner = self.customer.with_company(branch)
        partner.property_account_receivable_id = self.company_data[
            "default_account_receivable"
        ]
        move = self.make_invoice(100.0, overdue=45)
        self.make_invoice(100.0, overdue=15, company_id=branch.id)
        debtor = self.refresh()
        self.assertEqual(debtor.company_id, self.company)
        self.assertEqual(self.profile(debtor).delay_days, 30)
        self.assertEqual(move.company_id, self.company)

    def test_collector_sees_the_profiles_of_his_accounts(self):
        user = new_test_user(
            self.env,
            "ar_payer_collector",
            groups="ar_collections.group_user",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        other = self.env["res.partner"].create({"name": "Scierie Nord"})
        self.make_invoice(100.0, overdue=45)
        self.make_invoice(100.0, overdue=45, partner=other)
        mine, theirs = self.refresh(), self.refresh(other)
        mine.collector_id = user
        theirs.collector_id = self.env.user
        self.profile(mine | theirs)
        seen = self.Profile.with_user(user).search([])
        self.assertIn(mine.payer_profile_ids, seen.sudo())
        self.assertNotIn(theirs.payer_profile_ids, seen.sudo())
