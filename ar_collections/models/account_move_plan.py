from odoo import models


class AccountMovePlan(models.Model):
    _inherit = "account.move"

    def action_ar_plan(self):
        """Prepare an instalment plan for these invoices."""
        items = self.ar_item_ids.filtered(lambda i: i.is_open and not i.is_credit)
        return items._ar_plan_wizard()
