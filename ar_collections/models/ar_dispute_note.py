from odoo import models


class ArDisputeNote(models.Model):
    """What is said about a dispute shows on the account and on the invoice."""

    _inherit = "ar.dispute"

    def _message_post_after_hook(self, message, msg_values):
        result = super()._message_post_after_hook(message, msg_values)
        dispute = self.sudo()
        self.env["ar.event"]._ar_note(
            message, dispute.company_id, dispute.debtor_id, dispute.move_id.ids
        )
        return result
