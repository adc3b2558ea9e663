from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompanyPeople(models.Model):
    """Settings about payers, and about the people who chase them."""

    _inherit = "res.company"

    ar_payer_profiles = fields.Boolean(
        "Work out payer profiles",
        default=True,
        help="How late each customer pays, from the payments of his invoices alone.",
    )
    ar_payer_a_days = fields.Integer("Class A up to", default=30)
    ar_payer_b_days = fields.Integer("Class B up to", default=60)
    ar_payer_c_days = fields.Integer("Class C up to", default=90)
    ar_payer_min_invoices = fields.Integer(
        "Invoices needed", default=3, help="Below that the customer has no class."
    )
    ar_substitute_signs = fields.Selection(
        [
            ("substitute", "In their own name"),
            ("collector", "For the absent colleague"),
        ],
        "Substitutes write",
        default="substitute",
        required=True,
    )

    @api.constrains("ar_payer_a_days", "ar_payer_b_days", "ar_payer_c_days")
    def _check_ar_payer_days(self):
        for company in self:
            limits = company._ar_payer_limits()
            if list(limits) != sorted(set(limits)):
                raise ValidationError(
                    company.env._("The limits of the payer classes must grow.")
                )

    def _ar_payer_limits(self):
        """Upper bounds of the classes A, B and C, in days."""
        self.ensure_one()
        return self.ar_payer_a_days, self.ar_payer_b_days, self.ar_payer_c_days

    def write(self, vals):
        result = super().write(vals)
        if vals.get("ar_payer_profiles") is False:
            self._ar_forget_payers()
        return result

    def _ar_forget_payers(self):
        """Remove the profiles of a company that no longer wants them."""
        Profile = self.env["ar.payer.profile"].sudo()
        profiles = Profile.search([("company_id", "in", self.ids)])
        debtors = profiles.debtor_id
        debtors._ar_bulk_update(
            [(debtor.id, None) for debtor in debtors], {"payer_class": "varchar"}
        )
        profiles.unlink()
