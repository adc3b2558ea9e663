from odoo import api, models


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        partials = super().create(vals_list)
        partials._ar_mark()
        return partials

    def unlink(self):
        self._ar_mark()
        return super().unlink()

    def _ar_mark(self):
        lines = (self.debit_move_id | self.credit_move_id).filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        partners = lines.partner_id.commercial_partner_id
        self.env["ar.dirty"]._ar_mark(partners.ids, "reconciled")
