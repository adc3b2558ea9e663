from odoo import api, models

from odoo.addons.ar_collections.engine.retention import RetentionKind


class ArRetentionRule(models.Model):
    _inherit = "ar.retention.rule"

    @api.model
    def _ar_retention_kinds(self):
        payers = RetentionKind(
            self.env._("Payers known by the matching"), model="ar.lettering.memory"
        )
        return {**super()._ar_retention_kinds(), "payers": payers}
