from datetime import timedelta

from odoo import api, models

from ..engine.plan_states import PLAN_IN_FORCE, PlanState

#: Plans that suspend late interest; one that fails or is cancelled does no longer.
SUSPENDING = {*(state.value for state in PLAN_IN_FORCE), PlanState.KEPT.value}


class ArClaimPlan(models.Model):
    """A plan may suspend late interest: a favour that ends when it fails."""

    _inherit = "ar.claim"

    @api.model
    def _ar_rules(self, debtor, as_of, table, regime):
        rule = super()._ar_rules(debtor, as_of, table, regime)
        rule["plans"] = {
            part.move_id.id: plan.accepted_on
            for plan in debtor.sudo().plan_ids
            if plan.freeze_claims and plan.accepted_on and plan.state in SUSPENDING
            for part in plan.part_ids
        }
        return rule

    def _ar_compute_interest(self, rows, rule):
        accepted = rule["plans"].get(rows[0]["move_id"])
        if accepted:
            last = min(rule["until"], accepted - timedelta(days=1))
            rule = {**rule, "until": last}
        return super()._ar_compute_interest(rows, rule)
