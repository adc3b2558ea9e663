from odoo import fields, models


class ResCompanyDisputes(models.Model):
    _inherit = "res.company"

    ar_dispute_tell_opened = fields.Boolean(
        "Tell the customer that his dispute is looked at",
        help="One message when a dispute opens: what is contested, and by when he "
        "gets an answer.",
    )
    ar_dispute_tell_closed = fields.Boolean(
        "Tell the customer how his dispute ended",
        help="One message when a dispute is closed with an answer.",
    )
