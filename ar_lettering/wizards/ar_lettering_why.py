from odoo import fields, models


class ArLetteringWhy(models.TransientModel):
    """Shows why a receipt is, or would be, matched as it is."""

    _name = "ar.lettering.why"
    _description = "Why a receipt is matched or not"

    st_line_id = fields.Many2one(
        "account.bank.statement.line", readonly=True, ondelete="cascade"
    )
    decision = fields.Selection(
        [
            ("auto", "Books by itself"),
            ("propose", "Asks a person"),
            ("leave", "Leaves it"),
        ],
        readonly=True,
    )
    words = fields.Text("Reasons", readonly=True)
    allocations = fields.Text("Pays", readonly=True)
