from odoo import fields, models


class ArDispute(models.Model):
    _inherit = "ar.dispute"

    closed_by_platform = fields.Boolean(
        readonly=True,
        copy=False,
        help="Its platform took it back; a person's closing is left alone.",
    )
