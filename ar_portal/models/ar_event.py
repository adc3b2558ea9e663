from odoo import api, models


class ArEvent(models.Model):
    _inherit = "ar.event"

    @api.model
    def _ar_kinds(self):
        return {
            **super()._ar_kinds(),
            "link_opened": self.env._("Page opened"),
            "link_revoked": self.env._("Link revoked"),
        }
