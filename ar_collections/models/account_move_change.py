from odoo import models


class AccountMoveChange(models.Model):
    """An entry that leaves the ledger, or comes back, did count meanwhile."""

    _inherit = "account.move"

    def _post(self, soft=True):
        again = self.filtered(lambda m: m.posted_before and m.state != "posted")
        posted = super()._post(soft=soft)
        (again & posted)._ar_keep_posted(was=False)
        return posted

    def button_draft(self):
        counted = self.filtered(lambda m: m.state == "posted")
        result = super().button_draft()
        counted._ar_keep_posted(was=True)
        return result

    def _ar_keep_posted(self, was):
        receivable = self.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        self.env["ar.change"].sudo()._ar_record(
            self._name,
            [(move.id, "posted", was, not was) for move in receivable.move_id],
        )
