"""Typed gaps: booked on their accounts, previewed to the cent, undone without trace."""

from odoo import Command
from odoo.tests import tagged

from odoo.addons.ar_lettering.models.ar_lettering_plan import BookingPlan, Gap

from .common import DAY, LetteringCommon


@tagged("post_install", "-at_install")
class TestGaps(LetteringCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accounts = {
            code: cls.env["account.account"].create(
                {"name": name, "code": code, "account_type": kind}
            )
            for code, name, kind in (
                ("658001", "Lost cents", "expense"),
                ("758001", "Gained cents", "income_other"),
                ("627001", "Bank fees", "expense"),
                ("665001", "Discounts", "expense"),
            )
        }
        cls.company.ar_cents_loss_account_id = cls.accounts["658001"]
        cls.company.ar_cents_gain_account_id = cls.accounts["758001"]
        cls.company.ar_fee_account_id = cls.accounts["627001"]
        field = "account_journal_early_pay_discount_loss_account_id"
        cls.company[field] = cls.accounts["665001"]
        cls.booking = cls.env["ar.lettering.booking"]

    def _plan(self, received, parts, gaps=(), currency=None, **vals):
        receipt = self._receipt(received, **vals)
        return BookingPlan(
            receipt,
            [(self._item(move), amount) for move, amount in parts],
            parts[0][0].partner_id,
            gaps=[Gap(kind, amount, self._item(move)) for kind, amount, move in gaps],
            currency=currency,
        )

    def _sums(self, receipt):
        sums = {}
        for line in receipt.line_ids:
            sums[line.account_id] = sums.get(line.account_id, 0.0) + line.balance
        return {a: round(balance, 2) for a, balance in sums.items()}

    def _previewed(self, plan):
        sums = {}
        for row in self.booking._ar_preview(plan):
            balance = sums.get(row["account"], 0.0) + row["debit"] - row["credit"]
            sums[row["account"]] = balance
        return {account: round(balance, 2) for account, balance in sums.items()}

    def _book(self, *plans):
        """Book, and check that the preview said so and that undoing leaves nothing."""
        previews = [self._previewed(plan) for plan in plans]
        before = [self._sums(plan.line) for plan in plans]
        booked, failed = self.booking._ar_book(list(plans))
        self.assertEqual([error.args for _plan, error in failed], [])
        self.assertEqual(len(booked), len(plans))
        for plan, preview in zip(plans, previews, strict=True):
            sums = self._sums(plan.line)
            self.assertEqual(
                {account.display_name: balance for account, balance in sums.items()},
                preview,
            )
            self.assertTrue(plan.line.is_reconciled)
        return before

    def _undo(self, plans, before):
        for plan, sums in zip(plans, before, strict=True):
            plan.line.action_undo_reconciliation()
            self.assertEqual(self._sums(plan.line), sums)
            self.assertEqual(len(plan.line.line_ids), 2)
            for item, _amount in plan.parts:
                self.assertEqual(item.amount_residual, item.balance)

    def test_cents_both_ways_and_fee_in_one_batch(self):
        short, over, fee = (self._invoice(100) for _n in range(3))
        plans = [
            self._plan(99.7, [(short, 100)], [("cents", 0.3, short)]),
            self._plan(100.4, [(over, 100)], [("cents", -0.4, over)]),
            self._plan(85, [(fee, 100)], [("fee", 15, fee)]),
        ]
        before = self._book(*plans)
        for invoice in (short, over, fee):
            self.assertEqual(invoice.payment_state, "paid")
        self.assertEqual(self._sums(plans[0].line)[self.accounts["658001"]], 0.3)
        self.assertEqual(self._sums(plans[1].line)[self.accounts["758001"]], -0.4)
        self.assertEqual(self._sums(plans[2].line)[self.accounts["627001"]], 15)
        self._undo(plans, before)

    def test_where_an_audit_trail_is_kept_the_gap_leaves_its_trace(self):
        self.company.restrictive_audit_trail = True
        invoice = self._invoice(100)
        plan = self._plan(99.7, [(invoice, 100)], [("cents", 0.3, invoice)])
        (suspense,) = plan.line._seek_for_lines()[1]
        self._book(plan)
        values = plan.line.move_id.message_ids.sudo().tracking_value_ids
        changes = [
            (value.old_value_float, value.new_value_float)
            for value in values
            if value.field_id.name == "balance" and value.old_value_float
        ]
        self.assertEqual(changes, [(-99.7, -100.0)])
        self.assertEqual(suspense.balance, -100)

    def test_gap_on_one_of_several_invoices_and_customers(self):
        mine, his = self._invoice(100), self._invoice(50, self.martin)
        plan = self._plan(149.5, [(mine, 100), (his, 50)], [("cents", 0.5, his)])
        before = self._book(plan)
        self.assertEqual((mine.payment_state, his.payment_state), ("paid", "paid"))
        self._undo([plan], before)

    def test_fee_with_tax(self):
        tax = self.company_data["default_tax_purchase"]
        self.company.ar_fee_tax_id = tax
        invoice = self._invoice(100)
        plan = self._plan(88, [(invoice, 100)], [("fee", 12, invoice)])
        self._book(plan)
        fee = plan.line.line_ids.filtered(
            lambda line: line.account_id == self.accounts["627001"]
        )
        rate = tax.amount / 100
        self.assertAlmostEqual(fee.balance, 12 / (1 + rate), 2)
        taxed = plan.line.line_ids.filtered("tax_line_id")
        self.assertAlmostEqual(fee.balance + sum(taxed.mapped("balance")), 12, 2)

    def _discounted(self, computation):
        term = self.env["account.payment.term"].create(
            {
                "name": computation,
                "early_discount": True,
                "discount_percentage": 2,
                "discount_days": 20,
                "early_pay_discount_computation": computation,
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 100, "nb_days": 30}
                    )
                ],
            }
        )
        tax = self.company_data["default_tax_sale"]
        lines = [
            Command.create({"name": "Work", "price_unit": 1000, "tax_ids": tax.ids})
        ]
        return self._invoice(0, invoice_payment_term_id=term.id, invoice_line_ids=lines)

    def test_discount_by_the_three_ways_of_its_tax(self):
        invoices = [self._discounted(c) for c in ("included", "mixed", "excluded")]
        plans = []
        for invoice in invoices:
            item = self._item(invoice)
            paid = item.discount_amount_currency
            taken = round(item.amount_residual_currency - paid, 2)
            total = item.amount_residual_currency
            plans.append(
                self._plan(paid, [(invoice, total)], [("discount", taken, invoice)])
            )
        before = self._book(*plans)
        for invoice, plan in zip(invoices, plans, strict=True):
            self.assertEqual(invoice.payment_state, "paid")
            sums = self._sums(plan.line)
            taxes = plan.line.line_ids.filtered("tax_line_id")
            loss = sums[self.accounts["665001"]]
            included = invoice == invoices[0]
            self.assertEqual(bool(taxes), included)
            if included:
                self.assertEqual(loss, 20)
        self._undo(plans, before)

    def test_another_amount_than_the_discount_is_refused(self):
        invoice = self._discounted("included")
        total = self._item(invoice).amount_residual_currency
        plan = self._plan(total - 5, [(invoice, total)], [("discount", 5, invoice)])
        booked, failed = self.booking._ar_book([plan])
        self.assertFalse(booked)
        self.assertEqual(failed[0][1].code, "letter_discount_differs")
        self.assertFalse(plan.line.is_reconciled)

    def test_retention_moves_to_its_account(self):
        account = self.env["account.account"].create(
            {
                "name": "Retentions",
                "code": "411700",
                "account_type": "asset_receivable",
                "reconcile": True,
            }
        )
        self.company.ar_retention_account_id = account
        invoice = self._invoice(1000)
        plan = self._plan(950, [(invoice, 950)])
        self.booking._ar_move_retention(plan)
        before = self._book(plan)
        self.assertEqual(invoice.payment_state, "paid")
        kept = plan.line.line_ids.filtered(lambda line: line.account_id == account)
        self.assertEqual((kept.balance, kept.partner_id), (50, self.acme))
        self.assertEqual(kept.date_maturity.year, DAY.year + 1)
        self._undo([plan], before)

    def test_no_account_is_told(self):
        self.company.ar_fee_account_id = False
        self.env["account.account"].search([("code", "=like", "627%")]).unlink()
        invoice = self._invoice(100)
        plan = self._plan(90, [(invoice, 100)], [("fee", 10, invoice)])
        _booked, failed = self.booking._ar_book([plan])
        self.assertEqual(failed[0][1].code, "letter_no_gap_account")

    # Foreign currency ----------------------------------------------------------------

    def _foreign(self, code="EUR"):
        other = self.env.ref(f"base.{code}")
        other.active = True
        self.env["res.currency.rate"].search([("currency_id", "=", other.id)]).unlink()
        for day, rate in ((DAY.replace(day=1), 2.0), (DAY, 2.5)):
            self.env["res.currency.rate"].create(
                {
                    "currency_id": other.id,
                    "company_id": self.company.id,
                    "name": day,
                    "rate": rate,
                }
            )
        return other

    def test_amount_ordered_in_the_invoice_currency(self):
        other = self._foreign()
        invoice = self._invoice(1000, currency_id=other.id)
        plan = self._plan(
            410,
            [(invoice, 1000)],
            currency=other,
            ar_original_amount=1000,
            ar_original_currency_id=other.id,
        )
        self._book(plan)
        self.assertEqual(invoice.payment_state, "paid")
        self.assertEqual(plan.line.foreign_currency_id, other)
        # 500 when invoiced, 410 received: the rest is a loss on exchange.
        exchange = invoice.line_ids.matched_credit_ids.exchange_move_id
        self.assertEqual(sum(exchange.line_ids.mapped("debit")), 90)
        plan.line.action_undo_reconciliation()
        self.assertEqual(invoice.amount_residual, 1000)

    def test_preview_of_a_discount_writes_no_setting(self):
        invoice = self._discounted("included")
        field = "account_journal_early_pay_discount_loss_account_id"
        self.company[field] = False
        item = self._item(invoice)
        gap = item.amount_residual - item.discount_amount_currency
        plan = self._plan(
            item.discount_amount_currency,
            [(invoice, item.amount_residual)],
            [("discount", gap, invoice)],
        )
        before = self._book(plan)
        self.assertFalse(self.company[field])
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertFalse(self.company[field])
        self._undo([plan], before)

    def test_a_currency_nobody_told_is_refused(self):
        other = self._foreign()
        invoice = self._invoice(1000, currency_id=other.id)
        plan = self._plan(410, [(invoice, 1000)], currency=other)
        _booked, failed = self.booking._ar_book([plan])
        self.assertEqual(failed[0][1].code, "letter_other_currency")

    def test_deduction_opens_a_dispute_on_the_part(self):
        invoice = self._invoice(100)
        receipt = self._receipt(80, invoice.name)
        proposal = self.env["ar.lettering.proposal"].create(
            {
                "st_line_id": receipt.id,
                "company_id": self.company.id,
                "currency_id": receipt.currency_id.id,
                "partner_id": self.acme.id,
                "amount": 80,
                "gap_kind": "deduction",
                "short": 20,
                "line_ids": [
                    Command.create(
                        {
                            "move_line_id": self._item(invoice).id,
                            "move_id": invoice.id,
                            "number": invoice.name,
                            "open_amount": 100,
                            "amount": 80,
                        }
                    )
                ],
            }
        )
        proposal.action_validate()
        dispute = self.env["ar.dispute"].search([("move_id", "=", invoice.id)])
        self.assertEqual((dispute.amount, dispute.source), (20, "lettering"))
        self.assertEqual(invoice.amount_residual, 20)
