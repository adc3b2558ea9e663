from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    ar_portal_enabled = fields.Boolean(
        related="company_id.ar_portal_enabled", readonly=False
    )
    ar_portal_link_days = fields.Integer(
        related="company_id.ar_portal_link_days", readonly=False
    )
