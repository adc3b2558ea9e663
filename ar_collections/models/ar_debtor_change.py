from odoo import models

from .ar_debtor import DECIDING


class ArDebtorChange(models.Model):
    """Settings of accounts are kept when they change: decisions can be told later."""

    _inherit = "ar.debtor"

    def write(self, vals):
        Change = self.env["ar.change"].sudo()
        with Change._ar_watch(self, DECIDING & vals.keys()):
            return super().write(vals)
