from odoo import models


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    def unlink(self):
        """A match that is taken apart, wherever that is done, is remembered."""
        entries = self.debit_move_id.move_id | self.credit_move_id.move_id
        receipts = entries.statement_line_id
        matched = self.env["ar.lettering.proposal"].sudo()._ar_booked_on(receipts)
        result = super().unlink()
        matched._ar_mark_undone()
        return result
