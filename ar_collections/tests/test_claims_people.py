from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common_claims import ClaimsCommon


@tagged("post_install", "-at_install")
class TestClaimsPeople(ClaimsCommon):
    """What people make of claims, and who may."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ar.claim"]._ar_accrue(cls.invoice.ids)
        cls.interest = cls.invoice.ar_claim_ids.filtered(lambda c: c.kind == "interest")
        cls.indemnity = cls.invoice.ar_claim_ids - cls.interest

    def invoice_claims(self, claims, user=None):
        wizard = self.env["ar.claim.invoice"].with_user(user or self.env.user)
        action = wizard.create(
            {"claim_ids": [Command.set(claims.ids)]}
        ).action_invoice()
        return self.env["account.move"].browse(action["res_id"])

    def events(self, kind):
        return self.env["ar.event.link"].search(
            [("debtor_id", "=", self.debtor.id), ("kind", "=", kind)]
        )

    def test_a_named_person_waives_with_a_reason(self):
        manager = self.make_user("ar_collections.group_manager", "ar_claims_manager")
        claims = self.invoice.ar_claim_ids.with_user(manager)
        with self.assertRaises(UserError):
            claims._ar_waive("  ")
        wizard = self.env["ar.claim.close"].with_user(manager)
        wizard = wizard.with_context(**claims.action_waive()["context"]).create(
            {"reason": "Commercial gesture"}
        )
        wizard.action_close()
        self.assertEqual(self.interest.state, "waived")
        self.assertEqual(self.interest.waived_by_id, manager)
        self.assertEqual(self.interest.amount_open, 0)
        told = self.events("claim_waived")
        self.assertEqual(len(told), 2)
        self.assertEqual(set(told.mapped("actor")), {manager.name})
        self.assertIn("Commercial gesture", told[0].summary)
        self.accrue(as_of=self.today + timedelta(days=30))
        self.assertEqual(self.interest.amount, 184.93)
        self.interest.with_user(manager).action_restore()
        self.assertEqual(
            (self.interest.state, self.interest.amount_open), ("accruing", 184.93)
        )

    def test_a_collector_reads_and_decides_nothing(self):
        collector = self.make_user("ar_collections.group_user", "ar_claims_collector")
        claim = self.interest.with_user(collector)
        self.assertEqual(claim.amount, 184.93)
        claim.action_refresh()
        for act in (
            lambda: claim._ar_waive("No"),
            lambda: claim._ar_cash(1.0, self.today),
            lambda: claim.action_restore(),
            lambda: claim.write({"amount": 0}),
            lambda: self.invoice_claims(self.interest, collector),
            lambda: self.env["ar.claim.close"].with_user(collector).create({}),
        ):
            with self.assertRaises(AccessError):
                act()
        self.debtor.collector_id = self.env.user
        self.assertFalse(
            self.env["ar.claim"].with_user(collector).search([("id", "=", claim.id)])
        )

    def test_an_accountant_invoices_and_does_not_waive(self):
        accountant = self.make_user("account.group_account_invoice", "ar_claims_books")
        claims = self.invoice.ar_claim_ids.with_user(accountant)
        with self.assertRaises(AccessError):
            claims._ar_waive("No")
        move = self.invoice_claims(self.invoice.ar_claim_ids, accountant)
        self.assertEqual(move.create_uid, accountant)
        self.assertEqual(len(self.events("claim_invoiced")), 2)

    def test_claims_are_invoiced_once_without_tax_with_their_working(self):
        account = self.company.ar_claims_account_id
        account.tax_ids = self.company_data["default_tax_sale"]
        move = self.invoice_claims(self.invoice.ar_claim_ids)
        self.assertEqual(move.state, "draft")
        self.assertEqual((move.amount_untaxed, move.amount_tax), (224.93, 0.0))
        self.assertEqual(
            move.invoice_line_ids.account_id, self.company.ar_claims_account_id
        )
        told = " ".join(move.invoice_line_ids.mapped("name"))
        self.assertIn(f"{self.text(15000)} × 15", told)
        self.assertIn("/ 365", told)
        self.assertEqual(self.interest.state, "invoiced")
        self.assertEqual(self.interest.amount_open, 0)
        with self.assertRaises(UserError):
            self.invoice_claims(self.interest)
        self.assertEqual(len(self.invoice.ar_claim_ids), 2)

    def test_interest_goes_on_after_it_was_invoiced(self):
        self.invoice_claims(self.interest)
        with freeze_time(fields.Datetime.now() + timedelta(days=10)):
            self.accrue()
            # 40 days are 246.58 €, of which 184.93 € is invoiced.
            self.assertEqual(self.interest.amount_open, 61.65)
            self.assertEqual(self.interest.state, "accruing")
            second = self.invoice_claims(self.interest)
            self.assertEqual(second.amount_total, 61.65)
        self.assertEqual(self.interest.amount_settled, 246.58)

    def test_an_invoice_of_claims_that_is_undone_gives_them_back(self):
        move = self.invoice_claims(self.invoice.ar_claim_ids)
        move.action_post()
        self.assertEqual(self.interest.state, "invoiced")
        move.button_draft()
        move.button_cancel()
        self.assertEqual(
            (self.interest.state, self.interest.amount_open), ("accruing", 184.93)
        )
        again = self.invoice_claims(self.invoice.ar_claim_ids)
        again.unlink()
        self.assertEqual(self.interest.amount_open, 184.93)

    def test_an_invoice_of_claims_bears_no_claim(self):
        move = self.invoice_claims(self.invoice.ar_claim_ids)
        move.invoice_date = self.today - timedelta(days=60)
        move.invoice_date_due = self.today - timedelta(days=30)
        move.action_post()
        self.refresh()
        self.accrue(move)
        self.assertFalse(self.claim(move=move))
        self.assertFalse(self.claim("indemnity", move))

    def test_cash_goes_to_costs_first_and_is_told(self):
        wizard = self.env["ar.claim.close"].with_context(
            **self.invoice.ar_claim_ids.action_cash()["context"]
        )
        wizard.create({"amount": 60.0, "note": "Transfer of the 3rd"}).action_close()
        self.assertEqual(self.indemnity.state, "cashed")
        self.assertEqual(self.interest.amount_settled, 20.0)
        self.assertEqual(self.interest.state, "accruing")
        self.assertEqual(len(self.events("claim_cashed")), 2)
        with self.assertRaises(UserError):
            self.interest._ar_cash(1000.0, self.today)

    def test_two_accounts_that_merge_keep_their_claims(self):
        other = self.env["res.partner"].create({"name": "Bertin SA"})
        self.make_invoice(10.0, partner=other)
        target = self.refresh(other)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge([self.customer.id, other.id], other)
        self.assertEqual(self.interest.debtor_id, target)

    def test_companies_are_apart(self):
        other = self.setup_other_company()
        foreign = new_test_user(
            self.env,
            "ar_claims_foreign",
            groups="ar_collections.group_manager,account.group_account_invoice",
            company_id=other["company"].id,
            company_ids=[Command.set(other["company"].ids)],
        )
        for model in ("ar.claim", "ar.claim.settlement"):
            self.assertFalse(self.env[model].with_user(foreign).search([]))

    # Legal order of imputation.

    def test_a_payment_is_imputed_in_the_legal_order(self):
        older = self.make_invoice(1000.0, overdue=50)
        self.refresh()
        told = self.debtor._ar_imputation(300.0, self.euro)
        parts = [(a["move_id"], a["part"], a["amount"]) for a in told["allocations"]]
        self.assertEqual(
            parts,
            [
                (self.invoice.id, "costs", 40.0),
                (self.invoice.id, "interest", 184.93),
                (self.invoice.id, "principal", 75.07),
            ],
        )
        self.assertEqual(told["left"], 0)
        # What bears interest before what bears none, whatever its age…
        told = self.debtor._ar_imputation(15300.0, self.euro)
        self.assertEqual(told["allocations"][0]["rule"], "burden")
        self.assertEqual(told["allocations"][-1]["move_id"], older.id)
        # … unless the customer says otherwise.
        told = self.debtor._ar_imputation(300.0, self.euro, indicated=older.ids)
        self.assertEqual(told["allocations"][0]["move_id"], older.id)
        self.assertEqual(told["allocations"][0]["rule"], "indicated")
        self.assertFalse(self.debtor.claim_ids.settlement_ids)

    # Screens.

    def test_account_and_invoice_lead_to_the_claims(self):
        self.assertEqual(self.debtor.claims_amount, 224.93)
        self.assertEqual(self.invoice.ar_claims_amount, 224.93)
        with freeze_time(fields.Datetime.now() + timedelta(days=1)):
            action = self.invoice.action_ar_claims()
            self.assertEqual(self.interest.amount, 191.1)
        found = self.env["ar.claim"].search(action["domain"])
        self.assertEqual(found, self.invoice.ar_claim_ids)
        action = self.debtor.action_open_claims()
        self.assertEqual(action["res_model"], "ar.claim")
        self.assertIn("claims_amount", self.debtor.get_view(view_type="form")["arch"])

    def test_the_form_prints_the_working(self):
        with Form(self.interest) as form:
            self.assertIn(self.text(184.93), form.working_html)
            self.assertIn("L441-10", form.working_html)
