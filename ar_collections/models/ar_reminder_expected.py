from odoo import api, fields, models

from ..engine.states import REMINDER_AHEAD


class ArReminderExpected(models.Model):
    """What a reminder asks for and of whom, before and after it has left."""

    _inherit = "ar.reminder"

    amount_asked = fields.Monetary(
        "Asked for",
        compute="_compute_amount_asked",
        help="Before it leaves: what was due when it was planned. It is read again "
        "at the moment of sending.",
    )
    addressee_text = fields.Char("Addressee", compute="_compute_addressee_text")

    @api.depends("state", "amount_total", "reasons")
    def _compute_amount_asked(self):
        for reminder in self:
            reminder.amount_asked = (
                reminder._ar_expected_amount()
                if reminder.state in REMINDER_AHEAD
                else reminder.amount_total
            )

    def _ar_expected_amount(self):
        """Amount of the decision; what is late and free for one made by hand."""
        cents = [
            reason["params"]["amount"]["cents"]
            for reason in self.reasons or ()
            if reason["code"] == "step_due"
        ]
        if cents:
            return sum(cents) / 10**self.currency_id.decimal_places
        debtor = self.debtor_id
        late = debtor.amount_overdue - debtor.amount_blocked - debtor.amount_credit
        return max(self.currency_id.round(late), 0.0)

    @api.depends("state", "recipient_id", "email", "channel")
    def _compute_addressee_text(self):
        for reminder in self:
            told = reminder.sudo()
            partner = told.recipient_id
            address = told.email
            if told.state in REMINDER_AHEAD:
                partner = told._ar_recipient() or partner
                address = told._ar_expected_address(partner)
            named = partner != told.partner_id or not address
            parts = [named and (partner.name or partner.display_name), address]
            reminder.addressee_text = " · ".join(part for part in parts if part)

    def _ar_expected_address(self, partner):
        """Where this reminder would go, as text."""
        if self.channel == "email":
            return partner.email
        if self.channel in ("call", "sms"):
            return partner.phone
        if self.channel == "letter":
            return partner.city
        return False
