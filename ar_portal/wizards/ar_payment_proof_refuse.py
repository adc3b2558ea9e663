from odoo import fields, models


class ArPaymentProofRefuse(models.TransientModel):
    """Why a proof is refused, in words that the customer will read."""

    _name = "ar.payment.proof.refuse"
    _description = "Refuse a payment proof"

    proof_id = fields.Many2one("ar.payment.proof", required=True, ondelete="cascade")
    reason = fields.Char(required=True, help="Shown to the customer on his page.")

    def action_refuse(self):
        """Refuse and go back to the proof; chasing of this part goes on."""
        self.ensure_one()
        self.proof_id._ar_refuse(self.reason)
        return {"type": "ir.actions.act_window_close"}
