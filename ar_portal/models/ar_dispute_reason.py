from odoo import fields, models


class ArDisputeReason(models.Model):
    _inherit = "ar.dispute.reason"

    ar_portal_offered = fields.Boolean(
        "Offered to customers",
        default=True,
        help="Customers can choose this reason on their page.",
    )
