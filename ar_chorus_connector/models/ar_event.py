from odoo import api, models


class ArEvent(models.Model):
    _inherit = "ar.event"

    @api.model
    def _ar_kinds(self):
        return {
            **super()._ar_kinds(),
            "platform_status": self.env._("Buyer's status"),
            "platform_comment": self.env._("Buyer's comment"),
            "platform_answer": self.env._("Answer to the buyer"),
        }
