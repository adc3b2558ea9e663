import logging
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from functools import partial

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_amount, split_every

from ..engine.decide import decide, position_after
from ..engine.facts import Decision, Reason
from ..engine.states import Verdict
from .ar_debtor_refresh import CHUNK, DECISION_COLUMNS

_logger = logging.getLogger(__name__)

#: Holds that stop even a contact that a person decided.
STOP_EVERYBODY = ("insolvency", "unmatched_receipt")
#: Where an interrupted plan stopped: "date/partner id".
PLAN_MARK = "ar_collections.plan_mark"
#: Reasons of a hold that have their own reason to cancel a planned reminder.
CANCEL_CODES = {
    "disputed": "disputed_since",
    "announced": "announced_since",
    "announced_review": "announced_since",
    "below_minimum": "below_minimum_now",
    "nothing_due": "paid_since",
    "net_creditor": "paid_since",
}


class ArDebtorPlan(models.Model):
    """The nightly plan, and the answer to “why?”."""

    _inherit = "ar.debtor"

    @api.model
    def _cron_plan(self):
        """Plan every account, in chunks that are committed one by one.

        A run that is out of time leaves a mark where it stopped, and the next one
        goes on from there, so that the last accounts get their turn too.

        :return: the summary of :meth:`plan`, added up
        """
        start = self._ar_plan_mark()
        partners = [p for p in self._ar_all_partners() if p > start]
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=len(partners))
        total = Counter()
        for start in range(0, len(partners), CHUNK):
            chunk = partners[start : start + CHUNK]
            work = partial(self.sudo()._ar_plan_safely, chunk)
            total.update(self._ar_patiently(work))
            more = partners[start + CHUNK :]
            if not progress(len(chunk)) and more:
                self._ar_plan_mark(chunk[-1])
                return dict(total)
        self._ar_plan_mark(0)
        return dict(total)

    def _ar_plan_mark(self, partner_id=None):
        """Last customer of an interrupted plan of today, 0 when there is none.

        :param partner_id: set it, and ask for the next run when it is not 0
        """
        params = self.env["ir.config_parameter"].sudo()
        today = fields.Date.today().isoformat()
        day, _sep, last = (params.get_param(PLAN_MARK) or "").partition("/")
        if partner_id is None:
            return int(last) if day == today else 0
        if partner_id:
            params.set_param(PLAN_MARK, f"{today}/{partner_id}")
            # The cron's own rescheduling wakes nobody up before the next poll.
            self.env.ref("ar_collections.ar_plan_cron").sudo()._trigger()
        elif day:
            params.set_param(PLAN_MARK, False)
        self.env["ir.cron"]._commit_progress()
        return partner_id

    def _ar_all_partners(self):
        """Commercial partners with an account, or with something open."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
            SELECT partner_id FROM ar_debtor
            UNION
            SELECT DISTINCT COALESCE(p.commercial_partner_id, p.id)
              FROM account_move_line l
              JOIN account_account a ON a.id = l.account_id
                                    AND a.account_type = 'asset_receivable'
              JOIN res_partner p ON p.id = l.partner_id
             WHERE l.parent_state = 'posted' AND l.reconciled IS NOT TRUE
             ORDER BY 1"""
            )
        )
        return [row[0] for row in self.env.cr.fetchall()]

    def plan(self):
        """Refresh, decide and plan the reminders of these accounts.

        :return: how many accounts, by decision (``chase``, ``wait``, ``hold``…),
            ``planned`` and ``cancelled`` reminders
        """
        self.check_access("write")
        return dict(self.sudo()._ar_plan_partners(self.partner_id.ids))

    def _ar_plan_safely(self, partner_ids):
        """Plan these customers; one that cannot be planned fails alone.

        A failure halves the chunk until the customer at fault is found; his
        account then asks for a person, with the error as its reason.
        """
        try:
            with self.env.cr.savepoint():
                return self._ar_plan_chunk(partner_ids)
        except psycopg2.OperationalError:
            raise  # lost connection, or another worker was faster: run it again
        except Exception as error:
            self.env.invalidate_all()
            if len(partner_ids) > 1:
                middle = len(partner_ids) // 2
                first = self._ar_plan_safely(partner_ids[:middle])
                return first + self._ar_plan_safely(partner_ids[middle:])
            _logger.warning(
                "Customer %s cannot be planned", *partner_ids, exc_info=True
            )
            return self._ar_plan_failed(partner_ids, error)

    def _ar_plan_failed(self, partner_ids, error):
        """Tell on the account that it could not be planned, and why."""
        debtors = self.search([("partner_id", "in", partner_ids)])
        reason = Reason("plan_error", {"error": str(error) or repr(error)})
        decision = Decision(Verdict.ASK.value, (reason,))
        row = self._ar_decision_row(decision)
        self._ar_bulk_update([(d.id, *row) for d in debtors], DECISION_COLUMNS)
        return Counter(accounts=len(debtors), ask=len(debtors), failed=1)

    def _ar_plan_partners(self, partner_ids):
        summary = Counter()
        for chunk in split_every(CHUNK, sorted(partner_ids)):
            summary.update(self._ar_plan_chunk(list(chunk)))
        return summary

    def _ar_plan_chunk(self, partner_ids):
        debtors, lines = self._ar_sync_chunk(partner_ids)
        decided = debtors._ar_decisions(lines)
        facts = {debtor_id: fact for debtor_id, (fact, _) in decided.items()}
        decisions = {
            debtor_id: decision for debtor_id, (_, decision) in decided.items()
        }
        dropped = debtors._ar_drop_stale(decisions)
        planned = debtors._ar_plan_reminders(facts, decisions)
        # What is told of an account includes the reminder that it has just got.
        running = self.env["ar.facts"]._ar_running(debtors)
        for debtor in planned.debtor_id | dropped.debtor_id:
            state, day = running.get(debtor.id, (None, None))
            fact = replace(
                facts[debtor.id], open_reminder=state, open_reminder_date=day
            )
            decisions[debtor.id] = decide(fact)
        debtors._ar_store({i: (fact, decisions[i]) for i, fact in facts.items()})
        summary = Counter(decision.verdict for decision in decisions.values())
        summary.update(
            accounts=len(debtors), cancelled=len(dropped), planned=len(planned)
        )
        return summary

    def _ar_drop_stale(self, decisions):
        """Cancel planned reminders that the decision no longer supports."""
        reminders = self.env["ar.reminder"].search(
            [
                ("debtor_id", "in", self.ids),
                ("state", "in", ("planned", "approved")),
                ("is_manual", "=", False),
            ]
        )
        dropped = reminders.browse()
        for reminder in reminders:
            decision = decisions[reminder.debtor_id.id]
            if decision.verdict != Verdict.CHASE.value:
                code = CANCEL_CODES.get(decision.reasons[0].code, "held_since")
            elif decision.step.id != reminder.step_id.id:
                code = "superseded"
            else:
                continue
            dropped |= reminder._update_state("cancelled", {"cancel_code": code})
        return dropped

    def _ar_plan_reminders(self, facts, decisions):
        """Create the reminders that are decided and not under way yet."""
        self.env["ar.reminder"].flush_model()
        running = self.env["ar.facts"]._ar_running(self)
        cycles = self._ar_cycles(decisions)
        now = fields.Datetime.now()
        vals_list = []
        for debtor in self:
            decision = decisions[debtor.id]
            if decision.verdict != Verdict.CHASE.value or debtor.id in running:
                continue
            step, strategy = decision.step, debtor.strategy_id
            hours = strategy.confirm_hours if step.mode == "confirm" else 0
            vals_list.append(
                {
                    "debtor_id": debtor.id,
                    "company_id": debtor.company_id.id,
                    "strategy_id": strategy.id,
                    "step_id": step.id,
                    "cycle": cycles[debtor.id],
                    "channel": step.channel,
                    "mode": step.mode,
                    "planned_date": facts[debtor.id].as_of,
                    "release_at": now + timedelta(hours=hours),
                    "reasons": [reason.as_dict() for reason in decision.reasons],
                    "user_id": debtor.collector_id.id,
                }
            )
        return self.env["ar.reminder"].create(vals_list)

    def _ar_cycles(self, decisions):
        """``{debtor: cycle}``: a step that was sent in this cycle begins a new one."""
        steps = {i: d.step.id for i, d in decisions.items() if d.step}
        sent = self.env["ar.reminder"]._read_group(
            [
                ("debtor_id", "in", list(steps)),
                ("step_id", "in", list(set(steps.values()))),
                ("state", "in", ("sending", "done", "in_doubt")),
            ],
            ["debtor_id", "step_id"],
            ["cycle:max"],
        )
        last = {(debtor.id, step.id): cycle for debtor, step, cycle in sent}
        cycles = {
            debtor.id: max(
                debtor.cycle or 1, last.get((debtor.id, steps.get(debtor.id)), 0) + 1
            )
            for debtor in self
        }
        grown = [(d.id, cycles[d.id]) for d in self if cycles[d.id] != d.cycle]
        self._ar_bulk_update(grown, {"cycle": "int"})
        return cycles

    @api.model
    def _ar_skip_step(self, reminders):
        """A person called these off: the ladder goes on as if the step were done.

        Otherwise tomorrow's plan would bring back what somebody has just refused.
        """
        facts = self.env["ar.facts"]._ar_load(reminders.debtor_id.sudo())
        rows = []
        for reminder in reminders.filtered("step_id"):
            fact = facts[reminder.debtor_id.id]
            ladder = fact.strategy.ladder if fact.strategy else ()
            step = next((s for s in ladder if s.id == reminder.step_id.id), None)
            for item in fact.items:
                stands = _position(item, step, fact)
                if item.id and item.chaseable > 0 and stands["step_id"]:
                    rows.append((item.id, stands["step_id"], stands["step_delay"]))
        self.env["ar.item"]._ar_bulk_update(
            rows, {"step_id": "int", "step_delay": "int"}
        )

    def explain(self, as_of=None):
        """Tell the decision about this account, read live.

        :param as_of: ISO date of the question, today by default
        :return: ``{"verdict", "reasons": [{"code", "words", "category", "label"}],
            "step", "amount", "next_date", "items": [{"move_id", "number",
            "due_date", "residual", "currency", "included", "reasons"}]}``
        :raise UserError: when ``as_of`` is not a date, or not past
        """
        self.ensure_one()
        self.check_access("read")
        today = self.company_id._ar_today()
        try:
            day = fields.Date.to_date(as_of) or today
        except ValueError as error:
            raise UserError(
                self.env._("“%(text)s” is not a date (YYYY-MM-DD).", text=as_of)
            ) from error
        return self.sudo()._ar_explain(day)

    def _ar_explain(self, day):
        fact = self.env["ar.facts"]._ar_load(self, day)[self.id]
        decision = decide(fact)
        Reason = self.env["ar.reason"]
        chased = set(decision.item_ids)
        return {
            "debtor_id": self.id,
            "as_of": day.isoformat(),
            "verdict": decision.verdict,
            "reasons": Reason._ar_words([r.as_dict() for r in decision.reasons]),
            "step": decision.step.name if decision.step else False,
            "amount": self._ar_money(decision.amount, fact.currency),
            "next_date": decision.next_date.isoformat()
            if decision.next_date
            else False,
            "items": [self._ar_explain_item(item, chased) for item in fact.items],
        }

    def _ar_explain_item(self, item, chased):
        reasons = [reason.as_dict() for reason in item.reasons]
        if item.scope_code:
            reasons.append({"code": item.scope_code, "params": {}})
        return {
            "item_id": item.id,
            "move_id": item.move_id,
            "number": item.number,
            "due_date": item.due_date.isoformat(),
            "residual": self._ar_money(item.residual, item.currency),
            "currency": item.currency,
            "included": bool(item.id) and item.id in chased,
            "is_credit": item.is_credit,
            "reasons": self.env["ar.reason"]._ar_words(reasons),
        }

    def _ar_money(self, cents, currency):
        """An amount in cents as text for the reader."""
        record = self._ar_currency(currency)
        return format_amount(self.env, cents / 10**record.decimal_places, record)

    @api.model
    def _ar_currency(self, code):
        """The currency of that code, also one that is no longer active."""
        currencies = self.env["res.currency"].with_context(active_test=False)
        return currencies.search([("name", "=", code)], limit=1)

    @api.model
    def _ar_recheck(self, reminders):
        """Decide again, live, for reminders that are about to leave.

        :return: ``{reminder id: {"ok", "code", "lines", "credits", "totals"}}``:
            ``code`` tells why not; ``lines`` and ``credits`` are dictionaries with
            ``item_id``, ``move_id``, ``number``, ``invoice_date``, ``due_date``,
            ``days_overdue``, ``currency_id``, ``amount``, ``status``; a line also
            has ``step_id`` and ``step_delay``, where its item stands once sent;
            ``totals`` is ``{currency id: net amount}``
        """
        debtors = reminders.debtor_id.sudo()
        # An entry posted a moment ago has no item yet, and could not be told apart.
        _debtors, lines = self.sudo()._ar_sync_chunk(debtors.partner_id.ids)
        facts = self.env["ar.facts"]._ar_load(debtors, lines=lines)
        told = {}
        for reminder in reminders:
            fact = facts[reminder.debtor_id.id]
            decision = decide(replace(fact, open_reminder=None))
            told[reminder.id] = self._ar_recheck_one(reminder, fact, decision)
        return told

    def _ar_recheck_one(self, reminder, fact, decision):
        chase = decision.verdict == Verdict.CHASE.value
        if reminder.is_manual:
            # A person decided to write: only what is really due is asked for.
            due = [i for i in fact.items if i.chaseable > 0 and i.due_date < fact.as_of]
            credits = [i for i in fact.items if i.is_credit and i.in_scope]
            net = sum(i.company_chaseable for i in due)
            net += sum(i.company_residual for i in credits)
            stops = [r for r in fact.holds if r.code in STOP_EVERYBODY]
            chase, ids = bool(due) and net > 0 and not stops, {i.id for i in due}
        else:
            ids = set(decision.item_ids)
            chase = chase and decision.step.id == reminder.step_id.id
        if not chase:
            first = decision.reasons[0].code
            code = CANCEL_CODES.get(first, "held_since")
            if decision.verdict == Verdict.CHASE.value:
                code = "paid_since" if reminder.is_manual else "superseded"
            elif decision.verdict in (Verdict.WAIT.value, Verdict.NOTHING.value):
                code = "no_longer_due" if first != "nothing_due" else "paid_since"
            return {"ok": False, "code": code, "lines": [], "credits": [], "totals": {}}
        # A contact by hand is no step of the ladder.
        climbs = None if reminder.is_manual else decision.step
        lines = [
            {**self._ar_line(i, i.chaseable, fact), **_position(i, climbs, fact)}
            for i in fact.items
            if i.id in ids
        ]
        credits = [
            self._ar_line(i, i.residual, fact)
            for i in fact.items
            if i.is_credit and i.in_scope
        ]
        totals = Counter()
        for line in lines + credits:
            totals[line["currency_id"]] += line["amount"]
        return {
            "ok": True,
            "code": False,
            "lines": lines,
            "credits": credits,
            "totals": dict(totals),
        }

    def _ar_line(self, item, cents, fact):
        # An entry posted since the last refresh has no item yet.
        record = self.env["ar.item"].sudo().browse(item.id or [])
        move = self.env["account.move"].sudo().browse(item.move_id)
        currency = self._ar_currency(item.currency)
        return {
            "item_id": item.id,
            "move_id": item.move_id,
            "number": item.number,
            "invoice_date": move.invoice_date,
            "due_date": item.due_date,
            "days_overdue": max((fact.as_of - item.due_date).days, 0),
            "currency_id": currency.id,
            "amount": currency.round(cents / 10**currency.decimal_places),
            "status": record.buyer_status,
        }


def _position(item, step, fact):
    """Where the item stands once this contact is made: ladder columns."""
    step = step and position_after(item, step, fact.strategy, fact.as_of)
    delay = item.step_delay
    if step and (delay is None or step.delay > delay):
        return {"step_id": step.id, "step_delay": step.delay}
    return {"step_id": False, "step_delay": delay}
