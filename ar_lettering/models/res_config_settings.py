from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    ar_lettering_auto = fields.Boolean(
        related="company_id.ar_lettering_auto", readonly=False
    )
    ar_lettering_cents_cap = fields.Monetary(
        related="company_id.ar_lettering_cents_cap",
        readonly=False,
        currency_field="currency_id",
    )
    ar_lettering_fee_cap = fields.Monetary(
        related="company_id.ar_lettering_fee_cap",
        readonly=False,
        currency_field="currency_id",
    )
    ar_lettering_discount_days = fields.Integer(
        related="company_id.ar_lettering_discount_days", readonly=False
    )
    ar_cents_loss_account_id = fields.Many2one(
        related="company_id.ar_cents_loss_account_id", readonly=False
    )
    ar_cents_gain_account_id = fields.Many2one(
        related="company_id.ar_cents_gain_account_id", readonly=False
    )
    ar_fee_account_id = fields.Many2one(
        related="company_id.ar_fee_account_id", readonly=False
    )
    ar_fee_tax_id = fields.Many2one(related="company_id.ar_fee_tax_id", readonly=False)
    ar_retention_account_id = fields.Many2one(
        related="company_id.ar_retention_account_id", readonly=False
    )
    ar_lettering_only = fields.Boolean(
        related="company_id.ar_lettering_only", readonly=False
    )
