from odoo import fields, models
from odoo.fields import Domain


class ArDebtor(models.Model):
    """Money of a customer that pays nothing yet, from his account."""

    _inherit = "ar.debtor"

    ar_unapplied_count = fields.Integer(
        "Receipts not applied", compute="_compute_ar_unapplied"
    )
    ar_unapplied_amount = fields.Monetary(
        "Unapplied cash",
        compute="_compute_ar_unapplied",
        help="Receipts of this customer that are not matched, and what is left over of "
        "those that are.",
    )

    def _compute_ar_unapplied(self):
        lines = self.env["account.bank.statement.line"]
        readable = lines.has_access("read")
        for debtor in self:
            found = lines.search(debtor._ar_unapplied_domain()) if readable else lines
            debtor.ar_unapplied_count = len(found)
            debtor.ar_unapplied_amount = sum(
                line._ar_unapplied()
                for line in found
                if line.company_id.currency_id == debtor.currency_id
            )

    def _ar_unapplied_domain(self):
        """Receipts, recognised as this customer's, with money that pays nothing."""
        self.ensure_one()
        companies = self.env["res.company"]._ar_collecting_map()
        mine = [
            own
            for own, collector in companies.items()
            if collector == self.company_id.id
        ]
        partner = self.partner_id.id
        theirs = Domain("partner_id", "child_of", partner) | Domain(
            "ar_payer_id", "=", partner
        )
        on_account = Domain(
            "move_id.line_ids",
            "any",
            [
                ("account_id.account_type", "=", "asset_receivable"),
                ("reconciled", "=", False),
                ("amount_residual", "<", 0),
                ("partner_id", "child_of", partner),
            ],
        )
        base = Domain(
            [
                ("company_id", "in", mine),
                ("amount", ">", 0),
                ("state", "=", "posted"),
                ("journal_id.type", "=", "bank"),
            ]
        )
        unmatched = Domain("is_reconciled", "=", False) & theirs
        return base & (unmatched | on_account)

    def action_ar_unapplied(self):
        """Show this customer's money that pays nothing yet."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_lettering.ar_receipt_action"
        )
        return {
            **action,
            "name": self.env._("Unapplied cash"),
            "domain": list(self._ar_unapplied_domain()),
            "context": {},
        }


class AccountBankStatementLine(models.Model):
    _inherit = "account.bank.statement.line"

    def _ar_on_account(self):
        """:return: lines of matched receipts that stay open on a customer's account"""
        return self.move_id.line_ids.filtered(
            lambda line: (
                line.account_id.account_type == "asset_receivable"
                and not line.reconciled
                and line.amount_residual < 0
            )
        )

    def _ar_unapplied(self):
        """:return: what of a receipt pays nothing, in the company's currency"""
        self.ensure_one()
        if self.is_reconciled:
            return -sum(self._ar_on_account().mapped("amount_residual"))
        liquidity, _suspense, _others = self._seek_for_lines()
        return sum(liquidity.mapped("balance"))
