import logging
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from functools import partial

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, split_every

from ..engine.decide import decide, with_reminder
from ..engine.facts import Decision, Reason
from ..engine.ladder import climbs_to, step_for
from ..engine.states import Verdict
from .ar_debtor_refresh import CHUNK, DECISION_COLUMNS

_logger = logging.getLogger(__name__)

CHASE = Verdict.CHASE.value
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
            planner = self.sudo()
            work = partial(planner._ar_plan_chunk, chunk)
            safely = partial(planner._ar_plan_safely, chunk)
            total.update(self._ar_together(work, safely))
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

        The account of the one at fault then asks for a person, with the error as
        its reason.
        """
        total = Counter()
        for part in self._ar_safely(
            partner_ids, self._ar_plan_chunk, self._ar_plan_failed
        ):
            total.update(part)
        return total

    def _ar_plan_failed(self, partner_ids, error):
        """Tell on the account that it could not be planned, and why."""
        _logger.warning("Customer %s cannot be planned", *partner_ids, exc_info=error)
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
        changed = planned.debtor_id | dropped.debtor_id
        running = self.env["ar.facts"]._ar_running(changed) if changed else {}
        for debtor in changed:
            state, day = running.get(debtor.id, (None, None))
            fact = replace(
                facts[debtor.id], open_reminder=state, open_reminder_date=day
            )
            decisions[debtor.id] = with_reminder(fact, decisions[debtor.id])
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
                ("purpose", "=", "ladder"),
            ]
        )
        dropped = reminders.browse()
        for reminder in reminders:
            decision = decisions[reminder.debtor_id.id]
            contact = decision.contact(reminder.unit_key)
            if decision.verdict != CHASE:
                code = CANCEL_CODES.get(decision.reasons[0].code, "held_since")
            elif not contact:
                code = "no_longer_due"
            elif contact.step.id != reminder.step_id.id:
                code = "superseded"
            else:
                continue
            dropped |= reminder._update_state("cancelled", {"cancel_code": code})
        return dropped

    def _ar_plan_reminders(self, facts, decisions):
        """Create the reminders that are decided and not under way yet."""
        chased = self.filtered(lambda d: decisions[d.id].verdict == CHASE)
        if not chased:
            return self.env["ar.reminder"]
        self.env["ar.reminder"].flush_model()
        running = self.env["ar.facts"]._ar_running_units(chased)
        wanted = [
            (debtor, contact)
            for debtor in chased
            if (debtor.id, "account") not in running
            for contact in decisions[debtor.id].contacts
            if (debtor.id, contact.unit_key) not in running
        ]
        cycles = self._ar_cycles(wanted)
        now = fields.Datetime.now()
        return self.env["ar.reminder"].create(
            [
                debtor._ar_reminder_values(contact, decisions[debtor.id], now)
                | {"planned_date": facts[debtor.id].as_of, "cycle": cycle}
                for (debtor, contact), cycle in zip(wanted, cycles, strict=True)
            ]
        )

    def _ar_reminder_values(self, contact, decision, now):
        step, strategy = contact.step, self.strategy_id
        hours = strategy.confirm_hours if step.mode == "confirm" else 0
        others = {c.carrier.number for c in decision.contacts if c is not contact}
        reasons = [
            reason.as_dict()
            for reason in decision.reasons
            if reason.code != "step_due" or reason.params.get("number") not in others
        ]
        return {
            "debtor_id": self.id,
            "company_id": self.company_id.id,
            "unit_key": contact.unit_key,
            "purpose": "ladder",
            "strategy_id": strategy.id,
            "step_id": step.id,
            "channel": step.channel,
            "mode": step.mode,
            "release_at": self._ar_release_at(
                strategy, step, now + timedelta(hours=hours)
            ),
            "reasons": reasons,
            "user_id": self.collector_id.id,
        }

    def _ar_release_at(self, strategy, step, moment):
        """When a contact that may leave from ``moment`` (UTC) on is to leave."""
        return moment

    def _ar_cycles(self, wanted):
        """Cycle of each contact: a step that was sent in this one begins another.

        :param wanted: ``[(account, contact)]``
        :return: cycles, in the same order
        """
        sent = self.env["ar.reminder"]._read_group(
            [
                ("debtor_id", "in", [debtor.id for debtor, _contact in wanted]),
                ("step_id", "in", [contact.step.id for _debtor, contact in wanted]),
                ("state", "in", ("sending", "done", "in_doubt")),
            ],
            ["debtor_id", "unit_key", "step_id"],
            ["cycle:max"],
        )
        last = {(debtor.id, unit, step.id): cycle for debtor, unit, step, cycle in sent}
        cycles, grown = [], []
        for debtor, contact in wanted:
            key = (debtor.id, contact.unit_key, contact.step.id)
            account = contact.unit_key == "account"
            first = (debtor.cycle if account else 0) or 1
            cycles.append(max(first, last.get(key, 0) + 1))
            if account and cycles[-1] != debtor.cycle:
                grown.append((debtor.id, cycles[-1]))
        self._ar_bulk_update(grown, {"cycle": "int"})
        return cycles

    @api.model
    def _ar_skip_step(self, reminders):
        """A person called these off: the ladder goes on as if the step were done.

        Otherwise tomorrow's plan would bring back what somebody has just refused.
        """
        facts = self.env["ar.facts"]._ar_load(reminders.debtor_id.sudo())
        rows, changes = [], []
        for reminder in reminders.filtered("step_id"):
            fact = facts[reminder.debtor_id.id]
            ladder = fact.strategy.ladder if fact.strategy else ()
            step = next((s for s in ladder if s.id == reminder.step_id.id), None)
            if not step:
                continue
            for item in fact.items:
                if reminder.unit_key not in ("account", f"move:{item.move_id}"):
                    continue
                carries = step_for(fact, item)[0] == step
                stands = _position(item, step, fact, item.id if carries else 0)
                if item.id and item.chaseable > 0 and stands["step_id"]:
                    level = stands["step_delay"]
                    rows.append((item.id, stands["step_id"], level))
                    changes.append((item.id, "step_delay", item.step_delay, level))
        self.env["ar.item"]._ar_bulk_update(
            rows, {"step_id": "int", "step_delay": "int"}
        )
        self.env["ar.change"].sudo()._ar_record("ar.item", changes)

    def explain(self, as_of=None):
        """Tell the decision about this account, read live.

        :param as_of: ISO date of the question, today by default; a day to come is
            told as if nothing happened until then
        :return: ``{"verdict", "reasons": [{"code", "words", "category", "label"}],
            "step", "amount", "next_date", "items": [{"move_id", "number",
            "due_date", "residual", "currency", "included", "reasons"}]}``
        :raise UserError: when ``as_of`` is not a date
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
        return self.env["res.currency"]._ar_of(currency)._ar_written(cents)

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
        chase = decision.verdict == CHASE
        contact = decision.contact(reminder.unit_key)
        if reminder.is_manual:
            # A person decided to write: only what is really due is asked for.
            due = [i for i in fact.items if i.chaseable > 0 and i.due_date < fact.as_of]
            credits = [i for i in fact.items if i.is_credit and i.in_scope]
            net = sum(i.company_chaseable for i in due)
            net += sum(i.company_residual for i in credits)
            stops = [r for r in fact.holds if r.code in STOP_EVERYBODY]
            chase, ids = bool(due) and net > 0 and not stops, {i.id for i in due}
        else:
            chase = bool(contact) and contact.step.id == reminder.step_id.id
            ids = set(contact.item_ids) if contact else set()
        if not chase:
            first = decision.reasons[0].code
            code = CANCEL_CODES.get(first, "held_since")
            if decision.verdict == CHASE:
                code = "paid_since" if reminder.is_manual else "superseded"
            elif decision.verdict in (Verdict.WAIT.value, Verdict.NOTHING.value):
                code = "no_longer_due" if first != "nothing_due" else "paid_since"
            return {"ok": False, "code": code, "lines": [], "credits": [], "totals": {}}
        # A contact by hand is no step of the ladder.
        climbs = None if reminder.is_manual else contact.step
        carrier = contact.carrier.id if contact else 0
        lines = [
            {
                **self._ar_line(i, i.chaseable, fact),
                **_position(i, climbs, fact, carrier),
            }
            for i in fact.items
            if i.id in ids
        ]
        credits = [
            self._ar_line(i, i.residual, fact)
            for i in fact.items
            if i.is_credit and i.in_scope and reminder.unit_key == "account"
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
        currency = self.env["res.currency"]._ar_of(item.currency)
        return {
            "item_id": item.id,
            "move_id": item.move_id,
            "number": item.number,
            "invoice_date": item.invoice_date,
            "due_date": item.due_date,
            "days_overdue": max((fact.as_of - item.due_date).days, 0),
            "currency_id": currency.id,
            "amount": currency.round(cents / 10**currency.decimal_places),
            "status": item.status or False,
        }


def _position(item, step, fact, carrier_id):
    """Where the item stands once this contact is made: ladder columns."""
    step = step and climbs_to(fact, item, step, carrier_id)
    if step:
        return {"step_id": step.id, "step_delay": step.level}
    return {"step_id": False, "step_delay": item.step_delay}
