from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def action_ar_request(self):
        """Open the page that asks for a recovery, for this customer."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/ar/request?partner={self.id}",
            "target": "self",
        }
