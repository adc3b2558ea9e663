import json
import random
import time

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import mute_logger

from odoo.addons.ar_collections.models.ar_state_mixin import selection

from ..engine.explain import explain, main_reason
from ..engine.states import PROPOSAL_BOOKED, ProposalState, ReceiptState
from .ar_lettering_log import COUNTS
from .ar_lettering_proposal import GAP_KINDS

#: Times that a run starts again when another worker was faster.
RETRIES = 5


class AccountBankStatementLine(models.Model):
    _name = "account.bank.statement.line"
    _inherit = ["account.bank.statement.line", "ar.bulk"]

    # Evidence, as the bank told it; written once by the import.
    ar_entry_key = fields.Char("Bank entry key", readonly=True, copy=False)
    ar_value_date = fields.Date("Value date", readonly=True, copy=False)
    ar_payer_name = fields.Char("Payer", readonly=True, copy=False)
    ar_ultimate_debtor = fields.Char(
        "On behalf of", readonly=True, copy=False, help="Whose debt the payer pays."
    )
    ar_payer_iban = fields.Char("Payer's account", readonly=True, copy=False)
    ar_end_to_end = fields.Char("End-to-end reference", readonly=True, copy=False)
    ar_mandate = fields.Char("Mandate reference", readonly=True, copy=False)
    ar_structured_ref = fields.Text(
        "Structured references", readonly=True, copy=False, help="One a line."
    )
    ar_documents = fields.Json("Referred documents", readonly=True, copy=False)
    ar_free_text = fields.Text("Payer's text", readonly=True, copy=False)
    ar_bank_reference = fields.Char("Bank's reference", readonly=True, copy=False)
    ar_batch_reference = fields.Char(
        "Bank's reference of the entry",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The same in the statement and in the notification of its details.",
    )
    ar_batch_amount = fields.Monetary("Amount of the entry", readonly=True, copy=False)
    ar_bank_category = fields.Char("Bank's category", readonly=True, copy=False)
    ar_return_reason = fields.Char("Return reason", readonly=True, copy=False)
    ar_fees = fields.Monetary("Fees kept by the bank", readonly=True, copy=False)
    ar_original_amount = fields.Monetary(
        "Amount ordered",
        currency_field="ar_original_currency_id",
        readonly=True,
        copy=False,
    )
    ar_original_currency_id = fields.Many2one(
        "res.currency", "Currency ordered", readonly=True, copy=False
    )

    # Written by the matching, set-based.
    ar_lettering_state = fields.Selection(
        selection(
            ReceiptState,
            {
                ReceiptState.NEW: "To match",
                ReceiptState.PROPOSED: "Proposed",
                ReceiptState.LEFT: "Left, with a reason",
                ReceiptState.MATCHED: "Matched",
            },
        ),
        "Matching",
        default=ReceiptState.NEW.value,
        readonly=True,
        copy=False,
        index=True,
    )
    ar_lettering_reason_id = fields.Many2one(
        "ar.reason",
        "Main reason",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
    )
    ar_payer_id = fields.Many2one(
        "res.partner",
        "Recognised customer",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
    )
    ar_explanation = fields.Json("Explanation data", readonly=True, copy=False)
    ar_explanation_text = fields.Text("Why", compute="_compute_ar_explanation_text")
    ar_proposal_ids = fields.One2many(
        "ar.lettering.proposal", "st_line_id", "Proposals", readonly=True
    )
    ar_probability = fields.Float(
        "Probability", compute="_compute_ar_best", search="_search_ar_probability"
    )
    ar_gap_kind = fields.Selection(GAP_KINDS, "Gap", compute="_compute_ar_best")
    ar_pays = fields.Char("Pays", compute="_compute_ar_best")
    ar_preview = fields.Html(
        "Journal items it books", compute="_compute_ar_preview", sanitize=False
    )

    _ar_entry_unique = models.UniqueIndex(
        "(journal_id, ar_entry_key) WHERE ar_entry_key IS NOT NULL",
        "This bank entry is imported already.",
    )

    @api.depends("ar_explanation")
    @api.depends_context("lang")
    def _compute_ar_explanation_text(self):
        for line in self:
            told = line.ar_explanation or {}
            line.ar_explanation_text = "\n".join(
                reason["words"] for reason in line._ar_words(told)
            )

    @api.depends("ar_proposal_ids.state", "ar_proposal_ids.probability")
    def _compute_ar_best(self):
        for line in self:
            booked = line.ar_proposal_ids.filtered(lambda p: p.state in PROPOSAL_BOOKED)
            best = (booked or line._ar_proposed())[:1]
            line.ar_probability = best.probability
            kind = best.gap_kind
            line.ar_gap_kind = kind if kind != "none" else False
            line.ar_pays = ", ".join(best.line_ids.mapped("number"))

    @api.model
    def _search_ar_probability(self, operator, value):
        proposed = [("state", "=", ProposalState.PROPOSED.value), ("rank", "=", 1)]
        proposals = self.env["ar.lettering.proposal"]._search(
            [*proposed, ("probability", operator, value)]
        )
        return [("ar_proposal_ids", "in", proposals)]

    @api.depends("ar_proposal_ids.state")
    def _compute_ar_preview(self):
        for line in self:
            line.ar_preview = line._ar_proposed()[:1].preview

    def _ar_words(self, explanation):
        """Sentences of an explanation: what is against it first."""
        parts = ("reasons", "vetoes", "evidence")
        codes = [code for part in parts for code in explanation.get(part, ())]
        return self.env["ar.reason"]._ar_words(codes)

    # Entry points ----------------------------------------------------------------

    @api.model
    def _cron_ar_letter(self):
        """Match the open receipts of every company, committing as it goes.

        Several workers may run it: each takes receipts that no other holds. When
        time is over, the same cron is asked to go on at once.
        """
        commit = self.env["ir.cron"]._commit_progress
        for company in self._ar_companies():
            summary = self._ar_run_patiently(company, commit)
            if not summary["done"]:
                cron = self.env.ref(
                    "ar_lettering.ar_letter_cron", raise_if_not_found=False
                )
                if cron:
                    cron.sudo()._trigger()
                return

    def _ar_run_patiently(self, company, commit):
        """Run again when another transaction changed what this one had read."""
        for attempt in range(RETRIES):
            try:
                # The clash is logged as an error by the cursor; it is expected.
                with mute_logger("odoo.sql_db"):
                    return self.env["ar.lettering.run"]._ar_run(company, commit=commit)
            except OperationalError:
                self.env.cr.rollback()
                self.env.invalidate_all()
                if attempt == RETRIES - 1:
                    raise
                time.sleep(random.uniform(0.05, 0.3) * (attempt + 1))

    def ar_letter(self):
        """Match these receipts now: book what is certain, propose, or say why not.

        :return: ``{"booked", "proposed", "left", "failed"}``, numbers of receipts
        :rtype: dict
        """
        self.check_access("write")
        self.env["ar.lettering.proposal"].check_access("create")
        total = dict.fromkeys(COUNTS, 0)
        for company, lines in self.grouped("company_id").items():
            summary = self.env["ar.lettering.run"]._ar_run(company, lines)
            for key in COUNTS:
                total[key] += summary[key]
        return total

    def ar_explain(self):
        """What the matching says of these bank lines now; nothing is written.

        :return: one dictionary per line: ``line_id``, ``state``, ``rule``,
            ``decision``, ``confidence``, ``reasons`` (``code``, ``category``,
            ``label``, ``words``), ``allocations`` (``number``, ``item_id``,
            ``amount``), ``gap``, ``short`` (amounts in the currency of the line)
        :rtype: list[dict]
        """
        self.check_access("read")
        live = {}
        for company, lines in self.grouped("company_id").items():
            receipts = self._ar_open(company)
            if receipts & lines:
                run = self.env["ar.lettering.run"].with_company(company)
                # With those that compete for the same customers, and no others.
                outcomes, name = run._ar_decide(company, receipts & lines, False)
                for line in receipts & lines:
                    live[line.id] = (outcomes[line.id], name)
        return [line._ar_told(*live.get(line.id, (None, None))) for line in self]

    def _ar_told(self, outcome, name):
        self.ensure_one()
        if outcome is None:
            return self._ar_told_stored()
        explanation = explain(outcome, name)
        factor = 10**self.currency_id.decimal_places
        items = self.env["account.move.line"].browse(
            a.item for a in outcome.allocations
        )
        numbers = {item.id: item.move_id.name for item in items}
        return {
            "line_id": self.id,
            "state": self.ar_lettering_state,
            "rule": outcome.rule,
            "decision": outcome.decision.value,
            "confidence": explanation["confidence"],
            "reasons": self._ar_words(explanation),
            "allocations": [
                {
                    "number": numbers[a.item],
                    "item_id": a.item,
                    "amount": a.amount / factor,
                }
                for a in outcome.allocations
            ],
            "gap": outcome.gap / factor,
            "short": outcome.short / factor,
        }

    def _ar_told_stored(self):
        """A line that is matched, or no receipt: what was written when it was."""
        explanation = dict(self.ar_explanation or {})
        if not explanation and self.amount <= 0:
            explanation = {"reasons": [{"code": "letter_money_out", "params": {}}]}
        elif not explanation and self.is_reconciled:
            explanation = {"reasons": [{"code": "letter_by_hand", "params": {}}]}
        booked = self.ar_proposal_ids.filtered(lambda p: p.state in PROPOSAL_BOOKED)
        return {
            "line_id": self.id,
            "state": self.ar_lettering_state,
            "rule": explanation.get("rule", "none"),
            "decision": explanation.get("decision", "leave"),
            "confidence": explanation.get("confidence"),
            "reasons": self._ar_words(explanation),
            "allocations": [
                {
                    "number": part.number,
                    "item_id": part.move_line_id.id,
                    "amount": part.amount,
                }
                for part in booked.line_ids
            ],
            "gap": booked.gap,
            "short": booked.short,
        }

    # Buttons ---------------------------------------------------------------------

    def action_ar_letter(self):
        """Match now, and tell how many were booked, proposed and left."""
        summary = self.ar_letter()
        message = self.env._(
            "%(booked)s booked, %(proposed)s proposed, %(left)s left with a reason.",
            booked=summary["booked"],
            proposed=summary["proposed"],
            left=summary["left"] + summary["failed"],
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": message,
                "type": "success" if summary["booked"] else "info",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_ar_validate(self):
        """Book what is proposed for these receipts."""
        proposals = self._ar_proposed_or_raise()
        # The likeliest of each.
        first = {p.st_line_id: p for p in reversed(proposals)}
        return proposals.browse(p.id for p in first.values()).action_validate()

    def action_ar_match(self):
        """Say by hand what this receipt pays."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What does it pay?"),
            "res_model": "ar.lettering.match",
            "view_mode": "form",
            "target": "new",
            "context": {"default_st_line_id": self.id},
        }

    def action_ar_refuse(self):
        """Say no to what is proposed for these receipts."""
        self._ar_proposed_or_raise().action_refuse()

    def _ar_proposed_or_raise(self):
        proposals = self._ar_proposed()
        if not proposals:
            raise UserError(self.env._("Nothing is proposed for this receipt."))
        return proposals

    def _ar_proposed(self):
        """:return: what is proposed for these receipts, the likelier first"""
        return self.ar_proposal_ids.filtered(
            lambda p: p.state == ProposalState.PROPOSED.value
        ).sorted(lambda p: (p.rank, p.id))

    def action_ar_explain(self):
        """Open the reasons, read live."""
        self.ensure_one()
        told = self.ar_explain()[0]
        wizard = self.env["ar.lettering.why"].create(
            {
                "st_line_id": self.id,
                "decision": told["decision"],
                "words": "\n".join(reason["words"] for reason in told["reasons"]),
                "allocations": "\n".join(
                    f"{part['number']}: {part['amount']:.2f}"
                    for part in told["allocations"]
                ),
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Why?"),
            "res_model": wizard._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_undo_reconciliation(self):
        """Also give back the customer that booking had set, so nothing remains."""
        proposals = self.env["ar.lettering.proposal"].sudo()._ar_booked_on(self)
        result = super().action_undo_reconciliation()
        ours = proposals.filtered(lambda p: not p.partner_was_set).st_line_id
        ours.with_env(self.env).write({"partner_id": False})
        # A match of nothing but unreconciled items has no partial to tell it.
        proposals._ar_mark_undone()
        by_hand = self - proposals.st_line_id
        by_hand.filtered(lambda line: line.amount > 0)._ar_set_left("letter_undone")
        return result

    # State -----------------------------------------------------------------------

    @api.model
    def _ar_open_domain(self):
        return [
            ("is_reconciled", "=", False),
            ("amount", ">", 0),
            ("state", "=", "posted"),
            ("checked", "=", True),
            ("journal_id.type", "=", "bank"),
        ]

    @api.model
    def _ar_open(self, company):
        """Receipts of a company that wait to be matched, oldest first."""
        domain = [*self._ar_open_domain(), ("company_id", "=", company.id)]
        return self.search(domain, order="date, id")

    @api.model
    def _ar_settled_domain(self):
        """Receipts that were matched by other means and still ask for a decision."""
        waiting = [s.value for s in ReceiptState if s is not ReceiptState.MATCHED]
        return [
            ("journal_id.type", "=", "bank"),
            ("is_reconciled", "=", True),
            ("amount", ">", 0),
            ("ar_lettering_state", "in", waiting),
            # Taken apart from the invoice: the money is unapplied, not matched.
            ("ar_lettering_reason_id.code", "!=", "letter_undone"),
        ]

    @api.model
    def _ar_companies(self):
        """Companies with receipts to match, or matched elsewhere in the meantime."""
        found = self.env["res.company"]
        for domain in (self._ar_open_domain(), self._ar_settled_domain()):
            groups = self._read_group(domain, ["company_id"])
            found |= found.union(*(company for (company,) in groups))
        return found

    @api.model
    def _ar_write_machine(self, rows):
        """Write the matching's columns: (id, state, reason, payer, explanation)."""
        self._ar_bulk_update(
            rows,
            {
                "ar_lettering_state": "varchar",
                "ar_lettering_reason_id": "int",
                "ar_payer_id": "int",
                "ar_explanation": "jsonb",
            },
        )

    def _ar_set_matched(self, proposals):
        """The receipts of these proposals are booked."""
        self._ar_set_from(
            ReceiptState.MATCHED,
            {p.st_line_id: (p.explanation, p.partner_id) for p in proposals},
        )

    def _ar_set_by_hand(self):
        """Someone matched these receipts outside of the automatic matching."""
        reasons = [{"code": "letter_by_hand", "params": {}}]
        self._ar_set_from(
            ReceiptState.MATCHED,
            {line: ({"reasons": reasons}, line.ar_payer_id) for line in self},
        )

    def _ar_set_left(self, code):
        """A person decided against the match: the receipts wait again."""
        why = {"decision": "leave", "reasons": [{"code": code, "params": {}}]}
        self._ar_set_from(
            ReceiptState.LEFT,
            {
                line: ({**(line.ar_explanation or {}), **why}, line.ar_payer_id)
                for line in self
            },
        )

    def _ar_set_from(self, state, told):
        reasons = self.env["ar.reason"]._ar_ids_by_code()
        rows = []
        for line, (explanation, payer) in told.items():
            code = main_reason(explanation or {})
            rows.append(
                (
                    line.id,
                    state.value,
                    reasons.get(code),
                    payer.id or None,
                    json.dumps(explanation or {}),
                )
            )
        self._ar_write_machine(rows)

    def _ar_drop_proposals(self):
        """Suggestions are the machine's own: outdated ones are no history."""
        self._ar_proposed().unlink()
