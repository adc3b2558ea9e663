from odoo import models


class AccountMoveLineChange(models.Model):
    """“No follow-up” is kept when it changes."""

    _inherit = "account.move.line"

    def write(self, vals):
        if "no_followup" not in vals:
            return super().write(vals)
        lines = self.filtered(
            lambda line: (
                line.account_type == "asset_receivable"
                and line.parent_state == "posted"
            )
        )
        with self.env["ar.change"].sudo()._ar_watch(lines, ["no_followup"]):
            return super().write(vals)
