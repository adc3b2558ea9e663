import re

from markupsafe import Markup

from odoo import fields, models
from odoo.tools import email_normalize, formataddr

from .ar_reminder_content import HIDDEN_URL

#: Template used when the step names none, by what it is for, else by its tone.
TEMPLATES = {
    "approver": "ar_collections.mail_template_approver",
    "status": "ar_collections.mail_template_status",
    "thanks": "ar_collections.mail_template_thanks",
    "courtesy": "ar_collections.mail_template_courtesy",
    "reminder": "ar_collections.mail_template_reminder",
    "firm": "ar_collections.mail_template_firm",
    "last": "ar_collections.mail_template_last",
}

#: Address of a page as it is kept; the number is that of another reminder.
PAGE = re.compile(re.escape(HIDDEN_URL) + r"(?:/(\d+))?")


def one_line(text):
    """A subject without line ends; its unbreakable blanks stay."""
    return re.sub(r"[ \t\r\n]+", " ", text).strip()


class ArReminderMail(models.Model):
    """Who writes to whom, in which words, and the e-mail made of it."""

    _inherit = "ar.reminder"

    preview_subject = fields.Char("Subject as of now", compute="_compute_preview")
    preview_body = fields.Html(
        "E-mail as of now", compute="_compute_preview", sanitize=False
    )

    def _compute_preview(self):
        """The e-mail as it was sent, or as it would be now."""
        for reminder in self:
            if reminder.body or reminder.channel != "email":
                found = (reminder.subject, reminder.body)
            else:
                found = reminder.sudo()._ar_render()[reminder.id]
            reminder.preview_subject, reminder.preview_body = found

    # Who.

    def _ar_sender(self):
        """The collector in whose name it leaves; empty: the company itself."""
        self.ensure_one()
        candidates = (
            self.user_id,
            self.debtor_id.collector_id,
            self.company_id.ar_collector_id,
        )
        for user in candidates:
            user = user.sudo()
            if user.active and email_normalize(user.email):
                return user
        return self.env["res.users"]

    def _ar_email_from(self):
        company = self.company_id.sudo()
        sender = self._ar_sender()
        if sender:
            return formataddr((sender.name, email_normalize(sender.email)))
        return company.email_formatted or company.catchall_formatted

    def _ar_lang(self):
        """Language of the recipient, among those installed."""
        self.ensure_one()
        recipient = self.recipient_id or self._ar_recipient()
        company = self.company_id.sudo().partner_id
        return (recipient + self.debtor_id.sudo().partner_id + company)._ar_spoken()

    # In which words.

    def _ar_template(self):
        """The ``mail.template`` of the step, else the one for what it is."""
        self.ensure_one()
        step = self.step_id.sudo()
        return step.template_id or self.env.ref(TEMPLATES[self._ar_kind()]).sudo()

    def _ar_kind(self):
        """Key of ``TEMPLATES``: what this e-mail is for."""
        step = self.step_id.sudo()
        if self.purpose == "thanks":
            return "thanks"
        if step.tone in ("courtesy", "reminder", False):
            # A firm word stays firm, whoever reads it.
            if step.recipient == "approver":
                return "approver"
            if step.trigger == "status" and self._ar_names_a_status():
                return "status"
        return step.tone or "reminder"

    def _ar_names_a_status(self):
        """Whether a status of the platform is known of what this one is about."""
        lines = (self.content or self._ar_read_content())["lines"]
        return any(line["status"] for line in lines)

    def _ar_render(self):
        """Subject and body, each in the language of its recipient.

        :return: ``{id: (subject, body)}``
        """
        groups = self.grouped(lambda r: (r._ar_template(), r._ar_lang()))
        texts = {}
        together = self.env.context.get("ar_together")
        for (template, lang), reminders in groups.items():
            # What cannot be computed for one must not be computed with the others.
            reminders = reminders.with_prefetch()
            if together:
                template = template.with_context(ar_together=together)
            # The renderer takes a part that cannot be computed for an empty one: a
            # letter without its figures must fail instead, here.
            reminders.with_context(lang=lang).mapped("items_html")
            subjects = template._render_field("subject", reminders.ids, set_lang=lang)
            bodies = template._render_field("body_html", reminders.ids, set_lang=lang)
            for reminder in reminders:
                subject = one_line(subjects[reminder.id])
                told = reminder.with_context(lang=lang)
                subject, body = told._ar_own_words(subject, bodies[reminder.id])
                frame = {"body": Markup(body), "lang": lang}
                texts[reminder.id] = (
                    subject,
                    told._ar_render_part("reminder_letter", frame),
                )
        return texts

    # The e-mail.

    def _ar_create_mails(self, texts, attachments=None):
        """One ``mail.mail`` per reminder, out of the reach of Odoo's own queue.

        Odoo's queue sends whatever is ``outgoing`` and, stopped between the sending
        and its commit, sends again. These are born ``cancel``: only the sender of
        reminders hands them to the server, and no retry of the queue revives them
        (see ``mail.mail.mark_outgoing``).

        :param dict texts: ``{id: (subject, body)}``
        :param dict attachments: ``{id: ir.attachment}``
        :return: the mails, in the order of the reminders
        """
        previous, attachments = self._ar_previous_message_ids(), attachments or {}
        vals_list = [
            {
                **reminder._ar_mail_values(
                    *texts[reminder.id], previous.get(reminder.id)
                ),
                "attachment_ids": [
                    (6, 0, attachments[reminder.id].ids)
                    if reminder.id in attachments
                    else (5,)
                ],
            }
            for reminder in self
        ]
        return self.env["mail.mail"].sudo().create(vals_list)

    def _ar_mail_values(self, subject, body, reference):
        company = self.company_id.sudo()
        recipient = self.recipient_id.sudo()
        sender = self._ar_sender()
        return {
            "model": "ar.debtor",
            "res_id": self.debtor_id.id,
            "record_name": recipient.display_name,
            "message_type": "email_outgoing",
            "subtype_id": self.env.ref("mail.mt_comment").id,
            "author_id": (sender.partner_id or company.partner_id).id,
            "email_from": self._ar_email_from(),
            "email_to": formataddr((recipient.name or "", self.email)),
            "email_cc": self.email_cc or False,
            "partner_ids": [(6, 0, recipient.ids)],
            "subject": subject,
            "body": body,
            "body_html": self._ar_with_page(body),
            "references": reference or False,
            "record_company_id": company.id,
            "record_alias_domain_id": company.alias_domain_id.id,
            # Keeps the message on the account when the technical mail is deleted.
            "is_notification": True,
            "auto_delete": False,
            "state": "cancel",
        }

    def _ar_with_page(self, body):
        """The text with the addresses of the pages, which the mail alone may carry."""

        def address(match):
            reminder = self.browse(int(match[1])) if match[1] else self
            return reminder.debtor_id._ar_action_url(self.recipient_id) or ""

        found = {}
        for match in PAGE.finditer(body):
            # One link per page, however often the letter names it.
            if match[0] not in found:
                found[match[0]] = address(match)
        return Markup(PAGE.sub(lambda match: found[match[0]], body))

    def _ar_previous_message_ids(self):
        """``{id: Message-Id of the last reminder}``: one conversation per account."""
        self.env["ar.reminder"].flush_model()
        rows = self.env["ar.reminder"]._read_group(
            [
                ("debtor_id", "in", self.debtor_id.ids),
                ("state", "=", "done"),
                ("message_id", "!=", False),
            ],
            ["debtor_id"],
            ["id:max"],
        )
        last = {
            debtor.id: self.browse(reminder_id).message_id
            for debtor, reminder_id in rows
        }
        return {r.id: last.get(r.debtor_id.id) for r in self}
