from odoo import api, fields, models

from ..engine.claim_states import CLAIM_TRANSITIONS, ClaimState
from .ar_state_mixin import selection

KINDS = [("interest", "Late interest"), ("indemnity", "Recovery indemnity")]


class ArClaim(models.Model):
    """What late payment of one invoice gives a right to, beside the principal.

    Outside the ledger until it is invoiced or cashed: a claim is no revenue. It
    survives the payment of the invoice until a named person waives it. The machine
    computes it every night (amount, working); people decide what becomes of it.
    """

    _name = "ar.claim"
    _inherit = ["ar.state.mixin", "ar.bulk"]
    _description = "Claim on a late payment"
    _order = "as_of desc, move_id desc, kind"

    move_id = fields.Many2one(
        "account.move", "Invoice", required=True, readonly=True, ondelete="cascade"
    )
    kind = fields.Selection(KINDS, "Claim", required=True, readonly=True)
    debtor_id = fields.Many2one(
        "ar.debtor",
        "Account",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade", index=True
    )
    partner_id = fields.Many2one(related="debtor_id.partner_id")
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)

    # Machine's columns.
    amount = fields.Monetary(readonly=True, help="What the claim has come to.")
    amount_settled = fields.Monetary(
        "Invoiced or cashed", readonly=True, help="Of the amount."
    )
    amount_open = fields.Monetary("Still claimed", readonly=True)
    as_of = fields.Date(
        "Computed to", readonly=True, help="Last day that the amount counts."
    )
    working = fields.Json(readonly=True)
    problem = fields.Json(readonly=True)

    state = fields.Selection(
        selection(
            ClaimState,
            {
                ClaimState.ACCRUING: "Accruing",
                ClaimState.CLAIMED: "Claimed",
                ClaimState.INVOICED: "Invoiced",
                ClaimState.CASHED: "Cashed",
                ClaimState.WAIVED: "Waived",
            },
        ),
        default=ClaimState.ACCRUING.value,
        required=True,
        readonly=True,
        index=True,
    )
    claimed_on = fields.Date(
        "First shown on", readonly=True, help="When the customer was first told."
    )
    last_claimed_on = fields.Date("Last shown on", readonly=True)
    amount_claimed = fields.Monetary(
        "Amount last shown", readonly=True, help="What the customer was last told."
    )
    waived_by_id = fields.Many2one(
        "res.users", "Waived by", readonly=True, ondelete="restrict"
    )
    waived_at = fields.Datetime("Waived on", readonly=True)
    waive_reason = fields.Text("Why waived", readonly=True)
    settlement_ids = fields.One2many("ar.claim.settlement", "claim_id", readonly=True)

    _move_kind_unique = models.Constraint(
        "UNIQUE(move_id, kind)", "An invoice has one claim of each kind, for ever."
    )

    def _ar_transitions(self):
        return CLAIM_TRANSITIONS

    @api.depends("move_id", "kind")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for claim in self:
            claim.display_name = self.env._(
                "%(claim)s on %(invoice)s",
                claim=kinds.get(claim.kind) or "",
                invoice=claim.sudo().move_id.name or "",
            )
