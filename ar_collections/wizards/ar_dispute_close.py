from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.ar_dispute_answer import IN_FAVOUR

#: What a person may answer; the books add “paid” by themselves.
ANSWERS = [
    ("customer_right", "The customer is right: credit note"),
    ("corrected", "A corrected invoice replaces this one"),
    ("settled", "Settled: an agreement, or a commercial gesture"),
    ("customer_wrong", "The customer is wrong: to be paid"),
]


class ArDisputeClose(models.TransientModel):
    """How a dispute ends, and why.

    Asks nothing that needs a right in accounting: the answer is the owner's, the
    booking is billing's.
    """

    _name = "ar.dispute.close"
    _description = "Answer a dispute"

    dispute_id = fields.Many2one("ar.dispute", required=True, readonly=True)
    resolution = fields.Selection(ANSWERS, "How it ends", required=True)
    note = fields.Text("Reason", required=True)
    customer_note = fields.Text(
        "Words to the customer", help="Added to the message he gets, if he gets one."
    )
    tells_customer = fields.Boolean(compute="_compute_refs", compute_sudo=True)
    currency_id = fields.Many2one(related="dispute_id.currency_id")
    amount = fields.Monetary(related="dispute_id.amount", string="Disputed")
    credit_amount = fields.Monetary(
        "To be credited",
        compute="_compute_credit_amount",
        store=True,
        readonly=False,
        help="Including tax, at most what is disputed.",
    )
    successor_move_id = fields.Many2one(
        "account.move",
        "Corrected invoice",
        domain="[('move_type', '=', 'out_invoice'), ('id', '!=', move_ref),"
        " ('commercial_partner_id', '=', partner_ref)]",
        groups="ar_collections.group_user,account.group_account_invoice",
        help="Empty: the credit note dialog can make it.",
    )
    move_ref = fields.Integer(compute="_compute_refs", compute_sudo=True)
    partner_ref = fields.Integer(compute="_compute_refs", compute_sudo=True)
    may_book = fields.Boolean(compute="_compute_may_book")

    @api.depends("resolution", "dispute_id")
    def _compute_credit_amount(self):
        for wizard in self:
            favour = wizard.resolution in IN_FAVOUR
            wizard.credit_amount = wizard.dispute_id.amount if favour else 0.0

    @api.depends("dispute_id")
    def _compute_refs(self):
        for wizard in self:
            wizard.move_ref = wizard.dispute_id.move_id.id
            wizard.partner_ref = wizard.dispute_id.partner_id.id
            company = wizard.dispute_id.company_id
            wizard.tells_customer = company.ar_dispute_tell_closed

    @api.depends_context("uid")
    def _compute_may_book(self):
        self.may_book = self.env["ar.dispute"]._ar_may_book()

    def action_apply(self):
        """Answer; whoever may book goes on with the credit note.

        :raise UserError: when more than the disputed amount would be credited, or no
            reason is given
        """
        self.ensure_one()
        dispute = self.dispute_id
        dispute.check_access("write")
        if not (self.note or "").strip():
            raise UserError(self.env._("Tell why it ends so."))
        over = self.currency_id.compare_amounts(self.credit_amount, self.amount)
        if over > 0 or self.credit_amount < 0:
            raise UserError(self.env._("At most what is disputed can be credited."))
        values = {
            "resolution": self.resolution,
            "resolution_note": self.note.strip(),
            "credit_amount": self.credit_amount,
            "customer_note": self.customer_note,
        }
        successor = self.sudo().successor_move_id
        if self.resolution == "corrected" and successor:
            values["successor_move_id"] = successor.id
        dispute.write(values)
        action = dispute.action_resolve()
        if isinstance(action, dict):
            return action
        return {"type": "ir.actions.act_window_close"}
