from odoo import fields, models


class ArStrategyStepClaims(models.Model):
    _inherit = "ar.strategy.step"

    claims_shown = fields.Boolean(
        "Shows interest and indemnity",
        help="The e-mail or letter of this step claims late interest and the recovery "
        "indemnity, apart from the principal.",
    )
