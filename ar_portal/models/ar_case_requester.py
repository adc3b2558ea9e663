import logging

from odoo import api, fields, models

from ..engine.case_words import RECEIVED, badge, progress
from ..engine.colleague_forms import address_of, numbers_of

_logger = logging.getLogger(__name__)


class ArCase(models.Model):
    """Whoever asked for a recovery hears what becomes of it, in plain words."""

    _inherit = "ar.case"

    ar_told = fields.Char(
        "Last told to the requester",
        readonly=True,
        copy=False,
        groups="base.group_system",
    )
    ar_request_lang = fields.Char("Language of the requester", readonly=True)

    @api.model_create_multi
    def create(self, vals_list):
        cases = super().create(vals_list)
        cases._ar_mail_requester()
        return cases

    def write(self, vals):
        result = super().write(vals)
        if {"state", "stage_id", "outcome"} & vals.keys():
            self._ar_mail_requester()
        return result

    def _ar_request_address(self):
        """The one address of whoever asked, or ""."""
        self.ensure_one()
        user = self.requester_id
        return address_of(user.email if user else self.requester_email)

    def _ar_mail_requester(self):
        """Mail the requester where his request stands, once per change.

        A user is only told that it was received: from then on the hub notifies him,
        where he has chosen. A mail that cannot be made stops nothing.
        """
        for case in self.sudo():
            code = progress(case.state, case.outcome)
            key = f"{code}:{case.stage_id.id or 0}"
            before = case.ar_told or ""
            if key == before or not (case.requester_id or case.requester_email):
                continue
            case.ar_told = key
            email = case._ar_request_address()
            if not email or (case.requester_id and before):
                continue
            try:
                with self.env.cr.savepoint():
                    case._ar_mail_progress(email, code, before)
            except (ValueError, KeyError) as error:
                _logger.warning("Case %s: requester not told: %s", case.id, error)

    def _ar_mail_progress(self, email, code, before):
        lang = self._ar_requester_lang()
        said = self.with_context(lang=lang)
        title, words = said._ar_progress_words(code)
        accepted = before.startswith(f"{RECEIVED}:") and badge(code) == "under_review"
        if accepted:
            title = said.env._("Your request was accepted")
        elif before and code == RECEIVED:
            title = said.env._("Your request is being looked at again")
        page = f"{self.get_base_url()}/ar/request/mine" if self.requester_id else ""
        template = self.env.ref("ar_portal.mail_template_request_progress").sudo()
        template.with_context(
            ar_lang=lang,
            ar_title=title,
            ar_words=words,
            ar_answer=self.request_answer if code in ("refused", "duplicate") else "",
            ar_about=self._ar_request_about(),
            ar_page=page,
        ).send_mail(self.id, email_values={"recipient_ids": [], "email_to": email})

    def _ar_requester_lang(self):
        """Language of whoever asked: his, the one of his form, the company's."""
        user = self.requester_id
        return user.lang or self.ar_request_lang or self.company_id._ar_lang()

    def _ar_request_about(self):
        """Which customer, in words the requester knows: those he wrote himself
        unless he picked the customer from those that he may read."""
        self.ensure_one()
        if self.request_customer or not self.requester_id:
            return self.request_customer or ""
        return self.partner_id.display_name or ""

    def _ar_progress_words(self, code):
        """``(title, sentence)`` about a code, in the language of the context."""
        return {**self._ar_running_words(), **self._ar_ended_words()}[code]

    def _ar_running_words(self):
        """What is told while the case runs, by code."""
        _ = self.env._
        return {
            "received": (
                _("Your request was received"),
                _("Someone looks at it and tells you what becomes of it."),
            ),
            "amicable": (
                _("The customer is being contacted"),
                _("We write to the customer and call him to get paid."),
            ),
            "formal_notice": (
                _("Formal notice"),
                _("The customer is formally summoned to pay, with a last deadline."),
            ),
            "injunction": (
                _("On the way to the court"),
                _("We ask the court to order the customer to pay."),
            ),
            "order": (
                _("The court has decided"),
                _("The order of the court is being served and enforced."),
            ),
        }

    def _ar_ended_words(self):
        """What is told once the case is closed, by code."""
        _ = self.env._
        return {
            "paid": (
                _("The customer has paid"),
                _("What you asked for is paid: the file is closed."),
            ),
            "settled": (
                _("The file is closed"),
                _("An arrangement was made with the customer."),
            ),
            "written_off": (
                _("The file is closed"),
                _("What could not be recovered is given up."),
            ),
            "third_party": (
                _("The file was handed over"),
                _("A third party, such as a bailiff or an agency, goes on with it."),
            ),
            "insolvency": (
                _("The customer is insolvent"),
                _("The claim is declared: nothing else can be done for now."),
            ),
            "refused": (
                _("Your request was not accepted"),
                _("No recovery is started."),
            ),
            "duplicate": (
                _("This is being recovered already"),
                _("Another file covers what you asked for."),
            ),
            "cancelled": (_("The file is closed"), _("The recovery was cancelled.")),
        }

    # The page “My requests”.

    @api.model
    def _ar_my_requests(self, user, limit=100):
        """What this user asked for, latest first, and where it stands.

        :return: dictionaries with ``name``, ``at``, ``about``, ``numbers``,
            ``reason``, ``title``, ``words``, ``badge``, ``answer``, ``deadline``
        """
        cases = self.sudo().search(
            [("requester_id", "=", user.id)], order="id desc", limit=limit
        )
        return [case._ar_request_row() for case in cases]

    def _ar_request_row(self):
        self.ensure_one()
        code = progress(self.state, self.outcome)
        title, words = self._ar_progress_words(code)
        # Those he ticked, and those he typed, whether they exist or not.
        ticked = self.request_move_ids.mapped("name") if self.requester_id else []
        typed = numbers_of(self.request_numbers)
        return {
            "name": self.name,
            "at": self.requested_at or self.create_date,
            "about": self._ar_request_about(),
            "numbers": ", ".join(dict.fromkeys([*filter(None, ticked), *typed])),
            "reason": self.request_reason or "",
            "title": title,
            "words": words,
            "badge": badge(code),
            "answer": self.request_answer if code in ("refused", "duplicate") else "",
            "deadline": self.deadline,
        }

    # Files.

    def _ar_keep_request_files(self, files):
        """Keep checked files of the requester with this case, once.

        :param files: ``[(shown name, Checked)]``
        """
        self.ensure_one()
        Attachment = self.env["ir.attachment"].sudo()
        own = [("res_model", "=", self._name), ("res_id", "=", self.id)]
        if not files or Attachment.search_count(own, limit=1):
            return
        self._ar_show_request_files(
            Attachment._ar_keep_files(self, f"request-{self.name}", files)
        )

    def _ar_show_request_files(self, attachments):
        if attachments:
            self.sudo().message_post(
                body=self.env._("Files of the requester, not verified"),
                attachment_ids=attachments.ids,
                message_type="comment",
                subtype_xmlid="mail.mt_note",
            )
