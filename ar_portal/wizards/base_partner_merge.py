from odoo import api, models
from odoo.tools import SQL

#: What hangs on an account and goes with it.
FOLLOWING = ("ar.portal.link", "ar.payment.request")


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _ar_fold(self, source, target):
        """Links and online payments of the account that goes are of the other one."""
        self.env.flush_all()
        for name in FOLLOWING:
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET debtor_id = %s WHERE debtor_id = %s",
                    SQL.identifier(self.env[name]._table),
                    target.id,
                    source.id,
                )
            )
            self.env[name].invalidate_model(["debtor_id"])
        return super()._ar_fold(source, target)
