from odoo import fields, models


class ArStrategyThanks(models.Model):
    _inherit = "ar.strategy"

    thank_you = fields.Boolean(
        "Thank for full payment",
        help="Once everything that the last reminder asked for is paid and nothing "
        "is overdue: one e-mail, which counts in no limit.",
    )
