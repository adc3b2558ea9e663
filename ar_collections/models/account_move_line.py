from odoo import models

#: Columns whose change can move, date or exclude an item.
WATCHED = {"partner_id", "account_id", "date_maturity", "no_followup"}


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    # Matched, and taken back to draft since: hardly any, and asked for each night.
    _ar_undone = models.Index(
        "(partner_id) WHERE parent_state <> 'posted' AND matching_number IS NOT NULL"
    )

    def write(self, vals):
        watched = WATCHED & vals.keys()
        before = self._ar_partners() if watched else ()
        result = super().write(vals)
        if watched:
            self.env["ar.dirty"]._ar_mark({*before, *self._ar_partners()}, "line")
        return result

    def _ar_partners(self):
        """Commercial partners of the posted receivable lines among these."""
        lines = self.filtered(
            lambda line: (
                line.parent_state == "posted"
                and line.account_type == "asset_receivable"
            )
        )
        return lines.partner_id.commercial_partner_id.ids
