from odoo import api, models


class ArEvent(models.Model):
    _inherit = "ar.event"

    @api.model
    def _ar_kinds(self):
        return {
            **super()._ar_kinds(),
            "receipt_matched": self.env._("Receipt matched"),
            "receipt_undone": self.env._("Matching undone"),
        }
