from odoo import models


class AccountMoveNote(models.Model):
    """The invoice sent, and what is written about it, show on the account."""

    _inherit = "account.move"

    def _message_post_after_hook(self, message, msg_values):
        result = super()._message_post_after_hook(message, msg_values)
        move = self.sudo()
        # Most messages of an invoice are machinery: nothing is looked up for them.
        spoken = self.env["ar.event"]._ar_note_kind(message.sudo())
        sale = move.is_sale_document(include_receipts=True)
        if spoken and sale and move.state == "posted":
            company = move.company_id._ar_collecting_company()
            debtor = move.env["ar.debtor"]._ar_find(company.id, move._ar_customer().id)
            self.env["ar.event"]._ar_note(message, company, debtor, move.ids)
        return result
