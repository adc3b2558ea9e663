import logging

from odoo import api, fields, models
from odoo.tools import email_split, html2plaintext

from ..engine.colleague_forms import (
    LINE_MAX,
    REASON_MAX,
    address_of,
    numbers_of,
    one_line,
)
from ..engine.proof_form import clean_text
from ..engine.upload_check import Rejected, display_name

_logger = logging.getLogger(__name__)


class ArRequestMail(models.Model):
    """A mail with which a colleague asked for a recovery, and what came of it."""

    _name = "ar.request.mail"
    _inherit = ["mail.thread"]
    _description = "Request received by mail"
    _order = "id desc"
    _rec_name = "subject"
    _mail_post_access = "read"

    box_id = fields.Many2one(
        "ar.request.box", "Mailbox", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="box_id.company_id", store=True, index=True)
    email_from = fields.Char("Sender", readonly=True)
    subject = fields.Char(readonly=True)
    message_ref = fields.Char("Message-Id", readonly=True)
    case_id = fields.Many2one(
        "ar.case", "Request", readonly=True, ondelete="set null", index=True
    )
    refused_files = fields.Text("Files not taken", readonly=True)

    _message_unique = models.UniqueIndex(
        "(box_id, message_ref)", "This mail was received already."
    )

    @api.model
    def _detect_loop_sender_domain(self, email_from_normalized):
        return [("email_from", "=", email_from_normalized)]

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """One mail is one request; its files go through the same check as uploads.

        They are taken out of the mail, so that no unchecked one is kept with it.

        :raise AccessError: for whoever is not the mail gateway
        """
        self.check_access("create")
        box = self.env["ar.request.box"].browse((custom_values or {}).get("box_id"))
        box = box.sudo().exists()
        attached = msg_dict.pop("attachments", None) or []
        files, refused = self._ar_check(box.company_id, attached)
        sender = email_split(msg_dict.get("email_from") or "")[:1]
        email = address_of(sender[0]) if sender else ""
        subject = one_line(msg_dict.get("subject"), LINE_MAX)
        ref = msg_dict.get("message_id")
        known = self.sudo().search([("box_id", "=", box.id), ("message_ref", "=", ref)])
        if known:
            return known
        case = self._ar_case_of(box, email, subject, msg_dict)
        case._ar_keep_request_files(files)
        return self.sudo().create(
            {
                "box_id": box.id,
                "email_from": email,
                "subject": subject,
                "message_ref": ref,
                "case_id": case.id,
                "refused_files": "\n".join(refused),
            }
        )

    @api.model
    def _ar_case_of(self, box, email, subject, msg_dict):
        """The request that this mail is."""
        company = box.company_id
        Case = self.env["ar.case"].sudo().with_company(company)
        text = clean_text(html2plaintext(msg_dict.get("body") or ""), REASON_MAX)
        words = " ".join(filter(_may_be_number, f"{subject} {text}".split()))
        user = box._ar_user_of(email)
        return Case._ar_request(
            {
                "source": "mail",
                "source_key": f"{box.id}:{msg_dict.get('message_id')}",
                "company_id": company.id,
                "requester_id": user.id,
                "requester_email": email,
                "request_customer": subject,
                # The numbers that exist are for the collector: the answer to the
                # sender does not tell which ones do.
                "move_ids": Case._ar_numbers(" ".join(numbers_of(words)), company).ids,
                "reason": "\n\n".join(filter(None, [subject, text])),
            }
        )

    @api.model
    def _ar_check(self, company, attached):
        """Check the files of a mail.

        :return: ``([(shown name, Checked)], [names that were not taken])``
        """
        scan = self.env["ar.portal.scan"]
        most = company.ar_portal_max_files
        limit = company.ar_portal_max_size * 1024 * 1024
        files, refused = [], []
        for name, content, *_info in attached:
            shown = display_name(name)
            data = content.encode() if isinstance(content, str) else content or b""
            try:
                if len(files) >= most or len(data) > limit:
                    refused.append(shown)
                else:
                    files.append((shown, scan._ar_check(data)))
            except Rejected:
                refused.append(shown)
        return files, refused


def _may_be_number(word):
    """Whether a word of a mail can be an invoice's number at all."""
    return 4 <= len(word) <= 40 and any(c.isdigit() for c in word)
