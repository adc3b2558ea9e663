from odoo import models


class MailActivityPeople(models.Model):
    _inherit = "mail.activity"

    def _ar_pass_on(self, user):
        """Give these activities to a colleague, without an e-mail for each."""
        quiet = self.sudo().with_context(mail_activity_quick_update=True)
        quiet.write({"user_id": user.id})
