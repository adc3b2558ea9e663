from odoo import fields, models


class ResCompanyPlan(models.Model):
    """Limits of instalment plans, and where the creditor is for the law."""

    _inherit = "res.company"

    ar_plan_approval_amount = fields.Monetary(
        "Plans to approve above",
        currency_field="currency_id",
        help="A credit manager approves instalment plans above this amount; 0: none.",
    )

    def _ar_is_overseas(self):
        """Whether this creditor is outside metropolitan France.

        He has two months more to declare a claim in proceedings opened there (Code de
        commerce R622-24). Departments overseas have their own postcodes.
        """
        self.ensure_one()
        partner = self.partner_id
        country = partner.country_id.code or self.account_fiscal_country_id.code
        if country != "FR":
            return bool(country)
        return (partner.zip or "").strip().startswith(("97", "98"))
