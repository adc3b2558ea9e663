from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    ar_lettering_auto = fields.Boolean(
        related="company_id.ar_lettering_auto", readonly=False
    )
