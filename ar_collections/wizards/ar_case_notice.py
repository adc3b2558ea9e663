import base64
import io

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.pdf import PdfFileReader

from ..engine.case_states import CaseState
from ..models.ar_case_contact import WAITING
from .download import download_action


class ArCaseNoticeWizard(models.TransientModel):
    """Prepare a formal notice, look at it, and let it go as every contact goes."""

    _name = "ar.case.notice"
    _description = "Formal notice"

    case_id = fields.Many2one("ar.case", "Recovery case", required=True, readonly=True)
    company_id = fields.Many2one(related="case_id.company_id")
    partner_id = fields.Many2one(related="case_id.partner_id")
    currency_id = fields.Many2one(related="case_id.currency_id")
    way = fields.Selection(
        [
            ("registered", "Registered letter"),
            ("letter", "Letter"),
            ("email", "E-mail"),
        ],
        "Goes by",
        default="registered",
        required=True,
    )
    post_number = fields.Char(
        "Number of the post", help="May be entered later, once it is posted."
    )
    deadline = fields.Date("Pay by", required=True)
    signatory_id = fields.Many2one(
        "res.users",
        "Signed by",
        required=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    collector_id = fields.Many2one(
        "res.partner",
        "Collected by",
        domain="[('is_company', '=', True)]",
        help="Whoever collects for us, when it is not ourselves: its letter then has "
        "the contents that article R124-4 asks for.",
    )
    upload = fields.Binary(
        "Own document", help="A PDF that goes in the place of the one made here."
    )
    upload_name = fields.Char()
    warnings = fields.Text("To know before it goes", compute="_compute_warnings")
    document = fields.Binary("Preview", readonly=True, attachment=True)
    document_name = fields.Char(readonly=True)

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        case = self.env["ar.case"].browse(values.get("case_id"))
        if case:
            values.setdefault("deadline", case._ar_notice_deadline())
            signatory = case.notice_signatory_id or case.user_id or self.env.user
            values.setdefault("signatory_id", signatory.id)
            values.setdefault("collector_id", case.notice_collector_id.id)
            upload = case.sudo().notice_upload_id
            if upload:
                values |= {"upload": upload.datas, "upload_name": upload.name}
        return values

    @api.depends("case_id", "way", "deadline", "collector_id", "upload")
    @api.depends_context("uid")
    def _compute_warnings(self):
        for wizard in self:
            told = wizard.case_id._ar_notice_warnings() if wizard.case_id else []
            told += wizard._ar_own_warnings()
            wizard.warnings = "\n".join(told)

    def _ar_own_warnings(self):
        _, case, told = self.env._, self.case_id, []
        if not case:
            return told
        today = case.company_id._ar_today()
        if self.deadline and (self.deadline - today).days < 8:
            told.append(_("Less than eight days to pay: a court may find it short."))
        if self.way == "email":
            told.append(
                _("An e-mail proves less than a registered letter: keep the answer.")
            )
        if self.upload:
            told.append(
                _("Your own document goes as it is: nothing in it is checked here.")
            )
        if self.collector_id and not self.collector_id.city:
            told.append(
                _("%(name)s has no address.", name=self.collector_id.display_name)
            )
        return told

    # What it does.

    def _ar_keep_choices(self):
        """Note on the case who signs, who collects, and the own document."""
        self.ensure_one()
        case = self.case_id
        case.check_access("write")
        today = case.company_id._ar_today()
        if self.deadline <= today:
            raise UserError(self.env._("The day to pay by is still to come."))
        values = {
            "notice_signatory_id": self.signatory_id.id,
            "notice_collector_id": self.collector_id.id,
            "notice_deadline": self.deadline,
        }
        if self.upload:
            values["notice_upload_id"] = self._ar_keep_upload().id
        else:
            values["notice_upload_id"] = False
        case.sudo().write(values)

    def _ar_keep_upload(self):
        raw = base64.b64decode(self.upload)
        kept = self.case_id.sudo().notice_upload_id
        if kept.raw == raw:
            return kept
        if not _is_pdf(raw):
            raise UserError(self.env._("The document is no PDF that can be read."))
        return (
            self.env["ir.attachment"]
            .sudo()
            .create(
                {
                    "name": self.upload_name or "formal-notice.pdf",
                    "raw": raw,
                    "mimetype": "application/pdf",
                    "res_model": "ar.case",
                    "res_id": self.case_id.id,
                }
            )
        )

    def _ar_registered(self):
        return (self.post_number or "") if self.way == "registered" else None

    def action_preview(self):
        """Make the PDF as it would be now, to look at it."""
        self._ar_keep_choices()
        case = self.case_id._ar_notice_told()
        self.write(
            {
                "document": base64.b64encode(
                    case._ar_notice_pdf(self._ar_registered(), self.deadline)
                ),
                "document_name": f"{case._ar_notice_name()}.pdf",
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Formal notice"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_download(self):
        """Hand the preview to the browser."""
        return download_action(self)

    def action_send(self):
        """Let it go: an e-mail leaves within moments, a letter is printed.

        The case goes to the stage of the formal notice first, when it is not there.

        :return: the action that prints the letter, or that closes the dialog
        """
        self._ar_keep_choices()
        case = self.case_id
        self._ar_to_stage()
        reminder = self._ar_contact()
        # What the person chose stands when the pipeline counts the time again.
        case.sudo().deadline = self.deadline
        if self.way == "email":
            reminder.with_env(self.env)._ar_approve()
            return {"type": "ir.actions.act_window_close"}
        return reminder.with_env(self.env).action_print()

    def _ar_to_stage(self):
        case = self.case_id
        if case.stage_id.template == "formal_notice":
            return
        stages = self.env["ar.case.stage"]._ar_of(
            case.company_id, CaseState.FORMAL_NOTICE
        )
        stage = stages.filtered(lambda s: s.template == "formal_notice")[:1]
        if not stage:
            raise UserError(
                self.env._("No stage of the company makes a formal notice.")
            )
        case._ar_go(stage)

    def _ar_contact(self):
        """The contact of the stage, on the way that was chosen."""
        case = self.case_id.sudo()
        case._ar_plan_contact()
        waiting = case.reminder_ids.filtered(
            lambda r: r.state in WAITING and r.case_stage_id == case.stage_id
        )[:1]
        if not waiting:
            fact = self.env["ar.facts"]._ar_load(case.debtor_id)[case.debtor_id.id]
            values = case._ar_contact_values(fact, False)
            waiting = self.env["ar.reminder"].sudo().create(values)
        waiting.write(
            {
                "channel": "email" if self.way == "email" else "letter",
                "registered": self.way == "registered",
                "post_number": self.post_number or False,
                "user_id": self.signatory_id.id,
                **({} if self.way == "email" else {"provider": "print"}),
            }
        )
        return waiting


def _is_pdf(raw):
    if not raw.startswith(b"%PDF-"):
        return False
    try:
        return PdfFileReader(io.BytesIO(raw), strict=False).numPages > 0
    except Exception:
        return False
