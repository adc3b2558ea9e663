from odoo import models
from odoo.exceptions import UserError


class ResPartnerScreen(models.Model):
    """From a contact to the customer's account."""

    _inherit = "res.partner"

    def action_ar_accounts(self):
        """Open what this customer owes, one account per collecting company."""
        self.ensure_one()
        return self.commercial_partner_id._ar_open_accounts(self.env.companies)

    def _ar_open_accounts(self, companies):
        self.ensure_one()
        debtors = self.env["ar.debtor"].search(
            [("partner_id", "=", self.id), ("company_id", "in", companies.ids)]
        )
        if not debtors:
            raise UserError(
                self.env._(
                    "%(customer)s has no customer account here: nothing has been "
                    "invoiced yet, or the account belongs to another collector.",
                    customer=self.display_name,
                )
            )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_collections.ar_debtor_action"
        )
        if len(debtors) == 1:
            views = [view for view in action["views"] if view[1] == "form"]
            return {**action, "res_id": debtors.id, "views": views}
        return {**action, "domain": [("id", "in", debtors.ids)], "context": {}}
