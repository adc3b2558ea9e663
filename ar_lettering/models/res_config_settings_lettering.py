from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    ar_lettering_auto_probability = fields.Float(
        related="company_id.ar_lettering_auto_probability", readonly=False
    )
    ar_lettering_earn = fields.Integer(
        related="company_id.ar_lettering_earn", readonly=False
    )
    ar_lettering_parts = fields.Boolean(
        related="company_id.ar_lettering_parts", readonly=False
    )
