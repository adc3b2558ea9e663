import json

from odoo import api, fields, models

from ..engine.plan_states import PLAN_OPEN, PlanState
from .ar_debtor_refresh import _units


class ArDebtorPlanInstalments(models.Model):
    """Plans of an account: judged when it is refreshed, kept on its items."""

    _inherit = "ar.debtor"

    plan_ids = fields.One2many("ar.payment.plan", "debtor_id", readonly=True)
    open_plan_count = fields.Integer(compute="_compute_open_plan_count")

    def _compute_open_plan_count(self):
        states = ["draft", *(state.value for state in PLAN_OPEN)]
        counts = dict(
            self.env["ar.payment.plan"]._read_group(
                [("debtor_id", "in", self.ids), ("state", "in", states)],
                ["debtor_id"],
                ["__count"],
            )
        )
        for debtor in self:
            debtor.open_plan_count = counts.get(debtor, 0)

    def action_open_plans(self):
        """Instalment plans of this account."""
        return self._ar_action("ar_payment_plan_action")

    def action_new_plan(self):
        """Prepare an instalment plan for what this account owes."""
        self.ensure_one()
        items = self.open_item_ids.filtered(
            lambda i: not i.is_credit and not i.scope_code and not i.instalments
        )
        return items._ar_plan_wizard()

    def _ar_sync_chunk(self, partner_ids):
        debtors, lines = super()._ar_sync_chunk(partner_ids)
        self.env["ar.payment.plan"].sudo()._ar_judge(debtors, lines)
        return debtors, lines

    def _ar_store(self, decided):
        result = super()._ar_store(decided)
        rows = {}
        for fact, _decision in decided.values():
            company = self.env["res.currency"]._ar_of(fact.currency)
            for item in fact.items:
                if item.slices:
                    told = _in_company(item, company.decimal_places)
                    rows[item.id] = json.dumps(told)
        for item_id in self.env["ar.item"]._ar_in_plans(list(decided)):
            rows.setdefault(item_id, None)
        self.env["ar.item"]._ar_bulk_update(
            list(rows.items()), {"instalments": "jsonb"}
        )
        return result

    @api.model
    def _ar_recheck(self, reminders):
        """The proposal of a plan leaves while it is one."""
        plans = reminders.filtered(lambda r: r.purpose == "plan")
        others = reminders - plans
        told = super()._ar_recheck(others) if others else {}
        for reminder in plans:
            proposed = reminder.plan_id.sudo().state == PlanState.SENT.value
            told[reminder.id] = {
                "ok": proposed,
                "code": False if proposed else "plan_changed",
                "lines": [],
                "credits": [],
                "totals": {},
            }
        return told


def _in_company(item, places):
    """Instalments of an item in the currency of the company; their sum is exact."""
    told, done, given = [], 0, 0
    for rank, due, cents in item.slices:
        done += cents
        upto = item.company_residual * done // item.residual
        amount = str(_units(upto - given, places))
        told.append({"rank": rank, "due": due.isoformat(), "amount": amount})
        given = upto
    if done < item.residual:
        # Open again beyond what the plan covers.
        rest = str(_units(item.company_residual - given, places))
        told.append({"rank": 0, "due": item.due_date.isoformat(), "amount": rest})
    return told
