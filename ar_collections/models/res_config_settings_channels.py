from odoo import fields, models


class ResConfigSettingsChannels(models.TransientModel):
    _inherit = "res.config.settings"

    ar_sms_provider = fields.Selection(
        related="company_id.ar_sms_provider", readonly=False
    )
    ar_sms_cost = fields.Monetary(related="company_id.ar_sms_cost", readonly=False)
    ar_letter_provider = fields.Selection(
        related="company_id.ar_letter_provider", readonly=False
    )
    ar_letter_cost = fields.Monetary(
        related="company_id.ar_letter_cost", readonly=False
    )
    ar_letter_window = fields.Selection(
        related="company_id.ar_letter_window", readonly=False
    )
    ar_letter_duplex = fields.Boolean(
        related="company_id.ar_letter_duplex", readonly=False
    )
