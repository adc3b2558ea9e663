from odoo import fields, models


class ResCompanyCase(models.Model):
    """Where this company writes off what a recovery case did not bring in."""

    _inherit = "res.company"

    ar_write_off_account_id = fields.Many2one(
        "account.account",
        "Write-off account",
        ondelete="restrict",
        domain="[('account_type', 'in', ('expense', 'expense_other'))]",
        help="Losses on bad debts (654 in France), proposed when a case is written "
        "off.",
    )
    ar_write_off_journal_id = fields.Many2one(
        "account.journal",
        "Write-off journal",
        ondelete="set null",
        domain="[('type', '=', 'general')]",
    )
