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
        if not reminders:
            return {}
        debtors = reminders.debtor_id.sudo()
        _debtors, lines = self.sudo()._ar_sync_chunk(debtors.partner_id.ids)
        facts = self.env["ar.facts"]._ar_load(debtors, lines=lines)
        told = {}
        for reminder in reminders:
            holds = {hold.code for hold in facts[reminder.debtor_id.id].holds}
            is_open = reminder.dispute_id.sudo().state == "open"
            code = False
            if is_open != (reminder._ar_about() == "opened"):
                code = "dispute_moved_on"
            elif holds & set(SILENT):
                code = "held_since"
            told[reminder.id] = {
                "ok": not code,
                "code": code,
                "lines": [],
                "credits": [],
                "totals": {},
            }
        return told
