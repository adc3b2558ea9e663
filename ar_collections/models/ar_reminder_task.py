from datetime import timedelta

from odoo import models

ACTIVITY = "ar_collections.ar_activity_task"


class ArReminderTask(models.Model):
    """Steps that ask a colleague to do something; the customer is not contacted."""

    _inherit = "ar.reminder"

    def _ar_task_user(self):
        """Who gets the task: whom the step names, else who looks after the account."""
        self.ensure_one()
        step, debtor = self.step_id.sudo(), self.debtor_id.sudo()
        wanted = {
            "salesperson": debtor.partner_id.user_id,
            "named": step.task_user_id,
        }.get(step.task_user_kind)
        if wanted and wanted.active:
            return wanted
        return debtor._ar_responsible(self.user_id)

    def _ar_task_text(self):
        step = self.step_id.sudo()
        return step.task_text or step.name or self.env._("See to this account")

    def _ar_address_task(self):
        """A task always finds somebody."""
        for reminder in self:
            reminder.recipient_id = reminder._ar_task_user().partner_id
        return self

    def _ar_write_task(self):
        """Put the task into the words of the colleague."""
        values = {}
        for reminder in self:
            user = reminder._ar_task_user()
            own = reminder.with_context(lang=user.lang or self.env.lang)
            values[reminder] = {"subject": own._ar_task_text(), "body": own.items_html}
        return self._ar_mark_sending(values)

    def _ar_send_task(self, session):
        """Give the colleague an activity on the account."""
        step, debtor = self.step_id.sudo(), self.debtor_id
        days = step.task_days if step else 0
        debtor.with_context(mail_activity_quick_update=True).activity_schedule(
            ACTIVITY,
            date_deadline=debtor.company_id._ar_today() + timedelta(days=days),
            summary=self.subject,
            note=self.body,
            user_id=self._ar_task_user().id,
        )
