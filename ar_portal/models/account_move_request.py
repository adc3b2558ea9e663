from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def action_ar_request(self):
        """Open the page that asks for a recovery, with this invoice ticked."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/ar/request?invoice={self.id}",
            "target": "self",
        }
