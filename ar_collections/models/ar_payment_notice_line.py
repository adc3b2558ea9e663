from odoo import fields, models


class ArPaymentNoticeLine(models.Model):
    """The part of one invoice that a payment notice announces."""

    _name = "ar.payment.notice.line"
    _description = "Part of an announced payment"
    _order = "notice_id, id"
    _rec_name = "move_id"

    notice_id = fields.Many2one(
        "ar.payment.notice", required=True, ondelete="cascade", index=True
    )
    move_id = fields.Many2one(
        "account.move", "Invoice", required=True, ondelete="cascade", index=True
    )
    item_id = fields.Many2one(
        "ar.item", "Instalment", ondelete="set null", index="btree_not_null"
    )
    currency_id = fields.Many2one(related="notice_id.currency_id")
    amount = fields.Monetary(required=True)
    paid_before = fields.Monetary(
        "Paid when announced",
        readonly=True,
        help="What the invoice had received then; what came since counts.",
    )
    state = fields.Selection(related="notice_id.state")

    _amount_positive = models.Constraint(
        "CHECK(amount > 0)", "An announced amount must be positive."
    )
