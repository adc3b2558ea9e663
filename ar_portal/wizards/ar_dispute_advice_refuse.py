from odoo import fields, models


class ArDisputeAdviceRefuse(models.TransientModel):
    """Why a colleague's answer is sent back, in words that he will read."""

    _name = "ar.dispute.advice.refuse"
    _description = "Send a colleague's answer back"

    advice_id = fields.Many2one("ar.dispute.advice", required=True, ondelete="cascade")
    reason = fields.Char(required=True, help="Sent to the colleague by mail.")

    def action_refuse(self):
        """Send it back; the dispute stays open."""
        self.ensure_one()
        self.advice_id._ar_refuse(self.reason)
        return {"type": "ir.actions.act_window_close"}
