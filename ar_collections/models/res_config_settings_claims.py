from odoo import api, fields, models


class ResConfigSettingsClaims(models.TransientModel):
    _inherit = "res.config.settings"

    ar_interest = fields.Boolean(related="company_id.ar_interest", readonly=False)
    ar_interest_mode = fields.Selection(
        related="company_id.ar_interest_mode", readonly=False
    )
    ar_interest_contract = fields.Float(
        related="company_id.ar_interest_contract", readonly=False
    )
    ar_indemnity = fields.Boolean(related="company_id.ar_indemnity", readonly=False)
    ar_claims_since = fields.Date(related="company_id.ar_claims_since", readonly=False)
    ar_claims_account_id = fields.Many2one(
        related="company_id.ar_claims_account_id", readonly=False
    )
    ar_claims_warning = fields.Char(compute="_compute_ar_claims_warning")

    @api.depends("company_id")
    def _compute_ar_claims_warning(self):
        for settings in self:
            settings.ar_claims_warning = settings.company_id._ar_claims_warning()
