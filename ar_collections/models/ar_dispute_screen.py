from odoo import api, models


class ArDisputeScreen(models.Model):
    """A dispute being typed shows what follows from its invoice and reason."""

    _inherit = "ar.dispute"

    @api.onchange("move_id")
    def _onchange_move_id(self):
        for dispute in self.filtered("move_id"):
            dispute.currency_id = dispute.move_id.currency_id
            dispute.amount = dispute.move_id._ar_residual()

    @api.model
    def default_get(self, fields_list):
        """The company's currency, until an invoice is chosen."""
        defaults = super().default_get(fields_list)
        if "currency_id" in fields_list and not defaults.get("currency_id"):
            defaults["currency_id"] = self.env.company.currency_id.id
        return defaults
