from odoo import api, fields, models


class ArDebtorWorklist(models.Model):
    """A line of the worklist: what to do comes first, so that nothing is cut."""

    _inherit = "ar.debtor"

    todo_line = fields.Char("What and why", compute="_compute_todo_line")
    late_promise_count = fields.Integer(
        "Broken promises", compute="_compute_late_promise_count"
    )

    @api.depends("decision", "next_step_id", "verdict")
    @api.depends_context("lang")
    def _compute_todo_line(self):
        for debtor in self:
            debtor.todo_line = debtor._ar_todo() or debtor.decision_line

    def _ar_todo(self):
        """Step and oldest invoice of an account to chase; False for the others."""
        reasons = (self.decision or {}).get("reasons") or ()
        due = [r["params"] for r in reasons if r["code"] == "step_due"]
        if self.verdict != "chase" or not due:
            return False
        late = max(due, key=lambda params: params["days"])
        step = self.next_step_id.name or late["step"]
        others = len(due) - 1
        words = self.env._(
            "%(step)s · %(number)s, D%(days)+d",
            step=step,
            number=late["number"],
            days=late["days"],
        )
        if others:
            words = self.env._("%(words)s · %(count)d more", words=words, count=others)
        return words

    @api.depends("notice_ids.state")
    def _compute_late_promise_count(self):
        counts = dict(
            self.env["ar.payment.notice"]._read_group(
                [("debtor_id", "in", self.ids), ("state", "=", "broken")],
                ["debtor_id"],
                ["__count"],
            )
        )
        for debtor in self:
            debtor.late_promise_count = counts.get(debtor, 0)
