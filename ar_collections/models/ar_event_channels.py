from odoo import api, models


class ArEventChannels(models.Model):
    """Facts that carriers tell."""

    _inherit = "ar.event"

    @api.model
    def _ar_kinds(self):
        return {
            **super()._ar_kinds(),
            "delivered": self.env._("Reminder delivered"),
            "undelivered": self.env._("Reminder not delivered"),
        }
