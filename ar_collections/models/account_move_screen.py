from odoo import models


class AccountMoveScreen(models.Model):
    """The customer invoice shows the account behind it and its “Why?”."""

    _inherit = "account.move"

    def action_ar_why(self):
        """Open the reasons for and against chasing this invoice, read live."""
        self.ensure_one()
        return self.env["ar.why"]._ar_open(self, self.ar_explain())

    def action_ar_account(self):
        """Open the account of the customer with the company that collects."""
        self.ensure_one()
        company = self.company_id._ar_collecting_company()
        return self.commercial_partner_id._ar_open_accounts(company)
