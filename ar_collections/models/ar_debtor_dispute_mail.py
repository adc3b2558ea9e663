from odoo import api, models

#: Where nobody writes to a customer, whatever about.
SILENT = ("insolvency",)


class ArDebtorDisputeMail(models.Model):
    """Whether a message about a dispute is still true when it leaves."""

    _inherit = "ar.debtor"

    @api.model
    def _ar_recheck(self, reminders):
        about = reminders.filtered(lambda r: r.purpose == "info" and r.dispute_id)
        others = reminders - about
        told = super()._ar_recheck(others) if others else {}
        return told | self._ar_recheck_messages(about)

    def _ar_recheck_messages(self, reminders):
        """A dispute that has moved on, or an insolvent, keeps the message back."""
        facts, told = self._ar_live_facts(reminders), {}
        for reminder in reminders:
            holds = {hold.code for hold in facts[reminder.debtor_id.id].holds}
            is_open = reminder.dispute_id.sudo().state == "open"
            code = False
            if is_open != (reminder._ar_about() == "opened"):
                code = "dispute_moved_on"
            elif holds & set(SILENT):
                code = "held_since"
            told[reminder.id] = self._ar_asks_nothing(code)
        return told
