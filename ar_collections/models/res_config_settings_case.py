from odoo import fields, models


class ResConfigSettingsCase(models.TransientModel):
    _inherit = "res.config.settings"

    ar_write_off_account_id = fields.Many2one(
        related="company_id.ar_write_off_account_id", readonly=False
    )
    ar_write_off_journal_id = fields.Many2one(
        related="company_id.ar_write_off_journal_id", readonly=False
    )
