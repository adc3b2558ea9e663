from odoo import models


class MailMail(models.Model):
    _inherit = "mail.mail"

    def mark_outgoing(self):
        """Leave the mails of reminders alone.

        The queue could send twice; a reminder has its own “Retry”, which reads the
        amounts again.
        """
        reminders = self.env["ar.reminder"].sudo().search([("mail_id", "in", self.ids)])
        ours = {reminder.mail_id.id for reminder in reminders}
        return super(
            MailMail, self.filtered(lambda mail: mail.id not in ours)
        ).mark_outgoing()
