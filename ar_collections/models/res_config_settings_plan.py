from odoo import fields, models


class ResConfigSettingsPlan(models.TransientModel):
    _inherit = "res.config.settings"

    ar_plan_approval_amount = fields.Monetary(
        related="company_id.ar_plan_approval_amount",
        readonly=False,
        currency_field="ar_plan_currency_id",
    )
    ar_plan_currency_id = fields.Many2one(
        string="Currency of the company", related="company_id.currency_id"
    )
