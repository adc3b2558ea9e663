from odoo import api, models
from odoo.tools import SQL


class BasePartnerMergePay(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _ar_fold(self, source, target):
        """Online payments of the account that goes are those of the one that stays."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE ar_payment_request SET debtor_id = %s WHERE debtor_id = %s",
                target.id,
                source.id,
            )
        )
        self.env["ar.payment.request"].invalidate_model(["debtor_id"])
        return super()._ar_fold(source, target)
