from odoo import fields, models


class ResConfigSettingsPeople(models.TransientModel):
    _inherit = "res.config.settings"

    ar_payer_profiles = fields.Boolean(
        related="company_id.ar_payer_profiles", readonly=False
    )
    ar_payer_a_days = fields.Integer(
        related="company_id.ar_payer_a_days", readonly=False
    )
    ar_payer_b_days = fields.Integer(
        related="company_id.ar_payer_b_days", readonly=False
    )
    ar_payer_c_days = fields.Integer(
        related="company_id.ar_payer_c_days", readonly=False
    )
    ar_payer_min_invoices = fields.Integer(
        related="company_id.ar_payer_min_invoices", readonly=False
    )
    ar_substitute_signs = fields.Selection(
        related="company_id.ar_substitute_signs", readonly=False
    )
