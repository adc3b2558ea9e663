from odoo import fields, models

from ..engine.prescription import Rule


class ArPrescriptionRule(models.Model):
    """How long a debt can be claimed in court, by country and kind of customer."""

    _name = "ar.prescription.rule"
    _description = "Time limit of claims"
    _order = "country_id, regime"
    _rec_name = "source"

    country_id = fields.Many2one(
        "res.country", required=True, help="Country of the company that claims."
    )
    regime = fields.Selection(
        [
            ("private", "Business"),
            ("public", "Public buyer"),
            ("consumer", "Consumer"),
        ],
        "Customer",
        required=True,
    )
    years = fields.Integer(required=True)
    calendar = fields.Boolean(
        "Whole years",
        help="Counted to the end of the year: 31 December of the last one.",
    )
    source = fields.Char(required=True, help="Article of law.")
    checked_on = fields.Date("Checked on", help="When the source was last read.")

    _regime_unique = models.Constraint(
        "UNIQUE(country_id, regime)", "This country has a rule for these customers."
    )
    _years_range = models.Constraint(
        "CHECK(years BETWEEN 1 AND 30)", "A time limit is 1 to 30 years."
    )

    def _ar_rules(self, country):
        """``{regime: (engine rule, record)}`` of one country."""
        found = self.sudo().search([("country_id", "=", country.id)])
        return {r.regime: (Rule(r.years, r.calendar), r) for r in found}
