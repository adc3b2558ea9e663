from odoo import fields, models


class ResConfigSettingsReplies(models.TransientModel):
    _inherit = "res.config.settings"

    ar_reply_reading = fields.Selection(
        related="company_id.ar_reply_reading", readonly=False
    )
    ar_grace_remittance = fields.Integer(
        related="company_id.ar_grace_remittance", readonly=False
    )
    ar_grace_instalment = fields.Integer(
        related="company_id.ar_grace_instalment", readonly=False
    )
    ar_grace_payment = fields.Integer(
        related="company_id.ar_grace_payment", readonly=False
    )
