from odoo import fields, models


class ArPaymentNotice(models.Model):
    _inherit = "ar.payment.notice"

    closed_by_platform = fields.Boolean(
        readonly=True,
        copy=False,
        help="Its platform took it back; a person's refusal is left alone.",
    )
