from odoo import api, fields, models

from ..engine.claim_states import ClaimState


class AccountMoveClaims(models.Model):
    """Claims on an invoice; and an invoice of claims that is undone gives them back."""

    _inherit = "account.move"

    ar_claim_ids = fields.One2many("ar.claim", "move_id", readonly=True)
    ar_claims_amount = fields.Monetary(
        "Interest and indemnity", compute="_compute_ar_claims_amount"
    )

    @api.depends("ar_claim_ids.amount_open", "ar_claim_ids.state")
    def _compute_ar_claims_amount(self):
        allowed = self.env["ar.claim"].has_access("read")
        for move in self:
            claims = move.ar_claim_ids if allowed else self.env["ar.claim"]
            claims = claims.filtered(lambda c: c.state != ClaimState.WAIVED.value)
            move.ar_claims_amount = sum(claims.mapped("amount_open"))

    def action_ar_claims(self):
        """Claims on this invoice, computed to today, with their working."""
        self.ensure_one()
        self.check_access("read")
        self.env["ar.claim"].check_access("read")
        self.env["ar.claim"].sudo()._ar_accrue(self.ids)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_collections.ar_claim_action"
        )
        return {**action, "domain": [("move_id", "=", self.id)], "context": {}}

    def _post(self, soft=True):
        posted = super()._post(soft=soft)
        posted._ar_carried_claims()._ar_follow()
        return posted

    def button_draft(self):
        result = super().button_draft()
        self._ar_carried_claims()._ar_follow()
        return result

    def button_cancel(self):
        result = super().button_cancel()
        self._ar_carried_claims()._ar_follow()
        return result

    def unlink(self):
        claims = self._ar_carried_claims()
        result = super().unlink()
        claims.invalidate_recordset(["settlement_ids"])
        claims._ar_follow()
        return result

    def _ar_carried_claims(self):
        """The claims that these entries invoice."""
        settlements = self.env["ar.claim.settlement"].sudo()
        return settlements.search([("line_id.move_id", "in", self.ids)]).claim_id
