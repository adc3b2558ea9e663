from odoo import models


class ArReminder(models.Model):
    """A contact about a recovery case carries a link to that case."""

    _inherit = "ar.reminder"

    def _ar_about_case(self):
        """The same reminder, whose pages are those of its case if it has one."""
        case = self.sudo().case_id
        return self.with_context(ar_portal_case=case.id) if case else self

    def _ar_with_page(self, body):
        return super(ArReminder, self._ar_about_case())._ar_with_page(body)

    def _ar_sms_with_page(self):
        return super(ArReminder, self._ar_about_case())._ar_sms_with_page()
