from odoo import api, fields, models
from odoo.tools import format_date

from ..engine.decide import contact_limits
from ..engine.states import ReminderState

PLACEHOLDERS = ("case_name", "case_deadline_text", "case_stage_text")
#: Words of the letters, where the stage has none of its own.
TEMPLATES = {
    "reminder": "ar_collections.mail_template_case",
    "formal_notice": "ar_collections.mail_template_case_notice",
}


class ArReminderCase(models.Model):
    """A contact of a recovery case leaves as every contact does."""

    _inherit = "ar.reminder"

    case_id = fields.Many2one(
        "ar.case",
        "Recovery case",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
    )
    case_stage_id = fields.Many2one(
        "ar.case.stage", "Stage", readonly=True, copy=False, ondelete="set null"
    )
    case_withdrawn_on = fields.Date("Cancelled on", readonly=True, copy=False)
    case_withdrawn_reason = fields.Char("Why cancelled", readonly=True, copy=False)
    purpose = fields.Selection(selection_add=[("case", "Recovery case")])
    case_name = fields.Char("Reference of the case", compute="_compute_case_parts")
    case_deadline_text = fields.Char(
        "Deadline of the letter", compute="_compute_case_parts"
    )
    case_stage_text = fields.Char("Stage of the case", compute="_compute_case_parts")

    def mail_allowed_qweb_expressions(self):
        return (
            *super().mail_allowed_qweb_expressions(),
            *(f"object.{name}" for name in PLACEHOLDERS),
        )

    @api.depends("case_id", "content")
    @api.depends_context("lang")
    def _compute_case_parts(self):
        for reminder in self:
            case = reminder.sudo().case_id.with_context(lang=self.env.lang)
            day = ((reminder.content or {}).get("case") or {}).get("deadline")
            day = day or case.deadline
            stage = reminder.sudo().case_stage_id.with_context(lang=self.env.lang)
            reminder.case_name = case.name or ""
            reminder.case_stage_text = stage.name or ""
            reminder.case_deadline_text = (
                format_date(self.env, day, date_format="d MMMM y") if day else ""
            )

    def _ar_template(self):
        if self.purpose != "case":
            return super()._ar_template()
        stage = self.sudo().case_stage_id
        template = stage.mail_template_id
        if not template:
            template = self.env.ref(
                TEMPLATES.get(stage.template, TEMPLATES["reminder"])
            )
        return template.sudo()

    def _ar_mail_key(self):
        # About one case alone: it shares no e-mail with reminders.
        return None if self.purpose == "case" else super()._ar_mail_key()

    def _ar_make_content(self, fact):
        content = super()._ar_make_content(fact)
        if self.purpose == "case":
            case = self.sudo().case_id
            if self.state == ReminderState.APPROVED.value:
                case._ar_restart_clock()
            content["case"] = {
                "name": case.name,
                "deadline": fields.Date.to_string(case.deadline or None),
            }
        return content

    def _ar_prepare(self):
        """A contact that nobody approved waits for the limits of the account."""
        early = self._ar_case_too_early()
        going = self - early
        return super(ArReminderCase, going)._ar_prepare() if going else {}

    def _ar_case_too_early(self):
        """Automatic contacts of cases whose account was contacted too lately."""
        waiting = self.filtered(
            lambda r: r.purpose == "case" and r.state == ReminderState.PLANNED.value
        )
        early = self.browse()
        if not waiting:
            return early
        facts = self.env["ar.facts"]._ar_load(waiting.debtor_id.sudo())
        for reminder in waiting:
            day = contact_limits(facts[reminder.debtor_id.id])
            if day:
                case = reminder.sudo().case_id
                reminder.release_at = case._ar_contact_moment(day, automatic=True)
                early |= reminder
        return early
