from odoo import models
from odoo.tools import plaintext2html


class ArReminderPreview(models.Model):
    """What an SMS or a letter would say if it left now."""

    _inherit = "ar.reminder"

    def _compute_preview(self):
        own = self.filtered(lambda r: r.channel in ("sms", "letter") and not r.body)
        for reminder in own:
            preview = getattr(reminder.sudo(), f"_ar_preview_{reminder.channel}")
            reminder.preview_subject, reminder.preview_body = preview()
        return super(ArReminderPreview, self - own)._compute_preview()

    def _ar_preview_sms(self):
        return False, plaintext2html(self._ar_sms_texts()[self.id])

    def _ar_preview_letter(self):
        return self.with_context(lang=self._ar_lang())._ar_letter_text()
