from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ArStrategyStepChannels(models.Model):
    """What a step says by SMS, and which colleague a step gives a task to."""

    _inherit = "ar.strategy.step"

    sms_template_id = fields.Many2one(
        "sms.template",
        "Text of the SMS",
        domain=[("model", "=", "ar.reminder")],
        ondelete="restrict",
        help="Empty: the text of the step's tone.",
    )
    task_user_kind = fields.Selection(
        [
            ("collector", "The collector"),
            ("salesperson", "The salesperson of the customer"),
            ("named", "A colleague by name"),
        ],
        "Task for",
        default="collector",
        required=True,
    )
    task_user_id = fields.Many2one("res.users", "Colleague", ondelete="restrict")
    task_text = fields.Char("What to do", translate=True)
    task_days = fields.Integer("Days to do it", default=2)

    @api.constrains("channel", "task_user_kind", "task_user_id")
    def _check_task_user(self):
        for step in self:
            named = step.channel == "task" and step.task_user_kind == "named"
            if named and not step.task_user_id:
                raise ValidationError(
                    self.env._("Step “%(name)s”: name the colleague.", name=step.name)
                )
