import re
from uuid import uuid4

from odoo import api, fields, models
from odoo.tools import plaintext2html
from odoo.tools.urls import urljoin

from ..engine.delivery import NotSent, Outcome
from ..engine.sms_text import parts, plain_text
from .ar_reminder_content import HIDDEN_URL

try:
    import phonenumbers
except ImportError:
    phonenumbers = None

#: Template used when the step names none, by the tone of the step.
TEMPLATES = {
    "courtesy": "ar_collections.sms_template_courtesy",
    "reminder": "ar_collections.sms_template_reminder",
    "firm": "ar_collections.sms_template_firm",
    "last": "ar_collections.sms_template_last",
}
#: An international number as ITU-T E.164 writes it.
E164 = re.compile(r"\+[1-9]\d{7,14}")
#: Answers of an SMS service by which it took the text.
TAKEN = ("success", "processing", "sent", "pending", "delivered")
#: Refusals that pass by themselves once somebody has paid the service.
WAITING = ("insufficient_credit",)
#: The service broke down while it had the text.
UNSETTLED = ("server_error",)


class ArReminderSms(models.Model):
    """Reminders by SMS, carried by Odoo's SMS service or what replaces it there."""

    _inherit = "ar.reminder"

    phone = fields.Char("Phone number", readonly=True, copy=False)
    sms_text = fields.Text("Text of the SMS", readonly=True, copy=False)
    invoices_text = fields.Char("Invoices in a word", compute="_compute_sms_parts")
    answer_text = fields.Char("Where to answer", compute="_compute_sms_parts")

    def mail_allowed_qweb_expressions(self):
        return (
            *super().mail_allowed_qweb_expressions(),
            "object.invoices_text",
            "object.answer_text",
        )

    @api.depends("content", "recipient_id", "user_id")
    @api.depends_context("lang")
    def _compute_sms_parts(self):
        for reminder in self:
            content = reminder.content or reminder.sudo()._ar_read_content()
            reminder.invoices_text = reminder._ar_invoices_text(content["lines"])
            reminder.answer_text = reminder._ar_answer_text(content)

    def _ar_invoices_text(self, lines):
        """The invoices in so few words that they fit an SMS."""
        days = [line["due_date"] for line in lines if line["due_date"]]
        day = self._ar_day(min(days)) if days else ""
        if len(lines) == 1:
            number = lines[0]["number"]
            return self.env._(
                "invoice %(number)s due on %(date)s", number=number, date=day
            )
        return self.env._(
            "%(count)d invoices, the oldest due on %(date)s", count=len(lines), date=day
        )

    def _ar_answer_text(self, content):
        """Where the customer can answer, since he cannot answer the SMS."""
        if content.get("url"):
            return content["url"]
        sender, company = self.sudo()._ar_sender(), self.company_id.sudo()
        return sender.phone or company.phone or sender.email or company.email or ""

    # Who.

    def _ar_recipient(self):
        """An SMS goes to the first of the contacts who has a number for it."""
        if self.channel != "sms":
            return super()._ar_recipient()
        found = self._ar_reachable(lambda partner: self._ar_sms_number(partner)[0])
        return found or super()._ar_recipient()

    def _ar_sms_number(self, partner):
        """The number of ``partner`` that an SMS can be sent to.

        :return: (number in E.164 form or False, why not)
        """
        raw = partner.sudo().phone
        if not raw:
            why = self.env._("%(name)s has no phone number.", name=partner.display_name)
            return False, why
        local = partner.sudo().with_company(self.company_id)
        number = local._phone_format(number=raw)
        # Without the library of numbers, Odoo gives back what was typed.
        compact = re.sub(r"[\s().-]", "", number or "")
        if not E164.fullmatch(compact):
            why = self.env._(
                "%(phone)s of %(name)s is no valid phone number.",
                phone=raw,
                name=partner.display_name,
            )
            return False, why
        if _is_landline(compact):
            why = self.env._(
                "%(phone)s of %(name)s is a landline: no SMS reaches it.",
                phone=raw,
                name=partner.display_name,
            )
            return False, why
        return compact, ""

    def _ar_address_sms(self):
        """Keep those whose recipient has a number; park the others."""
        found = {r: (r._ar_recipient(),) for r in self}
        found = {r: (p, *r._ar_sms_number(p)) for r, (p,) in found.items()}
        numbers = [number for _p, number, _why in found.values() if number]
        Blacklist = self.env["phone.blacklist"].sudo()
        refused = set(Blacklist.search([("number", "in", numbers)]).mapped("number"))
        kept = self.browse()
        for reminder, (partner, number, why) in found.items():
            if number in refused:
                why = self.env._("%(phone)s is on the blacklist.", phone=number)
            if why:
                reminder._ar_fail(why)
                continue
            reminder.write({"recipient_id": partner.id, "phone": number})
            kept += reminder
        return kept

    # In which words.

    def _ar_sms_template(self):
        """The ``sms.template`` of the step, else the one of its tone."""
        step = self.step_id.sudo()
        chosen = step.sms_template_id
        return chosen or self.env.ref(TEMPLATES[step.tone or "reminder"]).sudo()

    def _ar_sms_texts(self):
        """``{id: text}``, each in the language of its recipient."""
        texts = {}
        groups = self.grouped(lambda r: (r._ar_sms_template(), r._ar_lang()))
        for (template, lang), reminders in groups.items():
            reminders = reminders.with_prefetch()
            # An SMS without its figures must fail here, not leave without them.
            reminders.with_context(lang=lang).mapped("invoices_text")
            bodies = template._render_field("body", reminders.ids, set_lang=lang)
            texts.update({r.id: plain_text(f"{bodies[r.id]}") for r in reminders})
        return texts

    def _ar_write_sms(self):
        """Write the texts, and what delivery reports will come back to."""
        texts = self._ar_sms_texts()
        values = {}
        for reminder in self:
            text = texts[reminder.id]
            values[reminder] = {
                "sms_text": text,
                "body": plaintext2html(text),
                "provider_ref": uuid4().hex,
                "cost": parts(text) * reminder.company_id.ar_sms_cost,
            }
        self._ar_mark_sending(values)
        self._ar_create_trackers()
        return self

    def _ar_create_trackers(self):
        """What a delivery report is looked up by.

        Some services ask the ``sms.sms`` for the company. Odoo's queue never sends
        it, its text lacks the customer's link, and it is swept with the next ones.
        """
        self.env["sms.tracker"].sudo().create(
            [{"sms_uuid": r.provider_ref, "ar_reminder_id": r.id} for r in self]
        )
        for company, reminders in self.grouped("company_id").items():
            self.env["sms.sms"].sudo().with_company(company).create(
                [
                    {
                        "uuid": r.provider_ref,
                        "number": r.phone,
                        "body": r.sms_text,
                        "partner_id": r.recipient_id.id,
                        "state": "process",
                        "to_delete": True,
                    }
                    for r in reminders
                ]
            )

    # The hand-over.

    def _ar_send_sms(self, session):
        """Hand the SMS of this reminder over to its provider."""
        self._ar_hand_over(session)

    def _ar_sms_by_odoo(self, session):
        """Hand over to the SMS service that Odoo is set up with.

        :raise NotSent: refused, or fate unknown
        """
        company = self.company_id.sudo()
        text = self._ar_sms_with_page()
        self.cost = parts(text) * company.ar_sms_cost
        self.env.flush_all()
        api_class = company._get_sms_api_class()
        service = api_class(self.sudo().with_company(company).env)
        service._set_company(company)
        number = {"number": self.phone, "uuid": self.provider_ref}
        session.handed_over = True
        try:
            results = service._send_sms_batch(
                [{"content": text, "numbers": [number]}],
                delivery_reports_url=urljoin(company.get_base_url(), "/sms/status"),
            )
        except Exception as error:
            raise NotSent(*self._ar_silence(error)) from error
        self._ar_sms_answer(service, (results or [{}])[0])

    def _ar_sms_with_page(self):
        """The text with the address of the page, which the SMS alone may carry."""
        if HIDDEN_URL not in self.sms_text:
            return self.sms_text
        url = self.debtor_id._ar_action_url(self.recipient_id)
        return self.sms_text.replace(HIDDEN_URL, url or "").strip()

    def _ar_sms_answer(self, service, result):
        """Raise when the service answered that it did not take the text."""
        state = result.get("state")
        if state in TAKEN:
            return
        words = {
            "insufficient_credit": self.env._("No SMS credit is left."),
            "wrong_number_format": self.env._(
                "%(phone)s was refused as a wrong number.", phone=self.phone
            ),
            "country_not_supported": self.env._(
                "No SMS can be sent to the country of %(phone)s.", phone=self.phone
            ),
            "unregistered": self.env._("The SMS account is not registered."),
            "registration_needed": self.env._(
                "The SMS service asks for a registration for the country of %(phone)s.",
                phone=self.phone,
            ),
            "server_error": self.env._("The SMS service broke down."),
        }
        text = words.get(state) or result.get("failure_reason")
        text = text or self.env._("Refused by the SMS service: %(code)s", code=state)
        if state in UNSETTLED or not state:
            raise NotSent(Outcome.IN_DOUBT, text)
        raise NotSent(Outcome.RETRY if state in WAITING else Outcome.FAILED, text)

    # What is written down.

    def _ar_record_sent(self, moment):
        result = super()._ar_record_sent(moment)
        for reminder in self.filtered(lambda r: r.channel == "sms"):
            reminder._ar_show_sms()
        return result

    def _ar_show_sms(self):
        """Show the SMS on the account's thread, as Odoo shows its own."""
        sender, company = self._ar_sender(), self.company_id.sudo()
        author = sender.partner_id or company.partner_id
        message = self.env["mail.message"].sudo()
        message = message.create(
            {
                "model": "ar.debtor",
                "res_id": self.debtor_id.id,
                "message_type": "sms",
                "subtype_id": self.env.ref("mail.mt_note").id,
                "author_id": author.id,
                "email_from": company.email_formatted,
                "body": self.body,
                "record_company_id": company.id,
            }
        )
        self.mail_message_id = message
        notification = self.env["mail.notification"].sudo()
        notification = notification.create(
            {
                "author_id": author.id,
                "mail_message_id": message.id,
                "res_partner_id": self.recipient_id.id,
                "sms_number": self.phone,
                "notification_type": "sms",
                "notification_status": "pending",
                "is_read": True,
            }
        )
        self._ar_sms_trackers().mail_notification_id = notification

    def _ar_sms_trackers(self):
        domain = [("ar_reminder_id", "in", self.ids)]
        return self.env["sms.tracker"].sudo().search(domain)

    def _ar_sent_payload(self, content):
        payload = super()._ar_sent_payload(content)
        if self.channel == "sms":
            payload.update({"phone": self.phone, "text": self.sms_text})
        return payload

    def _ar_doubt_question(self):
        if self.channel != "sms":
            return super()._ar_doubt_question()
        return self.env._("Was the SMS received on %(phone)s?", phone=self.phone)

    def _ar_forget_mail(self):
        texts = self.filtered(lambda r: r.channel == "sms")
        trackers = texts._ar_sms_trackers()
        uuids = trackers.mapped("sms_uuid")
        self.env["sms.sms"].sudo().search([("uuid", "in", uuids)]).unlink()
        trackers.unlink()
        texts.write({"sms_text": False, "provider_ref": False, "cost": 0})
        return super()._ar_forget_mail()


def _is_landline(number):
    """Whether the numbering plan says that no SMS reaches this number."""
    if phonenumbers is None:
        return False
    kind = phonenumbers.number_type(phonenumbers.parse(number))
    return kind == phonenumbers.PhoneNumberType.FIXED_LINE
