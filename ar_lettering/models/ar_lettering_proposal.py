from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount, split_every

from odoo.addons.ar_collections.models.ar_state_mixin import selection

from ..engine.states import PROPOSAL_BOOKED, PROPOSAL_TRANSITIONS, ProposalState
from .ar_lettering_plan import BookingError, BookingPlan, Gap

GAP_KINDS = [
    ("none", "None"),
    ("cents", "Rounding"),
    ("discount", "Early-payment discount"),
    ("fee", "Bank fee"),
    ("retention", "Retention"),
    ("deduction", "Deduction"),
    ("interest", "Late interest or indemnity"),
    ("currency", "Currency difference"),
    ("partial", "Part payment"),
    ("over", "Paid too much"),
]
#: Receipts that a person validates together are booked in batches of this size.
BATCH = 200
CONFIDENCES = [("high", "High"), ("medium", "Medium"), ("low", "Low")]


class ArLetteringProposal(models.Model):
    """What the matching thinks that a bank line pays, and what became of it."""

    _name = "ar.lettering.proposal"
    _inherit = ["ar.state.mixin"]
    _description = "Matching proposal"
    _order = "st_line_id desc, rank, id desc"
    _check_company_auto = True

    st_line_id = fields.Many2one(
        "account.bank.statement.line",
        "Receipt",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade", index=True
    )
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner", "Customer", readonly=True, ondelete="restrict", index=True
    )
    receipt_date = fields.Date(related="st_line_id.date")
    receipt_label = fields.Char(related="st_line_id.payment_ref", string="Label")
    amount = fields.Monetary("Received", readonly=True)
    allocated = fields.Monetary(readonly=True)
    gap = fields.Monetary(
        "Left over", readonly=True, help="Received beyond what the items are owed."
    )
    short = fields.Monetary(
        "Short by", readonly=True, help="Still open of the items after this receipt."
    )
    allocation_currency_id = fields.Many2one(
        "res.currency",
        readonly=True,
        help="Currency of the items, when the payment was ordered in it.",
    )
    probability = fields.Float(readonly=True, digits=(4, 3), aggregator="avg")
    rank = fields.Integer(
        default=1, readonly=True, help="1: the likeliest for its receipt."
    )
    pays = fields.Char(compute="_compute_pays")
    gap_kind = fields.Selection(
        GAP_KINDS,
        "Kind of gap",
        default="none",
        help="What explains that the receipt is not the sum of what it pays.",
    )
    written_off = fields.Monetary(
        readonly=True,
        currency_field="allocation_currency_id",
        help="Closed on the items beyond what was received.",
    )
    state = fields.Selection(
        selection(
            ProposalState,
            {
                ProposalState.PROPOSED: "Proposed",
                ProposalState.VALIDATED: "Validated",
                ProposalState.BOOKED: "Booked automatically",
                ProposalState.REFUSED: "Refused",
                ProposalState.UNDONE: "Undone",
            },
        ),
        default=ProposalState.PROPOSED.value,
        required=True,
        readonly=True,
        index=True,
    )
    confidence = fields.Selection(CONFIDENCES, readonly=True)
    rule = fields.Char(readonly=True)
    explanation = fields.Json("Explanation data", readonly=True)
    explanation_text = fields.Text("Why", compute="_compute_explanation_text")
    engine_version = fields.Char(readonly=True)
    preview = fields.Html(
        "Journal items it books", compute="_compute_preview", sanitize=False
    )
    automatic = fields.Boolean(
        readonly=True, help="Booked by the machine, whatever became of it since."
    )
    notice_id = fields.Many2one(
        "ar.payment.notice",
        "Announced payment",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    partner_was_set = fields.Boolean(
        readonly=True, help="The bank line had its customer before it was booked."
    )
    log_id = fields.Many2one(
        "ar.lettering.log",
        "Run",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    decided_by_id = fields.Many2one("res.users", readonly=True, ondelete="set null")
    decided_at = fields.Datetime(readonly=True)
    line_ids = fields.One2many(
        "ar.lettering.proposal.line", "proposal_id", "Items", readonly=True
    )

    _one_booked = models.UniqueIndex(
        "(st_line_id) WHERE state IN ('validated', 'booked')",
        "A receipt is booked once.",
    )

    def _ar_transitions(self):
        return PROPOSAL_TRANSITIONS

    @api.depends("st_line_id.payment_ref", "partner_id")
    def _compute_display_name(self):
        for proposal in self:
            amount = format_amount(self.env, proposal.amount, proposal.currency_id)
            name = proposal.partner_id.display_name or proposal.receipt_label
            proposal.display_name = f"{amount} {name or ''}".strip()

    @api.depends("explanation")
    @api.depends_context("lang")
    def _compute_explanation_text(self):
        for proposal in self:
            proposal.explanation_text = "\n".join(
                told["words"] for told in proposal._ar_told()
            )

    @api.depends("line_ids.number")
    def _compute_pays(self):
        for proposal in self:
            proposal.pays = ", ".join(proposal.line_ids.mapped("number"))

    @api.depends("state", "line_ids.amount", "line_ids.written_off")
    def _compute_preview(self):
        for proposal in self:
            open_ = proposal.state == ProposalState.PROPOSED.value
            whole = all(part.move_line_id for part in proposal.line_ids)
            if not (open_ and proposal.line_ids and whole):
                proposal.preview = False
                continue
            booking = self.env["ar.lettering.booking"]
            proposal.preview = booking._ar_preview_html(proposal._ar_plan())

    def _ar_told(self):
        """Reasons against first, then what speaks for it, in the reader's language."""
        self.ensure_one()
        return self.st_line_id._ar_words(self.explanation or {})

    # Buttons ---------------------------------------------------------------------

    def action_validate(self):
        """Book these proposals, as the person who looked at them.

        :return: True for one; a notification of how many for several
        :raise UserError: when a receipt or an item changed since it was proposed; of
            several, the others are booked nevertheless
        """
        self.check_access("write")
        if any(p.state != ProposalState.PROPOSED.value for p in self):
            raise UserError(self.env._("Only a proposal can be validated."))
        booked, failed = self._ar_validate()
        if failed and len(self) == 1:
            raise UserError(self._ar_error_words(failed[0][1]))
        return True if len(self) == 1 else self._ar_notify_validated(booked, failed)

    def _ar_validate(self):
        """Book in batches; of two that want the same item, the likelier.

        :return: proposals that are booked, and (proposal, error) for the others
        :rtype: tuple[models.BaseModel, list]
        """
        plans, failed, taken = [], [], set()
        for proposal in self.sorted(lambda p: (-p.probability, p.rank, p.id)):
            plan = proposal._ar_plan()
            plan.key = proposal
            claims = {("receipt", plan.line.id)} | {("item", i) for i in plan.items.ids}
            if claims & taken:
                failed.append((proposal, BookingError("letter_item_taken")))
                continue
            taken |= claims
            plans.append(plan)
        done = self.browse()
        for batch in split_every(BATCH, plans):
            booked, refused = self.env["ar.lettering.booking"]._ar_book(batch)
            done |= self.browse().union(*(plan.key for plan in booked))
            failed += [(plan.key, error) for plan, error in refused]
        if done:
            done._ar_mark_booked(ProposalState.VALIDATED)
            done._ar_teach(good=True)
        return done, failed

    @api.model
    def _ar_error_words(self, error):
        why = [{"code": error.code, "params": error.params}]
        return self.env["ar.reason"]._ar_words(why)[0]["words"]

    @api.model
    def _ar_notify_validated(self, booked, failed):
        message = self.env._("%(count)s receipts booked.", count=len(booked))
        if failed:
            words = dict.fromkeys(self._ar_error_words(e) for _p, e in failed)
            message += " " + self.env._(
                "%(count)s not: %(why)s", count=len(failed), why=" ".join(words)
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": message,
                "type": "warning" if failed else "success",
                "sticky": bool(failed),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_refuse(self):
        """Say no: the same items are not proposed for this receipt again."""
        self.check_access("write")
        moved = self._update_state(
            ProposalState.REFUSED, self._ar_decided(), strict=True
        )
        lines = moved.st_line_id
        lines.filtered(lambda line: not line._ar_proposed())._ar_set_left(
            "letter_refused"
        )
        moved._ar_teach(good=False)

    def action_undo(self):
        """Take the matching of these receipts apart."""
        self.check_access("write")
        booked = self.filtered(lambda p: p.state in PROPOSAL_BOOKED)
        if not booked:
            raise UserError(self.env._("There is nothing to undo: not booked."))
        booked.st_line_id.action_undo_reconciliation()

    # Life ------------------------------------------------------------------------

    def _ar_plan(self):
        self.ensure_one()
        plan = BookingPlan(
            self.st_line_id,
            [(line.move_line_id, line.amount) for line in self.line_ids],
            self.partner_id,
            gaps=[
                Gap(self.gap_kind, line.written_off, line.move_line_id)
                for line in self.line_ids
                if line.written_off
            ],
            currency=self.allocation_currency_id or None,
        )
        if self.gap_kind == "retention":
            self.env["ar.lettering.booking"]._ar_move_retention(plan)
        return plan

    def _ar_signature(self):
        """What is paid, to compare with another match: set of (item, minor units)."""
        self.ensure_one()
        currency = self.allocation_currency_id or self.currency_id
        factor = 10**currency.decimal_places
        return frozenset(
            (line.move_line_id.id, round(line.amount * factor))
            for line in self.line_ids
        )

    def _ar_decided(self):
        return {
            "decided_by_id": self.env.uid,
            "decided_at": fields.Datetime.now(),
        }

    def _ar_mark_booked(self, state):
        """The ledger holds these matches now; tell the timeline."""
        automatic = state is ProposalState.BOOKED
        vals = {**self._ar_decided(), "automatic": automatic}
        moved = self._update_state(state, vals)
        lines = moved.st_line_id
        lines._ar_set_matched(moved)
        (lines.ar_proposal_ids - moved).filtered(
            lambda p: p.state == ProposalState.PROPOSED.value
        ).unlink()
        moved._ar_record("receipt_matched")
        moved._ar_raise_deductions()

    def _ar_raise_deductions(self):
        """The part of an invoice that the customer deducted is in dispute."""
        vals_list = []
        for proposal in self.filtered(lambda p: p.gap_kind == "deduction"):
            currency = proposal.allocation_currency_id or proposal.currency_id
            for part in proposal.line_ids:
                left = part.open_amount - part.amount
                if not part.move_id or currency.compare_amounts(left, 0.0) <= 0:
                    continue
                vals_list.append(
                    {
                        "move_id": part.move_id.id,
                        "source": "lettering",
                        "source_key": f"deduction:{proposal.id}:{part.id}",
                        "reason_code": "price",
                        "amount": left,
                        "description": proposal._ar_summary(),
                    }
                )
        if vals_list:
            # Who books bank lines need not be a collector.
            self.env["ar.dispute"].sudo()._ar_raise(vals_list)

    def _ar_teach(self, good):
        """A person decided: remember what it says of the payer."""
        self.env["ar.lettering.memory"]._ar_learn(self, good=good)

    def _ar_booked_on(self, st_lines):
        """:return: proposals that booked these receipts and stand"""
        if not st_lines:
            return self.browse()
        return self.search(
            [("st_line_id", "in", st_lines.ids), ("state", "in", PROPOSAL_BOOKED)]
        )

    def _ar_mark_undone(self):
        """The ledger does not hold these matches any more."""
        moved = self._update_state(ProposalState.UNDONE, self._ar_decided())
        if moved:
            moved.st_line_id._ar_set_left("letter_undone")
            moved._ar_record("receipt_undone")
            moved._ar_teach(good=False)

    def _ar_record(self, kind):
        """Write one event per proposal, on the account and on each invoice."""
        debtors = self._ar_debtors()
        vals_list = []
        for proposal in self:
            debtor = debtors.get((proposal.company_id.id, proposal.partner_id.id))
            vals_list.append(
                {
                    "kind": kind,
                    "company_id": proposal.company_id.id,
                    "partner_id": proposal.partner_id.id,
                    "debtor_id": debtor,
                    "move_ids": proposal.line_ids.move_id.ids,
                    "summary": proposal._ar_summary(),
                    "payload": proposal.explanation,
                    "source": "lettering",
                    "source_key": f"{kind}:{proposal.id}",
                    "res_model": "account.bank.statement.line",
                    "res_id": proposal.st_line_id.id,
                }
            )
        self.env["ar.event"]._ar_record(vals_list)

    def _ar_debtors(self):
        found = (
            self.env["ar.debtor"]
            .sudo()
            .search(
                [
                    ("partner_id", "in", self.partner_id.ids),
                    ("company_id", "in", self.company_id.ids),
                ]
            )
        )
        return {(d.company_id.id, d.partner_id.id): d.id for d in found}

    def _ar_summary(self):
        self.ensure_one()
        return self.env._(
            "%(amount)s received on %(date)s pays %(numbers)s",
            amount=format_amount(self.env, self.amount, self.currency_id),
            date=fields.Date.to_string(self.receipt_date),
            numbers=", ".join(self.line_ids.mapped("number")),
        )
