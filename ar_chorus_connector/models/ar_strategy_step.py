from odoo import api, models


class ArStrategyStep(models.Model):
    _inherit = "ar.strategy.step"

    @api.model
    def _ar_platform_statuses(self):
        """The statuses that the table of platforms maps to."""
        field = self.env["ar.platform.status"]._fields["canonical"]
        return field._description_selection(self.env)
