from odoo import fields, models


class ResConfigSettingsDisputes(models.TransientModel):
    _inherit = "res.config.settings"

    ar_dispute_tell_opened = fields.Boolean(
        related="company_id.ar_dispute_tell_opened", readonly=False
    )
    ar_dispute_tell_closed = fields.Boolean(
        related="company_id.ar_dispute_tell_closed", readonly=False
    )
