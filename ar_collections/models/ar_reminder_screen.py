from odoo import api, fields, models


class ArReminderScreen(models.Model):
    """Why a reminder was planned or called off, on one line."""

    _inherit = "ar.reminder"

    reason_line = fields.Char("Because", compute="_compute_reason_line")

    @api.depends("reasons", "cancel_code")
    @api.depends_context("lang")
    def _compute_reason_line(self):
        Reason = self.env["ar.reason"]
        for reminder in self:
            reasons = reminder.reasons
            if reminder.cancel_code:
                reasons = [{"code": reminder.cancel_code, "params": {}}]
            reminder.reason_line = Reason._ar_line(reasons, reminder.step_id)
