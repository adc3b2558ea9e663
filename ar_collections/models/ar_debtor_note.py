from odoo import models


class ArDebtorNote(models.Model):
    """Notes and messages of colleagues on the account."""

    _inherit = "ar.debtor"

    def _message_post_after_hook(self, message, msg_values):
        result = super()._message_post_after_hook(message, msg_values)
        # The answer of a customer by mail is recorded as such when it arrives.
        outside = message.message_type == "email" and not self._ar_is_colleague(
            {"author_id": message.author_id.id}
        )
        if not outside:
            self.env["ar.event"]._ar_note(message, self.company_id, self)
        return result
