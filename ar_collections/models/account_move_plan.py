from odoo import models


class AccountMovePlan(models.Model):
    _inherit = "account.move"

    def action_ar_plan(self):
        """Prepare an instalment plan for these invoices."""
        return self.ar_item_ids._ar_plan_wizard()
