from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine.facts import Step

CHANNELS = [
    ("email", "E-mail"),
    ("sms", "SMS"),
    ("letter", "Letter"),
    ("call", "Phone call"),
    ("task", "Task for a colleague"),
]

#: What the days of a step count from.
TRIGGERS = [
    ("due", "Due date"),
    ("invoice", "Invoice date"),
    ("previous", "Previous contact"),
    ("status", "Status at the buyer"),
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
    trigger = fields.Selection(
        TRIGGERS,
        "Counted from",
        default="due",
        required=True,
        help="What the days of this step count from.",
    )
    status_code = fields.Selection(
        "_ar_platform_statuses",
        "Status at the buyer",
        help="The step counts from the day on which the buyer's platform told it, "
        "as long as it is the last status told.",
    )
    delay_days = fields.Integer(
        "Days", required=True, help="Negative: before the due date."
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

    @api.model
    def _ar_platform_statuses(self):
        """Canonical statuses of an invoice on its platform, as (code, label).

        Those who read platforms tell them.
        """
        return []

    @api.depends("name", "delay_days", "trigger")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for step in self:
            name, days = step.name or "", step.delay_days
            if step.trigger == "due":
                step.display_name = self.env._(
                    "%(name)s (D%(days)+d)", name=name, days=days
                )
            else:
                step.display_name = self.env._(
                    "%(name)s (%(days)+d)", name=name, days=days
                )

    @api.constrains("trigger", "status_code", "delay_days", "sequence")
    def _check_trigger(self):
        for step in self:
            if step.trigger == "status" and not step.status_code:
                raise ValidationError(
                    self.env._(
                        "Step “%(name)s” counts from a status of the buyer's "
                        "platform: choose which one.",
                        name=step.name,
                    )
                )
            if step.trigger == "due":
                continue
            if step.delay_days < 0:
                raise ValidationError(
                    self.env._(
                        "Step “%(name)s”: only the due date can be counted backwards.",
                        name=step.name,
                    )
                )
            first = min(
                step.strategy_id.step_ids.filtered(lambda s: s.trigger != "broken"),
                default=step.browse(),
                key=lambda s: (s.sequence, s.delay_days, s.id),
            )
            if step.trigger == "previous" and step == first:
                raise ValidationError(
                    self.env._(
                        "Step “%(name)s” counts from the previous contact: put it "
                        "below another step.",
                        name=step.name,
                    )
                )

    def _ar_ladder_steps(self):
        """These steps for the engine (``engine.facts.Step``)."""
        return tuple(
            Step(
                id=step.id,
                name=step.name,
                delay=step.delay_days,
                channel=step.channel,
                mode=(
                    "manual"
                    if step.mode == "manual" or step.channel == "call"
                    else step.strategy_id.mode
                ),
                trigger=step.trigger,
                status=step.status_code or None,
                rank=step.sequence,
            )
            for step in self
        )
