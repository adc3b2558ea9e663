from odoo import models


class ArDebtorDisputes(models.Model):
    """Disputes follow the ledger together with the items and the notices."""

    _inherit = "ar.debtor"

    def _ar_sync_chunk(self, partner_ids):
        debtors, lines = super()._ar_sync_chunk(partner_ids)
        self.env["ar.dispute"]._ar_follow(debtors, lines)
        return debtors, lines
