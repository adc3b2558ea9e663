import json
import time
from collections import Counter
from dataclasses import replace

from odoo import api, fields, models
from odoo.tools import split_every

from ..engine import ENGINE_VERSION
from ..engine.explain import explain, main_reason
from ..engine.facts import Decision, GapKind, reason, refused
from ..engine.states import PROPOSAL_DECLINED, ProposalState, ReceiptState
from .ar_lettering_log import COUNTS
from .ar_lettering_plan import BookingPlan, Gap

#: Receipts booked by one plan and committed together (measured best: 100 to 500).
CHUNK = 200


class ArLetteringRun(models.AbstractModel):
    """One pass: match a company's open receipts, book, propose, say why not."""

    _name = "ar.lettering.run"
    _description = "Matching run"

    @api.model
    def _ar_run(self, company, lines=None, commit=None):
        """Match a company's open receipts that are new or touched by a change.

        All open receipts that compete for the same customers take part in the
        decision, so that acting on one never gives it what another has a better
        claim to.

        :param company: company of the bank journals
        :param lines: act on these only; by default on all that need it
        :param commit: called with a count after each chunk, returns the seconds
            left (0: stop); None inside somebody else's transaction
        :return: ``{"booked", "proposed", "left", "failed", "done"}``; ``done`` is
            False when time was over
        :rtype: dict
        """
        started, clock = fields.Datetime.now(), time.monotonic()
        run = self.with_company(company)
        run._ar_settle_by_hand(company)
        receipts, whole = run._ar_scope(company, lines)
        if not receipts and not whole:
            return {**dict.fromkeys(COUNTS, 0), "done": True}
        receipts._ar_normalise()
        received = len(receipts.filtered(lambda r: r.ar_lettering_state == "new"))
        outcomes, name = run._ar_decide(company, receipts, whole)
        declined = run._ar_declined(receipts)
        told = {}
        for line in receipts:
            outcome = outcomes[line.id]
            if outcome.allocations and run._ar_signature(outcome) in declined[line.id]:
                outcome = refused(outcome, reason("letter_declined"))
            if outcome.decision is Decision.AUTO and not company.ar_lettering_auto:
                why = reason("letter_automatic_off")
                outcome = replace(outcome, decision=Decision.PROPOSE, vetoes=(why,))
            told[line.id] = (outcome, explain(outcome, name))
        log = None
        if lines is None:
            log = run._ar_start_log(company, started, whole, len(receipts), received)
        summary = run._ar_apply(receipts, told, commit, log)
        if log:
            run._ar_end_log(log, receipts, told, summary, time.monotonic() - clock)
        return summary

    @api.model
    def _ar_start_log(self, company, started, whole, examined, received):
        return (
            self.env["ar.lettering.log"]
            .sudo()
            .create(
                {
                    "company_id": company.id,
                    "started_at": started,
                    "whole": whole,
                    "examined": examined,
                    "received": received,
                    "done": False,
                }
            )
        )

    @api.model
    def _ar_end_log(self, log, receipts, told, summary, seconds):
        """Write what the run did, and why it left what it left."""
        reasons = Counter()
        for line in receipts:
            outcome, explanation = told[line.id]
            if outcome.decision is Decision.LEAVE:
                reasons[main_reason(explanation) or "letter_nothing_known"] += 1
        amounts = [
            line.amount
            for line in log.proposal_ids.st_line_id
            if line.currency_id == log.currency_id
        ]
        log.write(
            {
                **{key: summary[key] for key in COUNTS},
                "booked_amount": sum(amounts),
                "reasons": dict(reasons),
                "seconds": seconds,
                "done": summary["done"],
            }
        )

    @api.model
    def _ar_settle_by_hand(self, company):
        """Receipts that someone matched by other means ask for nothing any more."""
        Line = self.env["account.bank.statement.line"]
        domain = [*Line._ar_settled_domain(), ("company_id", "=", company.id)]
        lines = Line.search(domain, limit=CHUNK * 25)
        lines._ar_drop_proposals()
        lines._ar_set_by_hand()
        if lines:
            self.env["ar.lettering.memory"]._ar_learn_by_hand(lines)

    @api.model
    def _ar_apply(self, receipts, told, commit, log=None):
        """Book first, in chunks; then write proposals and reasons."""
        summary = Counter(dict.fromkeys(COUNTS, 0))
        done = True
        sure = [r for r in receipts if told[r.id][0].decision is Decision.AUTO]
        rest = [r for r in receipts if told[r.id][0].decision is not Decision.AUTO]
        for chunk in split_every(CHUNK, sure):
            summary.update(self._ar_book_chunk(chunk, told, log))
            if commit and not commit(len(chunk)):
                done = False
                break
        for chunk in split_every(CHUNK * 5, rest) if done else ():
            summary.update(self._ar_write_chunk(chunk, told))
            if commit and not commit(len(chunk)):
                done = False
                break
        return {**summary, "done": done}

    # Booking ---------------------------------------------------------------------

    @api.model
    def _ar_book_chunk(self, chunk, told, log=None):
        """Lock, look again, book, and write down what happened."""
        lines = self.env["account.bank.statement.line"].union(*chunk)
        lines = lines.try_lock_for_update(allow_referencing=True)
        # Another worker may have booked some since they were decided on.
        plans = self._ar_plans(lines.filtered(lambda r: not r.is_reconciled), told)
        # As the ledger stands before: booking changes what is open.
        vals = {p.line: self._ar_proposal_vals(p.line, *told[p.line.id]) for p in plans}
        booked, failed = self.env["ar.lettering.booking"]._ar_book(plans)
        proposals = self.env["ar.lettering.proposal"].create(
            [{**vals[plan.line], "log_id": log and log.id} for plan in booked]
        )
        proposals._ar_mark_booked(ProposalState.BOOKED)
        for plan, error in failed:
            outcome, explanation = told[plan.line.id]
            why = {"code": error.code, "params": error.params}
            explanation = {**explanation, "decision": "leave", "reasons": [why]}
            told[plan.line.id] = (outcome, explanation)
        refusals = [plan.line for plan, _error in failed]
        self._ar_write_state(refusals, told, ReceiptState.LEFT)
        return Counter(booked=len(booked), failed=len(failed))

    @api.model
    def _ar_plans(self, lines, told):
        """Plans for the receipts whose items nobody else is booking right now."""
        Item = self.env["account.move.line"]
        wanted = {a.item for line in lines for a in told[line.id][0].allocations}
        free = set(
            Item.browse(sorted(wanted)).try_lock_for_update(allow_referencing=True).ids
        )
        plans = []
        for line in lines:
            outcome = told[line.id][0]
            if not {a.item for a in outcome.allocations} <= free:
                continue
            plans.append(self._ar_plan(line, outcome))
        return plans

    @api.model
    def _ar_plan(self, line, outcome):
        """What the engine answered, in the terms of the ledger."""
        Item = self.env["account.move.line"]
        currency = self._ar_currency(line, outcome)
        factor = 10**currency.decimal_places
        plan = BookingPlan(
            line,
            [(Item.browse(a.item), a.amount / factor) for a in outcome.allocations],
            self.env["res.partner"].browse(outcome.partner),
            gaps=[
                Gap(outcome.gap_kind.value, a.amount / factor, Item.browse(a.item))
                for a in (outcome.gap_parts if outcome.written_off else ())
            ],
            currency=currency,
        )
        if outcome.gap_kind is GapKind.RETENTION:
            self.env["ar.lettering.booking"]._ar_move_retention(plan)
        return plan

    @api.model
    def _ar_currency(self, line, outcome):
        """The currency of an outcome's amounts."""
        known = (
            line.foreign_currency_id | line.currency_id | line.ar_original_currency_id
        )
        return known.filtered(lambda c: c.name == outcome.currency)[:1] or (
            line.foreign_currency_id or line.currency_id
        )

    # Proposals and reasons -------------------------------------------------------

    @api.model
    def _ar_write_chunk(self, chunk, told):
        """Write what changed since the last run, and nothing else."""
        lines = self.env["account.bank.statement.line"].union(*chunk)
        lines = lines.try_lock_for_update(allow_referencing=True)
        lines = lines.filtered(lambda line: not line.is_reconciled)
        proposed = [r for r in lines if told[r.id][0].decision is Decision.PROPOSE]
        left = [r for r in lines if told[r.id][0].decision is Decision.LEAVE]
        fresh = [r for r in proposed if not self._ar_is_known(r, told[r.id])]
        stale = self.env["account.bank.statement.line"].union(*fresh, *left)
        stale._ar_drop_proposals()
        if fresh:
            self._ar_create_proposals(fresh, told)
        self._ar_write_state(proposed, told, ReceiptState.PROPOSED)
        self._ar_write_state(left, told, ReceiptState.LEFT)
        return Counter(proposed=len(proposed), left=len(left))

    @api.model
    def _ar_is_known(self, line, told):
        """Whether this very proposal stands already."""
        outcome, explanation = told
        standing = line._ar_proposed()
        wanted = [self._ar_signature(o) for o in (outcome, *outcome.alternatives)]
        return [
            proposal._ar_signature() for proposal in standing
        ] == wanted and standing[0].explanation == json.loads(json.dumps(explanation))

    @api.model
    def _ar_write_state(self, lines, told, state):
        if not lines:
            return
        reasons = self.env["ar.reason"]._ar_ids_by_code()
        rows = []
        for line in lines:
            outcome, explanation = told[line.id]
            rows.append(
                (
                    line.id,
                    state.value,
                    reasons.get(main_reason(explanation)),
                    outcome.partner,
                    json.dumps(explanation),
                )
            )
        self.env["account.bank.statement.line"]._ar_write_machine(rows)

    @api.model
    def _ar_create_proposals(self, lines, told):
        vals_list = []
        for line in lines:
            outcome, explanation = told[line.id]
            vals_list.append(self._ar_proposal_vals(line, outcome, explanation))
            for rank, other in enumerate(outcome.alternatives, start=2):
                reasons = self._ar_reasons_of(explanation, rank - 2)
                vals = self._ar_proposal_vals(line, other, reasons)
                vals_list.append({**vals, "rank": rank})
        return self.env["ar.lettering.proposal"].create(vals_list)

    @api.model
    def _ar_reasons_of(self, explanation, position):
        """The explanation of an alternative, as far as the engine told it."""
        told = explanation.get("alternatives") or []
        found = told[position] if position < len(told) else {}
        parts = ("evidence", "vetoes", "reasons")
        return {**found, **{part: found.get(part, []) for part in parts}}

    @api.model
    def _ar_proposal_vals(self, line, outcome, explanation):
        currency = self._ar_currency(line, outcome)
        factor = 10**currency.decimal_places
        items = self.env["account.move.line"].browse(
            a.item for a in outcome.allocations
        )
        gaps = {a.item: a.amount / factor for a in outcome.gap_parts}
        Part = self.env["ar.lettering.proposal.line"]
        parts = [
            Part._ar_vals(
                item,
                a.amount / factor,
                gaps.get(item.id, 0.0) if outcome.written_off else 0.0,
            )
            for item, a in zip(items, outcome.allocations, strict=True)
        ]
        return {
            "st_line_id": line.id,
            "company_id": line.company_id.id,
            "currency_id": line.currency_id.id,
            "allocation_currency_id": currency.id,
            "partner_id": outcome.partner,
            "amount": line.amount,
            "allocated": sum(part["amount"] for part in parts),
            "gap": outcome.gap / factor,
            "short": outcome.short / factor,
            "gap_kind": outcome.gap_kind.value,
            "written_off": outcome.written_off / factor,
            "probability": outcome.probability,
            "confidence": outcome.confidence.value if outcome.confidence else False,
            "rule": outcome.rule,
            "explanation": explanation,
            "engine_version": ENGINE_VERSION,
            "notice_id": outcome.notice,
            "partner_was_set": bool(line.partner_id),
            "line_ids": [(0, 0, part) for part in parts],
        }

    # People's decisions ----------------------------------------------------------

    @api.model
    def _ar_declined(self, lines):
        """Matches that a person refused or undid, by line: sets of (item, cents)."""
        declined = {line.id: set() for line in lines}
        proposals = self.env["ar.lettering.proposal"].search(
            [("st_line_id", "in", lines.ids), ("state", "in", PROPOSAL_DECLINED)]
        )
        for proposal in proposals:
            declined[proposal.st_line_id.id].add(proposal._ar_signature())
        return declined

    @api.model
    def _ar_signature(self, outcome):
        return frozenset((a.item, a.amount) for a in outcome.allocations)
