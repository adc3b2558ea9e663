from odoo import api, models
from odoo.tools import SQL


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _ar_fold(self, source, target):
        """Links sent for the account that goes open the one that stays."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE ar_portal_link SET debtor_id = %s WHERE debtor_id = %s",
                target.id,
                source.id,
            )
        )
        self.env["ar.portal.link"].invalidate_model(["debtor_id"])
        return super()._ar_fold(source, target)
