import logging

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)
TEMPLATE = "ar_collections.mail_template_plan"


class ArReminderPlan(models.Model):
    """The proposal of an instalment plan leaves as every contact does."""

    _inherit = "ar.reminder"

    plan_id = fields.Many2one(
        "ar.payment.plan",
        "Instalment plan",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
    )
    purpose = fields.Selection(selection_add=[("plan", "Instalment plan")])
    instalments_html = fields.Html(
        "Table of instalments", compute="_compute_plan_parts", sanitize=False
    )
    plan_answer_text = fields.Char(
        "Answer awaited until", compute="_compute_plan_parts"
    )

    def mail_allowed_qweb_expressions(self):
        return (
            *super().mail_allowed_qweb_expressions(),
            "object.instalments_html",
            "object.plan_answer_text",
        )

    @api.depends("plan_id")
    @api.depends_context("lang")
    def _compute_plan_parts(self):
        for reminder in self:
            plan = reminder.sudo().plan_id.with_context(lang=self.env.lang)
            if not plan:
                reminder.update({"instalments_html": "", "plan_answer_text": ""})
                continue
            told = plan._ar_document_values()
            values = {"plan": told}
            reminder.instalments_html = plan.env["ir.qweb"]._render(
                "ar_collections.plan_table", values
            )
            reminder.plan_answer_text = told["answer_by"]

    def _ar_template(self):
        if self.purpose == "plan":
            return self.env.ref(TEMPLATE).sudo()
        return super()._ar_template()

    def _ar_mail_key(self):
        # About one debt alone: it shares no e-mail.
        return None if self.purpose == "plan" else super()._ar_mail_key()

    def _ar_make_content(self, fact):
        content = super()._ar_make_content(fact)
        if self.purpose == "plan":
            content["plan"] = self.sudo().plan_id._ar_payload()
        return content

    def _ar_print_statements(self):
        documents = super()._ar_print_statements()
        for plan in self.filtered(lambda r: r.purpose == "plan").plan_id.sudo():
            try:
                with self.env.cr.savepoint():
                    documents.append((plan._ar_document_name(), plan._ar_document()))
            except OperationalError:
                raise
            except UserError as error:
                # The table stands in the e-mail too.
                _logger.warning("No PDF of plan %s: %s", plan.name, error)
        return documents
