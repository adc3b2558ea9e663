from odoo import fields, models


class ResConfigSettingsIncidents(models.TransientModel):
    _inherit = "res.config.settings"

    # Changed by the dialog alone, which shows first what would leave.
    ar_incident_months = fields.Integer(related="company_id.ar_incident_months")

    def action_ar_preview_incidents(self):
        """Change how long settled incidents count, with a look at what would leave."""
        self.ensure_one()
        return self.env["ar.incident.preview"]._ar_open(self.company_id)
