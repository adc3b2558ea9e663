import re

from markupsafe import Markup

from odoo import fields, models
from odoo.tools import email_normalize, formataddr

from .ar_reminder_content import HIDDEN_URL

#: Template used when the step names none, by the tone of the step.
TEMPLATES = {
    "courtesy": "ar_collections.mail_template_courtesy",
    "reminder": "ar_collections.mail_template_reminder",
    "firm": "ar_collections.mail_template_firm",
    "last": "ar_collections.mail_template_last",
}


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

    def _ar_recipient(self):
        """The ``res.partner`` who is written to; may lack an address.

        The paying centre stands for its customers. A collections contact named on
        the account comes before the billing contact.
        """
        self.ensure_one()
        debtor = self.debtor_id.sudo()
        office = debtor.paying_centre_id or debtor.partner_id
        billing = office.browse(office.address_get(["invoice"])["invoice"])
        named = [debtor.contact_id]
        if self.step_id.recipient == "escalated":
            named.insert(0, debtor.escalation_contact_id)
        candidates = [*named, billing, office]
        for partner in candidates:
            if partner and email_normalize(partner.email):
                return partner
        return billing or office

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
        installed = {code for code, _name in self.env["res.lang"].get_installed()}
        recipient = self.recipient_id or self._ar_recipient()
        company = self.company_id.sudo().partner_id
        for partner in (recipient, self.debtor_id.sudo().partner_id, company):
            if partner.lang in installed:
                return partner.lang
        return self.env.lang or "en_US"

    # In which words.

    def _ar_template(self):
        """The ``mail.template`` of the step, else the one of its tone."""
        self.ensure_one()
        chosen = self.step_id.sudo().template_id
        return chosen or self.env.ref(TEMPLATES[self.step_id.tone or "reminder"]).sudo()

    def _ar_render(self):
        """Subject and body, each in the language of its recipient.

        :return: ``{id: (subject, body)}``
        """
        groups = {}
        for reminder in self:
            key = (reminder._ar_template(), reminder._ar_lang())
            groups[key] = groups.get(key, self.browse()) + reminder
        texts = {}
        for (template, lang), reminders in groups.items():
            # The renderer takes a part that cannot be computed for an empty one: a
            # letter without its figures must fail instead, here.
            reminders.with_context(lang=lang).mapped("items_html")
            subjects = template._render_field("subject", reminders.ids, set_lang=lang)
            bodies = template._render_field("body_html", reminders.ids, set_lang=lang)
            for reminder in reminders:
                frame = {"body": Markup(bodies[reminder.id]), "lang": lang}
                body = reminder.with_context(lang=lang)._ar_render_part(
                    "reminder_letter", frame
                )
                subject = re.sub(r"[ \t\r\n]+", " ", subjects[reminder.id]).strip()
                texts[reminder.id] = (subject, body)
        return texts

    # The e-mail.

    def _ar_create_mails(self, texts):
        """One ``mail.mail`` per reminder, out of the reach of Odoo's own queue.

        Odoo's queue sends whatever is ``outgoing`` and, stopped between the sending
        and its commit, sends again. These are born ``cancel``: only the sender of
        reminders hands them to the server, and no retry of the queue revives them
        (see ``mail.mail.mark_outgoing``).

        :param dict texts: ``{id: (subject, body)}``
        :return: the mails, in the order of the reminders
        """
        previous = self._ar_previous_message_ids()
        vals_list = [
            reminder._ar_mail_values(*texts[reminder.id], previous.get(reminder.id))
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
        """The text with the address of the page, which the mail alone may carry."""
        if HIDDEN_URL not in body:
            return body
        url = self.debtor_id._ar_action_url(self.recipient_id)
        return body.replace(HIDDEN_URL, url or "")

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
