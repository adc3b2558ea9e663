from odoo import models


class ArDebtorPreview(models.Model):
    _inherit = "ar.debtor"

    def preview(self, days=30):
        """What would be sent to these accounts in the coming days.

        :param int days: how many days, today included
        :return: as :meth:`ar.strategy.preview`
        :raise UserError: when ``days`` is not between 1 and 366
        """
        self.check_access("read")
        return self.env["ar.simulation"]._ar_preview(self, days)

    def action_preview(self):
        """Show what would be sent to this account in the coming 30 days."""
        self.ensure_one()
        self.check_access("read")
        return self.env["ar.preview"]._ar_open(kind="coming", debtor_id=self.id)
