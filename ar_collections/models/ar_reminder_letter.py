import hashlib
import re

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_date, html2plaintext

from ..engine.delivery import NotSent, Outcome
from .res_company_letters import lacks_address

#: Template used when the step names none, by the tone of the step.
TEMPLATES = {
    "courtesy": "ar_collections.letter_template_courtesy",
    "reminder": "ar_collections.letter_template_reminder",
    "firm": "ar_collections.letter_template_firm",
    "last": "ar_collections.letter_template_last",
}
PLACEHOLDERS = ("letter_salutation", "letter_items_html", "letter_payment_html")
#: Refusals of Snailmail that pass once somebody has paid, and its own breakdowns.
WAITING = ("CREDIT_ERROR",)
UNSETTLED = ("UNKNOWN_ERROR", False)


class ArReminderLetter(models.Model):
    """Reminders on paper: words, letterhead, PDF; posted by us or by a service."""

    _inherit = "ar.reminder"

    letter_attachment_id = fields.Many2one(
        "ir.attachment", "Letter", readonly=True, copy=False, ondelete="set null"
    )
    letter_hash = fields.Char(
        "SHA-256 of the letter", readonly=True, copy=False, groups="base.group_no_one"
    )
    letter_pages = fields.Integer("Pages", readonly=True, copy=False)
    letter_salutation = fields.Char(
        "Salutation on paper", compute="_compute_letter_parts"
    )
    letter_items_html = fields.Html(
        "Table of items on paper", compute="_compute_letter_parts", sanitize=False
    )
    letter_payment_html = fields.Html(
        "How to pay, on paper", compute="_compute_letter_parts", sanitize=False
    )

    def mail_allowed_qweb_expressions(self):
        return (
            *super().mail_allowed_qweb_expressions(),
            *(f"object.{name}" for name in PLACEHOLDERS),
        )

    @api.depends("content", "recipient_id", "user_id")
    @api.depends_context("lang")
    def _compute_letter_parts(self):
        for reminder in self:
            own = reminder.sudo()
            content = own.content or own._ar_read_content()
            bank = own._ar_bank(content)
            items = own._ar_render_part("letter_items", own._ar_paper_values(content))
            paying = bank and own._ar_render_part("letter_payment", {"bank": bank})
            reminder.letter_salutation = self.env._("Dear Sir or Madam,")
            reminder.letter_items_html = items
            reminder.letter_payment_html = paying or ""

    def _ar_paper_values(self, content):
        """Values of the table of items on paper."""
        return {
            "lines": [self._ar_line_texts(line) for line in content["lines"]],
            "credits": [self._ar_line_texts(line) for line in content["credits"]],
            "totals": [
                {"owed": cents > 0, "amount": self._ar_money(cents, currency_id)}
                for currency_id, cents in self._ar_totals(content)
            ],
        }

    # Who.

    def _ar_recipient(self):
        """A letter goes to the first of the contacts who has a whole address."""
        if self.channel != "letter":
            return super()._ar_recipient()
        found = self._ar_reachable(lambda partner: not lacks_address(partner))
        return found or super()._ar_recipient()

    def _ar_address_letter(self):
        """Keep those whose recipient has a postal address; park the others."""
        kept = self.browse()
        for reminder in self:
            partner = reminder._ar_recipient()
            if lacks_address(partner):
                reminder._ar_fail(
                    self.env._(
                        "%(name)s has no complete postal address.",
                        name=partner.display_name,
                    )
                )
                continue
            reminder.recipient_id = partner
            kept += reminder
        return kept

    # In which words.

    def _ar_letter_template(self):
        """The ``mail.template`` of the step, else the letter of its tone."""
        step = self.step_id.sudo()
        chosen = step.channel == "letter" and step.template_id
        return chosen or self.env.ref(TEMPLATES[step.tone or "reminder"]).sudo()

    def _ar_letter_text(self):
        """Subject and body of the letter, in the language of the environment."""
        self.ensure_one()
        template, lang = self._ar_letter_template(), self.env.lang
        # A letter without its figures must fail here, not leave without them.
        self.mapped("letter_items_html")
        subject = template._render_field("subject", self.ids, set_lang=lang)[self.id]
        body = template._render_field("body_html", self.ids, set_lang=lang)[self.id]
        return re.sub(r"\s+", " ", subject).strip(), Markup(body)

    def _ar_letter_sheet(self, subject, body):
        """Values of the template ``letter_sheet``."""
        sender, company = self._ar_sender(), self.company_id.sudo()
        day = format_date(self.env, company._ar_today(), date_format="d MMMM y")
        place = company.city
        return {
            **company.with_context(lang=self.env.lang)._ar_letterhead(
                self.recipient_id.with_context(lang=self.env.lang)
            ),
            "title": subject,
            "subject": subject,
            "body": body,
            "reference": self.name,
            "customer_reference": self.partner_id.sudo().ref,
            "sender": sender,
            "place_and_date": self.env._("%(place)s, %(date)s", place=place, date=day)
            if place
            else day,
        }

    def _ar_letter_pdf(self, subject, body):
        """The letter on paper, in the language of the environment."""
        Report = self.env["ir.actions.report"]
        pdf = Report._ar_pdf(
            "ar_collections.letter_sheet", self._ar_letter_sheet(subject, body)
        )
        return Report._ar_number_pages(pdf, self.name)

    def _ar_write_letter(self):
        """Write and print the letters into PDFs, and mark the reminders ``sending``."""
        values = {}
        for reminder in self:
            own = reminder.with_context(lang=reminder._ar_lang())
            subject, body = own._ar_letter_text()
            pdf = own._ar_letter_pdf(subject, body)
            attachment = own._ar_attach_letter(pdf)
            values[reminder] = {
                "subject": subject,
                "body": body,
                "letter_attachment_id": attachment.id,
                "letter_hash": hashlib.sha256(pdf).hexdigest(),
                "letter_pages": self.env["ir.actions.report"]._ar_count_pages(pdf),
                "cost": reminder.company_id.ar_letter_cost,
            }
        return self._ar_mark_sending(values)

    def _ar_attach_letter(self, pdf):
        name = self.env._("Letter %(number)s", number=self.name.replace("/", "-"))
        return (
            self.env["ir.attachment"]
            .sudo()
            .create(
                {
                    "name": f"{name}.pdf",
                    "raw": pdf,
                    "mimetype": "application/pdf",
                    "res_model": self._name,
                    "res_id": self.id,
                }
            )
        )

    # The hand-over to a service.

    def _ar_send_letter(self, session):
        """Hand the letter over to its provider."""
        self._ar_hand_over(session)

    def _ar_letter_by_snailmail(self, session):
        """Hand over to Odoo's postal service.

        Its record is born cancelled, so that its own cron never sends it again.

        :raise NotSent: refused, or fate unknown
        """
        letter = self._ar_create_snailmail()
        self.env.flush_all()
        session.handed_over = True
        try:
            letter._snailmail_print_valid_address()
        except Exception as error:
            raise NotSent(*self._ar_silence(error)) from error
        words = html2plaintext(letter.info_msg or "").strip()
        if letter.state != "sent":
            outcome = Outcome.RETRY if letter.error_code in WAITING else Outcome.FAILED
            if letter.error_code in UNSETTLED:
                outcome = Outcome.IN_DOUBT
            raise NotSent(outcome, words or letter.error_code or "")
        self.write({"provider_ref": f"{letter.id}", "delivery_text": words})

    def _ar_create_snailmail(self):
        company = self.company_id.sudo()
        Letter = self.env["snailmail.letter"].sudo().with_company(company)
        letter = Letter.create(
            {
                "model": "ar.debtor",
                "res_id": self.debtor_id.id,
                "partner_id": self.recipient_id.id,
                "company_id": company.id,
                "user_id": self._ar_sender().id or self.env.uid,
                "state": "canceled",
            }
        )
        pdf = letter._overwrite_margins(self.letter_attachment_id.sudo().raw)
        if letter.cover:
            pdf = letter._append_cover_page(pdf)
        letter.attachment_id = self.env["ir.attachment"].create(
            {
                "name": self.letter_attachment_id.sudo().name,
                "raw": pdf,
                "mimetype": "application/pdf",
                "res_model": letter._name,
                "res_id": letter.id,
            }
        )
        return letter

    # What is written down.

    def _ar_sent_payload(self, content):
        payload = super()._ar_sent_payload(content)
        if self.letter_attachment_id:
            own = self.sudo()
            payload["letter"] = {
                "name": own.letter_attachment_id.name,
                "sha256": own.letter_hash,
                "pages": own.letter_pages,
                "address": own.company_id._ar_address_lines(own.recipient_id),
            }
        return payload

    def _ar_doubt_question(self):
        if self.channel != "letter":
            return super()._ar_doubt_question()
        return self.env._(
            "Was the letter to %(name)s posted?", name=self.recipient_id.display_name
        )

    def _ar_forget_mail(self):
        letters = self.filtered("letter_attachment_id")
        papers = letters.letter_attachment_id.sudo()
        letters.write(
            {
                "letter_attachment_id": False,
                "letter_hash": False,
                "letter_pages": 0,
                "printed_at": False,
                "printed_by_id": False,
                "cost": 0,
            }
        )
        papers.unlink()
        return super()._ar_forget_mail()
