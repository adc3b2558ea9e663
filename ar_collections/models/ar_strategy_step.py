from odoo import api, fields, models

CHANNELS = [
    ("email", "E-mail"),
    ("sms", "SMS"),
    ("letter", "Letter"),
    ("call", "Phone call"),
    ("task", "Task for a colleague"),
]


class ArStrategyStep(models.Model):
    """One rung of the ladder."""

    _name = "ar.strategy.step"
    _description = "Step of a collection strategy"
    _order = "strategy_id, delay_days, sequence, id"

    strategy_id = fields.Many2one(
        "ar.strategy", required=True, ondelete="cascade", index=True
    )
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    delay_days = fields.Integer(
        "Days after due date", required=True, help="Negative: before the due date."
    )
    channel = fields.Selection(CHANNELS, default="email", required=True)
    mode = fields.Selection(
        [("strategy", "As the strategy"), ("manual", "A person sends")],
        default="strategy",
        required=True,
        help="Which of these contacts a person sends, whatever the strategy does.",
    )
    recipient = fields.Selection(
        [
            ("billing", "Billing contact"),
            ("collections", "Collections contact"),
            ("escalated", "Escalated contact"),
        ],
        default="billing",
        required=True,
    )
    tone = fields.Selection(
        [
            ("courtesy", "Courtesy"),
            ("reminder", "Reminder"),
            ("firm", "Firm"),
            ("last", "Last before formal notice"),
        ],
        default="reminder",
        required=True,
    )
    template_id = fields.Many2one(
        "mail.template",
        domain=[("model", "=", "ar.reminder")],
        help="Subject and text of the e-mail, in the language of the customer.",
    )
    active = fields.Boolean(default=True)

    @api.depends("name", "delay_days")
    def _compute_display_name(self):
        for step in self:
            step.display_name = self.env._(
                "%(name)s (D%(days)+d)", name=step.name or "", days=step.delay_days
            )
