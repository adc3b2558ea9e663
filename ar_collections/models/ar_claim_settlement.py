from odoo import fields, models

HOW = [("invoiced", "Invoiced"), ("cashed", "Cashed")]


class ArClaimSettlement(models.Model):
    """So much of a claim was invoiced, or received.

    An invoiced one lives with the line that carries it: deleting the draft, or
    cancelling or reversing the invoice, gives the claim back.
    """

    _name = "ar.claim.settlement"
    _description = "Settlement of a claim"
    _order = "date, id"

    claim_id = fields.Many2one(
        "ar.claim", required=True, readonly=True, ondelete="cascade", index=True
    )
    how = fields.Selection(HOW, required=True, readonly=True)
    date = fields.Date(required=True, readonly=True)
    user_id = fields.Many2one("res.users", "By", readonly=True, ondelete="restrict")
    currency_id = fields.Many2one(related="claim_id.currency_id")
    amount = fields.Monetary(readonly=True)
    note = fields.Char(readonly=True)
    line_id = fields.Many2one(
        "account.move.line",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
    )
    invoice_id = fields.Many2one(
        "account.move", "Invoice of claims", compute="_compute_invoice_id"
    )

    _amount_positive = models.Constraint(
        "CHECK(amount >= 0)", "A settlement cannot be negative."
    )

    def _compute_invoice_id(self):
        for settlement in self:
            settlement.invoice_id = settlement.sudo().line_id.move_id

    def _ar_counts(self):
        """Whether it still stands: its invoice is neither cancelled nor reversed."""
        self.ensure_one()
        move = self.line_id.move_id
        return not move or (move.state != "cancel" and move.payment_state != "reversed")

    def _ar_amount(self):
        """What it settles now: a draft invoice may still be edited."""
        self.ensure_one()
        return self.line_id.price_subtotal if self.line_id else self.amount
