from odoo import api, fields, models


class ArStrategyEditor(models.Model):
    """What the form of a strategy tells about the choices made in it."""

    _inherit = "ar.strategy"

    is_mixed = fields.Boolean(compute="_compute_is_mixed")
    ladder_text = fields.Text("What this does", compute="_compute_ladder_text")

    @api.depends("step_ids.trigger")
    def _compute_is_mixed(self):
        for strategy in self:
            # A step for broken announcements stands beside the ladder.
            kinds = set(strategy.step_ids.mapped("trigger")) - {"due", "broken"}
            strategy.is_mixed = bool(kinds)

    @api.depends("unit", "carrier", "when_paid")
    @api.depends_context("lang")
    def _compute_ladder_text(self):
        for strategy in self:
            strategy.ladder_text = strategy._ar_ladder_text()

    def _ar_ladder_text(self):
        _ = self.env._
        if self.unit == "invoice":
            text = _(
                "Each invoice gets reminders of its own, by its own age. Those of one "
                "customer that leave on one day count as one contact."
            )
        elif self.when_paid == "stay":
            return _(
                "One contact tells everything that is late. The account keeps the "
                "step that it has reached, whichever invoice is paid, until nothing "
                "is late any more; then it begins anew."
            )
        elif self.carrier == "oldest":
            text = _(
                "One contact tells everything that is late. All invoices go together: "
                "the account stands at the highest step that an invoice still open "
                "has reached."
            )
        else:
            text = _(
                "One contact tells everything that is late. Each invoice climbs its "
                "own ladder; the one at the highest step leads, the others go along."
            )
        return f"{text} {self._ar_when_paid_text()}"

    def _ar_when_paid_text(self):
        if self.when_paid == "restart":
            return self.env._(
                "When the oldest reminded invoice is paid, the ladder begins again at "
                "its first step for what was due before."
            )
        if self.unit == "invoice":
            return self.env._("A payment changes nothing for the other invoices.")
        return self.env._(
            "When the oldest invoice is paid, the next contact follows from the "
            "invoices that are left."
        )

    def _ar_sort_steps(self):
        """Number the steps of ladders counted from the due date alone.

        In a mixed ladder the order is the user's.
        """
        for strategy in self.filtered(lambda s: not s.is_mixed):
            steps = strategy.with_context(active_test=False).step_ids
            steps = steps.sorted(lambda s: (s.trigger == "broken", s.delay_days, s.id))
            for number, step in enumerate(steps, start=1):
                if step.sequence != number * 10:
                    step.sequence = number * 10
