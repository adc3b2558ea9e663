from odoo import fields, models
from odoo.exceptions import UserError


class ArReminderCaseNotice(models.Model):
    """The formal notice leaves as every contact does, its PDF with it.

    The PDF is made at the moment of writing, from the amounts of that moment; an
    uploaded one goes as it is.
    """

    _inherit = "ar.reminder"

    registered = fields.Boolean(
        "Registered post",
        copy=False,
        help="With acknowledgement of receipt. Posted by us, never by a service.",
    )
    post_number = fields.Char("Number of the post", copy=False)

    def _ar_is_notice(self):
        """Whether this contact is the formal notice of its case."""
        self.ensure_one()
        own = self.sudo()
        return bool(own.case_id) and own.case_stage_id.template == "formal_notice"

    def _ar_registered(self):
        """Number of the registered letter; None: it does not go by registered post."""
        if self.channel != "letter" or not self.registered:
            return None
        return self.post_number or ""

    # By e-mail: the PDF goes along.

    def _ar_print_statements(self):
        documents = super()._ar_print_statements()
        for reminder in self.filtered(lambda r: r._ar_is_notice()):
            case = reminder.sudo().case_id.with_context(lang=reminder._ar_lang())
            pdf = case._ar_notice_pdf()
            documents.append((f"{case._ar_notice_name()}.pdf", pdf))
        return documents

    # On paper: the letter is the notice.

    def _ar_letter_text(self):
        if not self._ar_is_notice():
            return super()._ar_letter_text()
        case = self.sudo().case_id.with_context(lang=self.env.lang)
        # The PDF alone is proof; what it says stays readable on the timeline.
        words = case._ar_notice_words(self._ar_registered())
        return case._ar_notice_name(), words

    def _ar_letter_pdf(self, subject, body):
        if not self._ar_is_notice():
            return super()._ar_letter_pdf(subject, body)
        case = self.sudo().case_id.with_context(lang=self.env.lang)
        return case._ar_notice_pdf(self._ar_registered())

    # Once it has left.

    def _ar_record_sent(self, moment):
        result = super()._ar_record_sent(moment)
        for reminder in self.filtered(lambda r: r._ar_is_notice()):
            attachment = reminder.sudo().letter_attachment_id
            if reminder.channel == "email":
                attachment = reminder._ar_notice_enclosure()
            reminder.sudo().case_id._ar_keep_notice(reminder, attachment, moment)
        return result

    def _ar_notice_enclosure(self):
        lead = (self.lead_id or self).sudo()
        name = self.sudo().case_id.with_context(lang=self._ar_lang())._ar_notice_name()
        return lead.enclosure_ids.filtered(lambda a: a.name == f"{name}.pdf")[:1]

    def _ar_sent_payload(self, content):
        payload = super()._ar_sent_payload(content)
        if self._ar_is_notice():
            payload["formal_notice"] = True
            if self.registered:
                payload["registered"] = self.post_number or True
        return payload

    def action_post_number(self, number):
        """Keep the number that the post gave to this registered letter.

        :raise UserError: when it is no letter of a formal notice
        """
        self.ensure_one()
        self.check_access("write")
        if self.channel != "letter":
            raise UserError(self.env._("Only a letter has a number of the post."))
        self.sudo().write({"registered": True, "post_number": number})
        documents = self.env["ar.case.document"].sudo()
        documents = documents.search([("reminder_id", "=", self.id)])
        documents.write({"post_number": number})
        return True
