from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine.instalments import add_months

#: Longer is not looked at by a profile, nor shorter by anything.
LONGEST = 24


class ResCompanyIncidents(models.Model):
    """How long a late payment, or a promise not kept, counts once it is settled."""

    _inherit = "res.company"

    ar_incident_months = fields.Integer(
        "Settled incidents count for",
        default=LONGEST,
        help="Months. A late payment, or an announced payment that did not come in"
        " time, leaves the profile so long after it was settled. What is still unpaid"
        " counts however old it is.",
    )

    @api.constrains("ar_incident_months")
    def _check_ar_incident_months(self):
        if any(not 1 <= c.ar_incident_months <= LONGEST for c in self):
            raise ValidationError(
                self.env._(
                    "Settled incidents count for 1 to %(months)d months.",
                    months=LONGEST,
                )
            )

    def _ar_incidents_since(self, day=None):
        """Day before which settled incidents are forgotten.

        :param day: day of the question, today when not given
        """
        self.ensure_one()
        months = self.sudo().ar_incident_months
        return add_months(day or self._ar_today(), -months)
