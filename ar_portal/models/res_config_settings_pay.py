from odoo import fields, models


class ResConfigSettingsPay(models.TransientModel):
    _inherit = "res.config.settings"

    ar_pay = fields.Boolean(related="company_id.ar_pay", readonly=False)
    ar_pay_partial = fields.Boolean(related="company_id.ar_pay_partial", readonly=False)
    ar_pay_minimum = fields.Monetary(
        related="company_id.ar_pay_minimum",
        readonly=False,
        currency_field="currency_id",
    )
    ar_pay_card = fields.Boolean(related="company_id.ar_pay_card", readonly=False)
    ar_pay_sepa = fields.Boolean(related="company_id.ar_pay_sepa", readonly=False)
    ar_pay_minutes = fields.Integer(related="company_id.ar_pay_minutes", readonly=False)
