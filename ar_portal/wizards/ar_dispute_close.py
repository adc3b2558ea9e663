from odoo import fields, models

from ..engine.advice_states import AdviceState


class ArDisputeClose(models.TransientModel):
    _inherit = "ar.dispute.close"

    ar_advice_id = fields.Many2one("ar.dispute.advice", readonly=True)

    def action_apply(self):
        """The colleague's answer that filled this dialog is accepted with it."""
        action = super().action_apply()
        advice = self.ar_advice_id
        if advice and advice.dispute_id == self.dispute_id:
            advice.check_access("write")
            advice._ar_judge(AdviceState.ACCEPTED)
        return action
