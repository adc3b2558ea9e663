from odoo import api, fields, models

PLACEHOLDERS = (
    "dispute_invoice",
    "dispute_amount",
    "dispute_reason",
    "dispute_by",
    "dispute_answer",
    "dispute_note",
)


class ArReminderDispute(models.Model):
    """A message about a dispute: its words, taken when it leaves."""

    _inherit = "ar.reminder"

    dispute_id = fields.Many2one(
        "ar.dispute",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
    )
    purpose = fields.Selection(selection_add=[("info", "Information")])
    dispute_invoice = fields.Char("Disputed invoice", compute="_compute_dispute_words")
    dispute_amount = fields.Char("Disputed part", compute="_compute_dispute_words")
    dispute_reason = fields.Char("Reason told", compute="_compute_dispute_words")
    dispute_by = fields.Char("Answer promised by", compute="_compute_dispute_words")
    dispute_answer = fields.Char("Answer told", compute="_compute_dispute_words")
    dispute_note = fields.Text("Words added", compute="_compute_dispute_words")

    def mail_allowed_qweb_expressions(self):
        return (
            *super().mail_allowed_qweb_expressions(),
            *(f"object.{name}" for name in PLACEHOLDERS),
        )

    @api.depends("dispute_id")
    @api.depends_context("lang")
    def _compute_dispute_words(self):
        for reminder in self:
            dispute = reminder.sudo().dispute_id.with_context(lang=self.env.lang)
            reminder.update(
                dispute._ar_words() if dispute else dict.fromkeys(PLACEHOLDERS, "")
            )

    def _ar_about(self):
        """``opened`` or ``closed``: what this message tells of its dispute."""
        return self.unit_key.split(":")[2]

    def _ar_template(self):
        if self.purpose != "info" or not self.dispute_id:
            return super()._ar_template()
        name = f"ar_collections.mail_template_dispute_{self._ar_about()}"
        return self.env.ref(name).sudo()

    def _ar_mail_key(self):
        # About one invoice alone: it shares no e-mail with reminders.
        return None if self.purpose == "info" else super()._ar_mail_key()

    def _ar_event(self, kind, summary, **values):
        if self.purpose == "info" and self.dispute_id:
            values["move_ids"] = self.sudo().dispute_id.move_id.ids
        return super()._ar_event(kind, summary, **values)
