from odoo import fields, models


class ArPaymentRequestLine(models.Model):
    """One instalment that a customer is paying, and how much of it."""

    _name = "ar.payment.request.line"
    _description = "Instalment being paid online"
    _order = "request_id, id"

    request_id = fields.Many2one(
        "ar.payment.request",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    item_id = fields.Many2one(
        "ar.item", readonly=True, ondelete="set null", index="btree_not_null"
    )
    move_id = fields.Many2one(
        "account.move", "Invoice", readonly=True, ondelete="set null", index=True
    )
    number = fields.Char(required=True, readonly=True)
    currency_id = fields.Many2one(related="request_id.currency_id")
    amount = fields.Monetary(required=True, readonly=True)
    open_before = fields.Monetary(
        "Open before", readonly=True, help="What was open when the customer clicked."
    )
    live = fields.Boolean(
        default=True, readonly=True, help="Its payment page can still be paid."
    )

    # Two pages that can both be paid would take the money twice.
    _one_live = models.UniqueIndex(
        "(item_id) WHERE live AND item_id IS NOT NULL",
        "This invoice is being paid already.",
    )

    def _ar_target(self):
        """The journal item that this part is for, if it is still open."""
        self.ensure_one()
        line = self.item_id.move_line_id
        return line.filtered(
            lambda ln: ln.parent_state == "posted" and not ln.reconciled
        )

    def _ar_account(self):
        """The receivable account that this part is booked on."""
        self.ensure_one()
        lines = self.item_id.move_line_id or self.move_id.line_ids.filtered(
            lambda ln: ln.account_type == "asset_receivable"
        )
        return lines[:1].account_id
