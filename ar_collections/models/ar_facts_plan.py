import json
from collections import defaultdict
from dataclasses import replace
from datetime import date

from odoo import api, models

from ..engine.instalments import Instalment
from ..engine.past import rewind
from ..engine.plan_states import PLAN_IN_FORCE, PLAN_OPEN
from ..engine.planned import Plan, with_plans

#: Plans of some accounts, with their instalments and parts in cents, in one row each.
PLANS_SQL = """
SELECT p.debtor_id, p.id, p.name, p.state, p.fail_rule, p.grace_days,
       COALESCE(p.deposit_first, FALSE), p.answer_by,
       (SELECT jsonb_agg(jsonb_build_array(l.due_date, round(l.amount * u.unit)::bigint)
                         ORDER BY l.due_date, l.id)::text
          FROM ar_payment_plan_line l WHERE l.plan_id = p.id),
       (SELECT jsonb_agg(jsonb_build_array(i.item_id, round(i.amount * u.unit)::bigint,
                                           m.state = 'posted'
                                           AND item.debtor_id = p.debtor_id)
                         ORDER BY i.id)::text
          FROM ar_payment_plan_part i
          JOIN account_move m ON m.id = i.move_id
          LEFT JOIN ar_item item ON item.id = i.item_id
         WHERE i.plan_id = p.id)
  FROM ar_payment_plan p
  JOIN res_currency c ON c.id = p.currency_id
 CROSS JOIN LATERAL (SELECT power(10::numeric, -round(log(c.rounding))) AS unit) u
 WHERE p.debtor_id = ANY(%(debtors)s) AND p.state = ANY(%(states)s)
 ORDER BY p.id
"""


class ArFactsPlan(models.AbstractModel):
    """Items in an instalment plan are told by its instalments."""

    _inherit = "ar.facts"

    def _ar_load_company(self, company, debtors, as_of, lines, history=None, walk=None):
        facts = super()._ar_load_company(
            company, debtors, as_of, lines, history=history, walk=walk
        )
        kept = self._ar_once(walk, "plans", lambda: self._ar_plans(debtors, history))
        for debtor_id, told in kept.items():
            plans = [
                replace(plan, state=rewind(plan.state, changes, as_of))
                for plan, changes in told
            ]
            if debtor_id in facts:
                fact = facts[debtor_id]
                items = with_plans(fact.items, plans, as_of)
                facts[debtor_id] = replace(fact, items=items)
        return facts

    def _ar_plans(self, debtors, history=None, states=None):
        """Plans that may cover something, with what became of them since.

        :param history: of a past day: plans that have ended count too
        :param states: only plans in one of these
        :return: ``{debtor id: [(engine.planned.Plan, [engine.past.Change])]}``
        """
        states = states or [state.value for state in PLAN_OPEN]
        if history:
            states = self.env["ar.payment.plan"]._fields["state"].get_values(self.env)
        rows = self._ar_rows(PLANS_SQL, debtors=debtors.ids, states=list(states))
        ids = [row[1] for row in rows]
        changes = self._ar_changed("ar.payment.plan", ids, "state", history)
        found = defaultdict(list)
        for debtor_id, plan_id, *values in rows:
            since = changes.get(plan_id, ())
            found[debtor_id].append((_plan(plan_id, *values), since))
        return dict(found)

    @api.model
    def _ar_by_instalment(self, debtor, lines):
        """Receivable lines of now, those in a plan once per instalment to pay.

        :param debtor: ``ar.debtor``
        :param lines: its lines, as :meth:`_ar_lines` tells them
        :return: the lines; of a plan with ``due_date``, ``amount``, ``residual`` of
            the instalment, and its ``instalment`` (``{"rank", "count"}``)
        """
        told = self._ar_plans(debtor, states=[state.value for state in PLAN_IN_FORCE])
        today, found = debtor.company_id._ar_today(), {}
        residuals = {ln["item_id"]: ln["residual"] for ln in lines if ln["item_id"]}
        for plan, _changes in told.get(debtor.id, ()):
            count = len(plan.instalments)
            for item_id, cut in plan.cut(residuals, today).items():
                found[item_id] = [(one, count) for one in cut]
        return [
            one
            for line in lines
            for one in (
                _slices(line, found[line["item_id"]])
                if line["item_id"] in found
                else [line]
            )
        ]


def _slices(line, cut):
    """One line per instalment; what the plan does not cover keeps its own date."""
    told = [
        {
            **line,
            "due_date": due,
            "amount": cents,
            "residual": cents,
            "instalment": {"rank": rank, "count": count},
        }
        for (rank, due, cents), count in cut
    ]
    rest = line["residual"] - sum(one["residual"] for one in told)
    return told + ([{**line, "residual": rest}] if rest else [])


def _plan(plan_id, name, state, rule, grace, deposit_first, answer_by, lines, parts):
    covered = json.loads(parts or "[]")
    return Plan(
        id=plan_id,
        number=name,
        state=state,
        instalments=tuple(
            Instalment(date.fromisoformat(due), cents)
            for due, cents in json.loads(lines or "[]")
        ),
        parts={item: cents for item, cents, ours in covered if ours},
        rule=rule,
        grace=grace,
        deposit_first=deposit_first,
        answer_by=answer_by,
        # Back in draft, or another customer's by now: nobody has paid it.
        away=sum(cents for _item, cents, ours in covered if not ours),
    )
