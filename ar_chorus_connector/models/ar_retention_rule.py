from odoo import api, models

from odoo.addons.ar_collections.engine.retention import RetentionKind


class ArRetentionRule(models.Model):
    _inherit = "ar.retention.rule"

    @api.model
    def _ar_retention_kinds(self):
        _ = self.env._
        return {
            **super()._ar_retention_kinds(),
            "platform": RetentionKind(
                _("Statuses and comments of platforms"), ("platform",)
            ),
            "platform_raw": RetentionKind(
                _("Messages of platforms as received"), model="ar.platform.event"
            ),
        }
