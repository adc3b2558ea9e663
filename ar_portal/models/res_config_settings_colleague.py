from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    ar_portal_dispute_links = fields.Boolean(
        related="company_id.ar_portal_dispute_links", readonly=False
    )
    ar_portal_company_link = fields.Boolean(
        related="company_id.ar_portal_company_link", readonly=False
    )
    ar_portal_colleague_domains = fields.Char(
        related="company_id.ar_portal_colleague_domains", readonly=False
    )
