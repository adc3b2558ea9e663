from odoo import fields, models


class ArStrategyStepCase(models.Model):
    """The last amicable step may open a recovery case."""

    _inherit = "ar.strategy.step"

    opens_case = fields.Boolean(
        "Opens a recovery case",
        help="Instead of writing: the invoices that have come to this step leave the "
        "ladder and go on in a recovery case, once each.",
    )
