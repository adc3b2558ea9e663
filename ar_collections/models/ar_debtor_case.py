from collections import Counter

from odoo import api, fields, models

from ..engine.case_states import CaseOutcome
from ..engine.states import ReminderState
from .ar_case import OPEN_STATES
from .ar_debtor_plan import STOP_EVERYBODY


class ArDebtorCase(models.Model):
    """Recovery cases of an account: opened by the ladder, judged by the ledger."""

    _inherit = "ar.debtor"

    case_ids = fields.One2many("ar.case", "debtor_id", readonly=True)
    open_case_count = fields.Integer(compute="_compute_open_case_count")

    def _compute_open_case_count(self):
        counts = dict(
            self.env["ar.case"]._read_group(
                [
                    ("debtor_id", "in", self.ids),
                    ("state", "in", ["requested", *OPEN_STATES]),
                ],
                ["debtor_id"],
                ["__count"],
            )
        )
        for debtor in self:
            debtor.open_case_count = counts.get(debtor, 0)

    def action_open_cases(self):
        """Recovery cases of this account."""
        return self._ar_action("ar_case_action_all")

    def action_new_case(self):
        """Open a recovery case about what is late on this account."""
        self.ensure_one()
        self.check_access("write")
        today = self.company_id._ar_today()
        items = self.open_item_ids.filtered(
            lambda i: not i.is_credit and not i.scope_code and i.due_date < today
        )
        return items._ar_case_wizard(self)

    def write(self, vals):
        result = super().write(vals)
        if vals.get("insolvency"):
            self._ar_stop_cases()
        return result

    def _ar_stop_cases(self):
        """Insolvency stops every case; the claim is declared instead of sued for."""
        cases = self.sudo().case_ids.filtered(lambda c: c._ar_is_open())
        for case in cases:
            say = case._ar_told()
            why = say.env._("Proceedings were opened: the claim is to be declared.")
            case.with_env(self.env)._ar_close(CaseOutcome.INSOLVENCY, why)
            debtor = case.debtor_id
            if debtor.insolvency_declared_on:
                continue
            debtor._ar_alert(
                "insolvency",
                say.env._(
                    "%(case)s is stopped: declare the claim in the proceedings",
                    case=case.name,
                ),
                case.user_id,
                key=case.name,
            )

    def _ar_sync_chunk(self, partner_ids):
        debtors, lines = super()._ar_sync_chunk(partner_ids)
        self.env["ar.case"].sudo()._ar_judge(debtors)
        return debtors, lines

    def _ar_plan_chunk(self, partner_ids):
        summary = super()._ar_plan_chunk(partner_ids)
        opened = self._ar_open_cases_of_plan(partner_ids)
        if opened:
            summary.update(cases=opened)
        return summary

    def _ar_open_cases_of_plan(self, partner_ids):
        """Steps that open a case do so instead of writing, once per item.

        :return: how many were opened
        """
        reminders = self.env["ar.reminder"].search(
            [
                ("debtor_id.partner_id", "in", partner_ids),
                ("state", "=", ReminderState.PLANNED.value),
                ("purpose", "=", "ladder"),
                ("step_id.opens_case", "=", True),
            ]
        )
        return sum(reminder._ar_open_case() for reminder in reminders)

    # What a contact of a case says when it leaves.

    @api.model
    def _ar_recheck(self, reminders):
        about = reminders.filtered(lambda r: r.purpose == "case")
        others = reminders - about
        told = super()._ar_recheck(others) if others else {}
        return told | self._ar_recheck_cases(about)

    def _ar_recheck_cases(self, reminders):
        """What the case may ask for now, or why the contact stays here."""
        if not reminders:
            return {}
        debtors = reminders.debtor_id.sudo()
        _debtors, lines = self.sudo()._ar_sync_chunk(debtors.partner_id.ids)
        within = self.env["ar.facts"].with_context(ar_within_case=True)
        facts = within._ar_load(debtors, lines=lines)
        return {
            reminder.id: self._ar_recheck_case(
                reminder.sudo(), facts[reminder.debtor_id.id]
            )
            for reminder in reminders
        }

    def _ar_recheck_case(self, reminder, fact):
        case = reminder.case_id
        ids = set(case.line_ids.filtered("holds").item_id.ids)
        due = [i for i in fact.items if i.id in ids and i.chaseable > 0]
        net = sum(i.company_chaseable for i in due)
        net += sum(i.company_residual for i in fact.items if i.is_credit and i.in_scope)
        holds = [h.code for h in fact.holds]
        if reminder.approved_by_id:
            holds = [code for code in holds if code in STOP_EVERYBODY]
        code = False
        if not case._ar_is_open() or case.stage_id != reminder.case_stage_id:
            code = "case_moved_on"
        elif holds:
            code = "held_since"
        elif not due or net <= 0:
            blocked = any(i.id in ids and i.residual for i in fact.items)
            code = "held_since" if blocked and net > 0 else "paid_since"
        if code:
            return self._ar_asks_nothing(code)
        told = [
            {
                **self._ar_line(i, i.chaseable, fact),
                "step_id": False,
                "step_delay": i.step_delay,
            }
            for i in due
        ]
        totals = Counter()
        for line in told:
            totals[line["currency_id"]] += line["amount"]
        return {
            "ok": True,
            "code": False,
            "lines": told,
            "credits": [],
            "totals": dict(totals),
        }
