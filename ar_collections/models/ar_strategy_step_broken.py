from odoo import api, fields, models

from ..engine.broken import TRIGGER


class ArStrategyStepBroken(models.Model):
    """A step beside the ladder: an announced payment did not come."""

    _inherit = "ar.strategy.step"

    trigger = fields.Selection(
        selection_add=[(TRIGGER, "Announced payment that did not come")],
        ondelete={TRIGGER: "cascade"},
    )

    @api.depends("name", "trigger")
    @api.depends_context("lang")
    def _compute_display_name(self):
        beside = self.filtered(lambda step: step.trigger == TRIGGER)
        for step in beside:
            step.display_name = step.name or ""
        return super(ArStrategyStepBroken, self - beside)._compute_display_name()

    def _ar_when_text(self):
        if self.trigger != TRIGGER:
            return super()._ar_when_text()
        if not self.delay_days:
            return self.env._("As soon as an announced payment has not come")
        return self.env._(
            "%(days)d days after an announced payment has not come",
            days=self.delay_days,
        )
