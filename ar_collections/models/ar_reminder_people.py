from odoo import models
from odoo.tools import email_normalize


class ArReminderPeople(models.Model):
    """Who signs while the collector is away."""

    _inherit = "ar.reminder"

    def _ar_sender(self):
        """The substitute in his own name, or the absent collector, as the company
        has chosen (``ar_substitute_signs``).
        """
        sender = super()._ar_sender()
        if sender and self.company_id.sudo().ar_substitute_signs == "substitute":
            other = sender._ar_stand_in().sudo()
            if email_normalize(other.email):
                return other
        return sender
