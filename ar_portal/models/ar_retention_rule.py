from odoo import api, models

from odoo.addons.ar_collections.engine.retention import RetentionKind


class ArRetentionRule(models.Model):
    _inherit = "ar.retention.rule"

    @api.model
    def _ar_retention_kinds(self):
        _ = self.env._
        return {
            **super()._ar_retention_kinds(),
            "visits": RetentionKind(_("Visits of customers' pages"), ("link",)),
            "links": RetentionKind(
                _("Links made for customers"), model="ar.portal.link"
            ),
            "proofs": RetentionKind(
                _("Proofs of payment and their files"), model="ar.payment.proof"
            ),
        }
