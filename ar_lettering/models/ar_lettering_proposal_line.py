from odoo import api, fields, models


class ArLetteringProposalLine(models.Model):
    """The part of a receipt that pays one item.

    Number and amounts are values, kept when the entry they came from is changed.
    """

    _name = "ar.lettering.proposal.line"
    _description = "Item paid by a receipt"
    _order = "proposal_id, due_date, id"
    _rec_name = "number"

    proposal_id = fields.Many2one(
        "ar.lettering.proposal", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="proposal_id.company_id")
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    # A journal item may be deleted when payment terms change: the proposal then
    # cannot be booked any more, but its history stays.
    move_line_id = fields.Many2one(
        "account.move.line", "Journal item", ondelete="set null", index="btree_not_null"
    )
    move_id = fields.Many2one(
        "account.move", "Document", ondelete="set null", index="btree_not_null"
    )
    partner_id = fields.Many2one("res.partner", "Customer", ondelete="restrict")
    number = fields.Char(required=True)
    due_date = fields.Date()
    open_amount = fields.Monetary(
        "Open before", help="What was open of the item before this receipt."
    )
    amount = fields.Monetary(
        "Paid", help="Part of the receipt; negative when a credit is used up."
    )
    written_off = fields.Monetary(
        help="Part of what is paid that was not received: the gap.",
    )

    @api.model
    def _ar_vals(self, item, amount, written_off):
        """Values of the part that pays an item, as the ledger stands now."""
        return {
            "move_line_id": item.id,
            "move_id": item.move_id.id,
            "partner_id": item.partner_id.commercial_partner_id.id,
            "number": item.move_id.name or "/",
            "due_date": item.date_maturity or item.date,
            "open_amount": item.amount_residual_currency,
            "amount": amount,
            "written_off": written_off,
        }

    @api.depends("proposal_id.allocation_currency_id", "proposal_id.currency_id")
    def _compute_currency_id(self):
        for line in self:
            proposal = line.proposal_id
            line.currency_id = proposal.allocation_currency_id or proposal.currency_id
