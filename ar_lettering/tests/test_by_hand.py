"""A person matches: items ticked, gap named, entries seen before they are booked."""

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import LetteringCommon


@tagged("post_install", "-at_install")
class TestByHand(LetteringCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.loss = cls.env["account.account"].create(
            {"name": "Lost cents", "code": "658001", "account_type": "expense"}
        )
        cls.company.ar_cents_loss_account_id = cls.loss

    def _wizard(self, receipt):
        action = receipt.action_ar_match()
        Wizard = self.env[action["res_model"]].with_context(**action["context"])
        return Form(Wizard, "ar_lettering.ar_lettering_match_view_form")

    def _tick(self, form, *invoices):
        for number in range(len(form.line_ids)):
            with form.line_ids.edit(number) as line:
                if line.move_id in invoices:
                    line.selected = True

    def test_items_ticked_are_booked_and_kept_in_the_history(self):
        one, two = self._invoice(100), self._invoice(50)
        self._invoice(30)
        receipt = self._receipt(150, partner_id=self.acme.id)
        form = self._wizard(receipt)
        self.assertEqual(len(form.line_ids), 3)
        self._tick(form, one, two)
        self.assertEqual((form.chosen, form.difference), (150, 0))
        self.assertIn(one.name, form.preview)
        form.save().action_validate()
        self.assertTrue(receipt.is_reconciled)
        self.assertEqual((one.payment_state, two.payment_state), ("paid", "paid"))
        kept = receipt.ar_proposal_ids
        self.assertEqual((kept.rule, kept.state), ("by_hand", "validated"))
        receipt.action_undo_reconciliation()
        self.assertEqual(one.amount_residual, 100)

    def test_the_gap_named_is_in_the_entries(self):
        invoice = self._invoice(100)
        receipt = self._receipt(99.5, partner_id=self.acme.id)
        form = self._wizard(receipt)
        self._tick(form, invoice)
        self.assertEqual(form.difference, -0.5)
        form.gap_kind = "cents"
        self.assertIn("658001", form.preview)
        form.save().action_validate()
        self.assertEqual(invoice.payment_state, "paid")
        booked = receipt.line_ids.filtered(lambda line: line.account_id == self.loss)
        self.assertEqual(booked.balance, 0.5)

    def test_short_receipt_without_a_kind_leaves_the_rest_open(self):
        invoice = self._invoice(100)
        receipt = self._receipt(60, partner_id=self.acme.id)
        form = self._wizard(receipt)
        self._tick(form, invoice)
        form.save().action_validate()
        self.assertEqual(invoice.amount_residual, 40)

    def test_too_much_stays_on_account(self):
        invoice = self._invoice(100)
        receipt = self._receipt(130, partner_id=self.acme.id)
        form = self._wizard(receipt)
        self._tick(form, invoice)
        form.save().action_validate()
        self.assertEqual(invoice.payment_state, "paid")
        free = receipt.line_ids.filtered(
            lambda line: line.account_id == self.receivable
        )
        self.assertEqual(sum(free.mapped("amount_residual")), -30)

    def test_items_of_any_customer_are_found_by_number_or_amount(self):
        invoice = self._invoice(77, self.martin)
        receipt = self._receipt(77)
        form = self._wizard(receipt)
        self.assertEqual(len(form.line_ids), 0)
        form.search_text = invoice.name
        self.assertEqual(len(form.line_ids), 1)
        form.search_text = "77,00"
        self.assertEqual(len(form.line_ids), 1)
        self._tick(form, invoice)
        form.save().action_validate()
        self.assertEqual(receipt.partner_id, self.martin)
        self.assertEqual(invoice.payment_state, "paid")

    def test_nothing_ticked_is_told(self):
        self._invoice(100)
        receipt = self._receipt(100, partner_id=self.acme.id)
        wizard = self._wizard(receipt).save()
        with self.assertRaises(UserError):
            wizard.action_validate()

    def _proposal(self, invoice, amount, probability, **vals):
        receipt = self._receipt(amount, "VIREMENT")
        part = {
            "move_line_id": self._item(invoice).id,
            "move_id": invoice.id,
            "number": invoice.name,
            "open_amount": invoice.amount_residual,
            "amount": amount,
        }
        return self.env["ar.lettering.proposal"].create(
            {
                "st_line_id": receipt.id,
                "company_id": self.company.id,
                "currency_id": receipt.currency_id.id,
                "partner_id": self.acme.id,
                "amount": amount,
                "probability": probability,
                "line_ids": [(0, 0, part)],
                **vals,
            }
        )

    def test_mass_validation_books_what_is_likely_enough(self):
        sure = self._proposal(self._invoice(100), 100, 0.99)
        gap = self._proposal(self._invoice(100), 90, 0.98, gap_kind="partial")
        weak = self._proposal(self._invoice(100), 100, 0.6)
        form = Form(self.env["ar.lettering.mass"])
        self.assertEqual((form.count, form.amount), (1, 100))
        form.with_gaps = True
        self.assertEqual(form.count, 2)
        form.save().action_validate()
        self.assertEqual(
            (sure.state, gap.state, weak.state), ("validated", "validated", "proposed")
        )

    def test_of_two_that_want_the_same_item_the_likelier_is_booked(self):
        invoice = self._invoice(100)
        weak = self._proposal(invoice, 100, 0.7)
        strong = self._proposal(invoice, 100, 0.9)
        told = (weak | strong).action_validate()
        self.assertEqual((strong.state, weak.state), ("validated", "proposed"))
        self.assertEqual(told["params"]["type"], "warning")

    def test_proposal_shows_the_journal_items_it_books(self):
        invoice = self._invoice(100)
        proposal = self._proposal(invoice, 100, 0.9)
        self.assertIn(invoice.name, proposal.preview)
        self.assertEqual(proposal.st_line_id.ar_preview, proposal.preview)
        line = self.env["account.bank.statement.line"]
        found = line.search([("ar_probability", ">=", 0.85)])
        self.assertEqual(found, proposal.st_line_id)
        proposal.action_validate()
        self.assertFalse(proposal.preview)
