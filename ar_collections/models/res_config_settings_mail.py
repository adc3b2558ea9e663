from odoo import fields, models


class ResConfigSettingsMail(models.TransientModel):
    _inherit = "res.config.settings"

    ar_archive_url = fields.Char(related="company_id.ar_archive_url", readonly=False)
    ar_enclosure_limit = fields.Integer(
        related="company_id.ar_enclosure_limit", readonly=False
    )
    ar_manager_id = fields.Many2one(related="company_id.ar_manager_id", readonly=False)
