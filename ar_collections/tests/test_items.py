from datetime import timedelta

from odoo import Command
from odoo.tests import tagged

from .common import ArCommon


@tagged("post_install", "-at_install")
class TestItems(ArCommon):
    """An item keeps its life while the journal items under it come and go."""

    def test_an_invoice_in_three_parts_has_three_items(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "Thirds",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 33, "nb_days": 30}
                    ),
                    Command.create(
                        {"value": "percent", "value_amount": 33, "nb_days": 60}
                    ),
                    Command.create(
                        {"value": "percent", "value_amount": 34, "nb_days": 90}
                    ),
                ],
            }
        )
        move = self.make_invoice(300, invoice_payment_term_id=term.id)
        debtor = self.refresh()
        items = debtor.open_item_ids.sorted("move_rank")
        self.assertEqual(items.mapped("move_rank"), [1, 2, 3])
        self.assertEqual(items.mapped("residual"), [99.0, 99.0, 102.0])
        self.assertEqual(sum(items.mapped("company_residual")), 300.0)
        self.assertEqual(items.move_id, move)

    def test_changed_payment_terms_keep_the_state_of_each_instalment(self):
        two, three = (
            self.env["account.payment.term"].create(
                {
                    "name": f"{count} parts",
                    "line_ids": [
                        Command.create(
                            {
                                "value": "percent",
                                "value_amount": 50 if count == 2 else share,
                                "nb_days": 30 * (i + 1),
                            }
                        )
                        for i, share in enumerate((40, 30, 30)[:count])
                    ],
                }
            )
            for count in (2, 3)
        )
        move = self.make_invoice(300, invoice_payment_term_id=two.id)
        debtor = self.refresh()
        first = debtor.open_item_ids.sorted("move_rank")[0]
        first.hold_reason = "Asked by sales"
        move.button_draft()
        move.invoice_payment_term_id = three
        move.action_post()
        self.refresh()
        items = debtor.open_item_ids.sorted("move_rank")
        self.assertEqual(len(items), 3)
        self.assertEqual(items[0], first, "the first instalment is still itself")
        self.assertEqual(first.hold_reason, "Asked by sales")
        self.assertEqual(first.residual, 120.0)
        lines = move.line_ids.filtered(lambda ln: ln.account_type == "asset_receivable")
        self.assertEqual(items.move_line_id, lines)
        move.button_draft()
        move.invoice_payment_term_id = two
        move.action_post()
        self.refresh()
        self.assertEqual(debtor.open_item_ids.mapped("residual"), [150.0, 150.0])
        self.assertIn(first, debtor.open_item_ids)

    def test_reset_to_draft_and_posted_again_is_the_same_item(self):
        move = self.make_invoice(100)
        debtor = self.refresh()
        item = debtor.open_item_ids
        move.button_draft()
        self.refresh()
        self.assertFalse(item.is_open, "nothing is owed on a draft")
        self.assertEqual(debtor.amount_due, 0.0)
        move.action_post()
        self.refresh()
        self.assertEqual(debtor.open_item_ids, item)
        self.assertTrue(item.is_open)
        self.assertEqual(item.residual, 100.0)

    def test_payment_reset_to_draft_no_longer_counts(self):
        move = self.make_invoice(100)
        payment = self.pay(move)
        debtor = self.refresh()
        self.assertEqual(debtor.amount_due, 0.0)
        payment.move_id.button_draft() if payment.move_id else payment.action_draft()
        debtor = self.refresh()
        self.assertEqual(debtor.amount_due, 100.0)
        self.assertEqual(debtor.open_item_ids.residual, 100.0)
        self.assertEqual(move._ar_residual(), 100.0)

    def test_draft_payment_whose_partial_stayed_no_longer_counts(self):
        """The trap in its bare form: the partial survives its posted entry."""
        move = self.make_invoice(100)
        payment = self.make_invoice(100, move_type="out_refund")
        lines = (move + payment).line_ids.filtered(
            lambda ln: ln.account_type == "asset_receivable"
        )
        lines.reconcile()
        self.assertEqual(self.refresh().amount_due, 0.0)
        self.env.cr.execute(
            "UPDATE account_move SET state = 'draft' WHERE id = %s", [payment.id]
        )
        self.env.cr.execute(
            "UPDATE account_move_line SET parent_state = 'draft' WHERE move_id = %s",
            [payment.id],
        )
        self.env.invalidate_all()
        self.assertEqual(self.refresh().amount_due, 100.0)

    def test_refresh_twice_writes_nothing_the_second_time(self):
        self.make_invoice(100)
        self.make_invoice(40, move_type="out_refund")
        debtor = self.refresh()
        before = self._versions(debtor)
        self.refresh()
        self.assertEqual(self._versions(debtor), before)

    def _versions(self, debtor):
        """Row versions: any UPDATE, even to the same values, changes ctid."""
        self.env.cr.execute(
            "SELECT 'd', ctid::text FROM ar_debtor WHERE id = %s UNION ALL"
            " SELECT 'i', ctid::text FROM ar_item WHERE debtor_id = %s ORDER BY 1, 2",
            [debtor.id, debtor.id],
        )
        return self.env.cr.fetchall()

    def test_what_is_not_chased_says_why(self):
        self.make_invoice(100).no_followup = True
        other = self.make_invoice(50)
        account = other.line_ids.account_id.filtered(
            lambda a: a.account_type == "asset_receivable"
        )
        debtor = self.refresh()
        codes = debtor.open_item_ids.mapped("scope_code")
        self.assertEqual(sorted(codes, key=str), [False, "scope_no_followup"])
        self.assertEqual(debtor.amount_due, 50.0)
        self.company.ar_excluded_account_ids = account
        debtor = self.refresh()
        self.assertIn("scope_account", debtor.open_item_ids.mapped("scope_code"))
        self.assertEqual(debtor.verdict, "nothing")

    def test_contact_moved_to_another_company_takes_its_items_along(self):
        contact = self.env["res.partner"].create(
            {"name": "Site de Brest", "email": "brest@example.com"}
        )
        self.make_invoice(100, partner=contact)
        self.make_invoice(70)
        old = self.refresh(contact)
        self.refresh()
        self.assertEqual(old.amount_due, 100.0)
        contact.parent_id = self.customer
        contact.is_company = False
        self.env.flush_all()
        self.env["ar.debtor"]._ar_refresh([contact.id, self.customer.id])
        debtor = self.customer.ar_debtor_ids
        self.assertEqual(debtor.amount_due, 170.0)
        self.assertEqual(len(debtor.open_item_ids), 2)
        self.assertFalse(old.open_item_ids)
        self.assertEqual(old.amount_due, 0.0)

    def test_a_branch_is_collected_by_its_root_unless_ticked(self):
        branch = self.env["res.company"].create(
            {"name": "Agence de Lyon", "parent_id": self.company.id}
        )
        self.env.user.company_ids |= branch
        receivable = self.company_data["default_account_receivable"]
        partner = self.customer.with_company(branch)
        partner.property_account_receivable_id = receivable
        self.assertEqual(branch._ar_collecting_company(), self.company)
        self.make_invoice(100, company_id=branch.id)
        debtor = self.refresh()
        self.assertEqual(debtor.company_id, self.company)
        self.assertEqual(debtor.open_item_ids.move_id.company_id, branch)
        branch.ar_collecting = True
        debtors = self.refresh()
        self.assertEqual(
            {d.company_id: d.amount_due for d in debtors},
            {self.company: 0.0, branch: 100.0},
        )

    def test_foreign_invoice_is_counted_in_both_currencies(self):
        currency = self.setup_other_currency("CAD", rounding=0.01)
        self.make_invoice(300, currency_id=currency.id)
        item = self.refresh().open_item_ids
        self.assertEqual(item.currency_id, currency)
        self.assertEqual(item.residual, 300.0)
        self.assertLess(item.company_residual, 300.0)
        self.assertEqual(item.company_residual, item.move_line_id.amount_residual)

    def test_a_deleted_draft_leaves_no_orphan(self):
        move = self.make_invoice(100)
        item = self.refresh().open_item_ids
        move.button_draft()
        move.name = "/"
        move.with_context(force_delete=True).unlink()
        self.assertFalse(item.exists())

    def test_marks_are_drained_by_the_cron(self):
        move = self.make_invoice(100)
        self.env.flush_all()
        self.assertTrue(
            self.env["ar.dirty"].search([("partner_id", "=", self.customer.id)])
        )
        debtors = self.env["ar.debtor"]._ar_refresh([self.customer.id])
        self.env["ar.dirty"].sudo().search([]).unlink()
        self.pay(move)
        self.env.flush_all()
        marks = self.env["ar.dirty"].search([("partner_id", "=", self.customer.id)])
        self.assertTrue(marks, "a reconciliation marks its customer")
        self.assertEqual(debtors.amount_due, 100.0, "and touches nothing else")

    def test_open_on_a_past_day_is_what_was_open_then(self):
        move = self.make_invoice(100, overdue=60)
        self.refresh()
        self.pay(move)
        debtor = self.refresh()
        self.assertFalse(debtor.open_item_ids)
        past = (self.today - timedelta(days=10)).isoformat()
        told = debtor.explain(past)
        self.assertEqual([i["number"] for i in told["items"]], [move.name])
