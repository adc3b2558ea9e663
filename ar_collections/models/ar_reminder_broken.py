from odoo import api, fields, models
from odoo.tools import format_date

from ..engine.broken import TRIGGER


class ArReminderBroken(models.Model):
    """A reminder about a payment that was announced and did not come."""

    _inherit = "ar.reminder"

    announced_text = fields.Char(
        "Payments that did not come", compute="_compute_announced_text"
    )

    @api.depends("reasons")
    @api.depends_context("lang")
    def _compute_announced_text(self):
        for reminder in self:
            days = sorted(
                {
                    reason["params"]["date"]["date"]
                    for reason in reminder.reasons or ()
                    if reason["code"] == "notice_broken"
                }
            )
            reminder.announced_text = ", ".join(
                format_date(reminder.env, day) for day in days
            )

    def mail_allowed_qweb_expressions(self):
        return (*super().mail_allowed_qweb_expressions(), "object.announced_text")

    def _ar_template(self):
        step = self.step_id.sudo()
        if step.trigger == TRIGGER and not step.template_id:
            return self.env.ref("ar_collections.mail_template_broken").sudo()
        return super()._ar_template()
