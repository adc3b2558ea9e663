from odoo import api, models

from ..engine.plan_states import PLAN_IN_FORCE, PlanState

#: Plans that the ledger judges: a plan that was kept is judged again when a
#: matching is undone.
JUDGED = [*(state.value for state in PLAN_IN_FORCE), PlanState.KEPT.value]


class ArPaymentPlanJudge(models.Model):
    """What the ledger received tells where a plan stands."""

    _inherit = "ar.payment.plan"

    @api.model
    def _ar_judge(self, debtors, lines):
        """Judge the plans of these accounts.

        :param lines: receivable lines that are open now, with their items
        """
        told = self.env["ar.facts"]._ar_plans(debtors, states=JUDGED)
        if not told:
            return
        residuals = {ln["item_id"]: ln["residual"] for ln in lines}
        facts = {fact.id: fact for plans in told.values() for fact, _changes in plans}
        # As one recordset, so that the plans are read together.
        for plan in self.browse(facts):
            plan._ar_judge_one(facts[plan.id], residuals)

    def _ar_judge_one(self, fact, residuals):
        """Keep what was received, and move the plan where its rule puts it.

        :param fact: :class:`engine.planned.Plan`
        :param residuals: ``{item id: open cents}``
        """
        left = dict(fact.left(residuals))
        self._ar_keep_received(fact, left)
        if not left:
            if self.state == PlanState.ACCEPTED.value:
                self._update_state(PlanState.RUNNING)
            self._ar_end(PlanState.KEPT, "plan_kept", actor="ar")
            return
        failing, today = fact.fails_on(residuals), self.company_id._ar_today()
        if self.state == PlanState.KEPT.value:
            values = {"ended_on": False, "end_reason": False}
            self._update_state(PlanState.RUNNING, values)._ar_event(
                "plan_reopened", "ar"
            )
        deposit = 1 not in left or not fact.deposit_first
        if self.state == PlanState.ACCEPTED.value and deposit:
            self._update_state(PlanState.RUNNING)._ar_event("plan_started", "ar")
        if failing <= today:
            self._ar_fail(left)

    def _ar_keep_received(self, fact, left):
        """Write what differs of the amounts received."""
        unit = 10**self.currency_id.decimal_places
        lines = self._ar_instalments()
        for rank, line in enumerate(lines, 1):
            still = left[rank].cents if rank in left else 0
            received = line.amount - still / unit
            if line.currency_id.compare_amounts(line.amount_received, received):
                line.amount_received = line.currency_id.round(received)
        total = sum(lines.mapped("amount_received"))
        if self.currency_id.compare_amounts(self.amount_received, total):
            self.amount_received = total

    def _ar_fail(self, left):
        """The plan fails as a whole; its collector is told."""
        missed = min(one.due for one in left.values())
        say = self._ar_told()
        reason = say.env._(
            "The instalment of %(date)s was not paid.", date=say._ar_day(missed)
        )
        if not self._ar_end(PlanState.FAILED, "plan_failed", reason, actor="ar"):
            return
        self.debtor_id._ar_alert(
            "plan",
            say.env._("%(plan)s has failed: %(why)s", plan=self.name, why=reason),
            self.user_id,
            key=self.name,
        )
