from odoo import models


class ResUsersDispute(models.Model):
    _inherit = "res.users"

    def _ar_may_answer(self, company):
        """Those of these people who can be given a dispute of this company."""
        return self.sudo().filtered(
            lambda user: user.active and not user.share and company in user.company_ids
        )
