from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_amount

from ..engine.plan_states import (
    PLAN_IN_FORCE,
    PLAN_OPEN,
    PLAN_TRANSITIONS,
    FailRule,
    PlanState,
)
from .ar_state_mixin import selection

RULES = [
    (FailRule.FIRST.value, "At the first missed instalment"),
    (FailRule.SECOND.value, "At the second missed instalment"),
]
#: What the customer agrees to: it stays as it is once proposed.
TERMS = {
    "debtor_id",
    "company_id",
    "currency_id",
    "part_ids",
    "line_ids",
    "start_date",
    "deposit_first",
    "fail_rule",
    "grace_days",
    "freeze_claims",
}
#: Recorded by the plan's own methods, by nobody else.
RECORDED = {
    "approved_by_id",
    "accepted_by",
    "accepted_on",
    "evidence_kind",
    "evidence_note",
    "ended_on",
    "end_reason",
    "amount_received",
}


class ArPaymentPlan(models.Model):
    """Instalments that stand for the due dates of what they cover.

    Proposed, accepted with a proof, then judged by what the ledger receives: kept,
    or failed as a whole. While it is in force, ladder, previews, ages and statement
    look at its instalments; the rule itself is in ``engine.planned``.
    """

    _name = "ar.payment.plan"
    _inherit = ["ar.state.mixin"]
    _description = "Instalment plan"
    _order = "id desc"

    name = fields.Char("Reference", readonly=True, default="/", copy=False)
    debtor_id = fields.Many2one(
        "ar.debtor",
        "Account",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    partner_id = fields.Many2one(related="debtor_id.partner_id")
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade", index=True
    )
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    template_id = fields.Many2one(
        "ar.payment.plan.template", readonly=True, ondelete="set null"
    )
    user_id = fields.Many2one(
        "res.users",
        "Prepared by",
        default=lambda self: self.env.user,
        readonly=True,
        ondelete="set null",
    )
    state = fields.Selection(
        selection(
            PlanState,
            {
                PlanState.DRAFT: "Draft",
                PlanState.SENT: "Proposed",
                PlanState.ACCEPTED: "First payment awaited",
                PlanState.RUNNING: "Running",
                PlanState.KEPT: "Kept",
                PlanState.FAILED: "Failed",
                PlanState.CANCELLED: "Cancelled",
            },
        ),
        default=PlanState.DRAFT.value,
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    start_date = fields.Date(required=True)
    deposit_first = fields.Boolean(
        "Stands on its first payment",
        help="The plan begins once its first instalment is received, and fails when it "
        "is not, whatever the rule.",
    )
    fail_rule = fields.Selection(
        RULES, "Fails", default=FailRule.FIRST.value, required=True
    )
    grace_days = fields.Integer(
        "Days of grace",
        default=8,
        help="An instalment is missed when it is not paid so many days after its date.",
    )
    freeze_claims = fields.Boolean(
        "Suspend late interest",
        help="No interest runs on these invoices from the acceptance on, unless the "
        "plan fails.",
    )
    answer_by = fields.Date(
        "Answer awaited until", help="Until then what the plan covers is not chased."
    )
    note = fields.Text()
    part_ids = fields.One2many("ar.payment.plan.part", "plan_id", "Invoices")
    line_ids = fields.One2many("ar.payment.plan.line", "plan_id", "Instalments")
    amount_total = fields.Monetary(
        "Debt", compute="_compute_amounts", store=True, help="What the plan covers."
    )
    amount_planned = fields.Monetary(
        "Instalments in all", compute="_compute_amounts", store=True
    )
    amount_received = fields.Monetary("Received", readonly=True, copy=False)
    amount_left = fields.Monetary("Still to pay", compute="_compute_left")
    next_due = fields.Date("Next instalment", compute="_compute_left")
    is_late = fields.Boolean("Instalment late", compute="_compute_left")

    # The acceptance.
    accepted_by = fields.Char(readonly=True, copy=False)
    accepted_on = fields.Date(readonly=True, copy=False)
    evidence_kind = fields.Selection(
        [
            ("signed", "Signed document"),
            ("reply", "Written reply"),
            ("portal", "Customer's page"),
        ],
        "Evidence",
        readonly=True,
        copy=False,
    )
    evidence_note = fields.Text("About the evidence", readonly=True, copy=False)
    attachment_ids = fields.Many2many(
        "ir.attachment", "ar_plan_attachment_rel", string="Documents", copy=False
    )
    ended_on = fields.Date(readonly=True, copy=False)
    end_reason = fields.Char("How it ended", readonly=True, copy=False)
    approved_by_id = fields.Many2one(
        "res.users", "Approved by", readonly=True, copy=False, ondelete="set null"
    )
    needs_approval = fields.Boolean(compute="_compute_needs_approval")

    _grace_positive = models.Constraint(
        "CHECK(grace_days >= 0)", "Days of grace cannot be negative."
    )

    def _ar_transitions(self):
        return PLAN_TRANSITIONS

    @api.depends("part_ids.amount", "line_ids.amount")
    def _compute_amounts(self):
        for plan in self:
            plan.amount_total = sum(plan.part_ids.mapped("amount"))
            plan.amount_planned = sum(plan.line_ids.mapped("amount"))

    @api.depends("amount_total", "amount_received", "state", "line_ids.status")
    def _compute_left(self):
        today = {c: c._ar_today() for c in self.company_id}
        for plan in self:
            plan.amount_left = plan.amount_total - plan.amount_received
            left = plan.line_ids.filtered(lambda ln: ln.status != "paid")
            days = [ln.due_date for ln in left if ln.due_date]
            plan.next_due = min(days, default=False)
            in_force = plan.state in PLAN_IN_FORCE
            late = plan.next_due and plan.next_due < today.get(plan.company_id)
            plan.is_late = bool(in_force and late)

    @api.depends("amount_total", "approved_by_id", "company_id", "currency_id")
    def _compute_needs_approval(self):
        for plan in self:
            plan.needs_approval = not plan.approved_by_id and plan._ar_is_large()

    def _ar_is_large(self):
        """Whether a credit manager has to approve it, by the company's amount."""
        company = self.company_id.sudo()
        limit = company.ar_plan_approval_amount
        if not limit or not self.currency_id:
            return False
        amount = self.currency_id._convert(
            self.amount_total, company.currency_id, company, company._ar_today()
        )
        return company.currency_id.compare_amounts(amount, limit) > 0

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("name", "/") == "/":
                vals["name"] = self.env["ir.sequence"].next_by_code("ar.payment.plan")
            debtor = self.env["ar.debtor"].browse(vals["debtor_id"])
            # Never another company's: its amount decides who approves.
            vals["company_id"] = debtor.company_id.id
            self._ar_check_recorded(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._ar_check_recorded(vals)
        if TERMS & vals.keys():
            self._ar_change_terms()
        with self.env["ar.change"].sudo()._ar_watch(self, {"state"} & vals.keys()):
            result = super().write(vals)
        if {"state", "answer_by"} & vals.keys():
            self._ar_mark_dirty()
        return result

    @api.ondelete(at_uninstall=False)
    def _ar_unlink_drafts_only(self):
        if any(plan.state != PlanState.DRAFT.value for plan in self):
            raise UserError(
                self.env._("A plan that was proposed is cancelled, not deleted.")
            )

    def _ar_check_recorded(self, vals):
        if RECORDED & vals.keys() and not self.env.su:
            raise UserError(
                self.env._("Approval, acceptance and end are recorded by the buttons.")
            )

    def _ar_change_terms(self):
        """Terms are changed in a draft only, and have to be approved again.

        :raise UserError: when a plan was proposed already
        """
        if self.env.su:
            return
        for plan in self:
            if plan.state != PlanState.DRAFT.value:
                raise UserError(
                    self.env._(
                        "%(plan)s was proposed as it is: take it back to draft, or "
                        "cancel it and make another.",
                        plan=plan.name,
                    )
                )
        self.sudo().filtered("approved_by_id").write({"approved_by_id": False})

    def _ar_instalments(self):
        """The instalments in the order in which money goes to them."""
        return self.line_ids.sorted(lambda ln: (ln.due_date, ln.id))

    def _ar_mark_dirty(self):
        self.env["ar.dirty"]._ar_mark(self.sudo().debtor_id.partner_id.ids, "plan")

    @api.model
    def _ar_prepare(self, items, template, start=None, rules=None):
        """Prepare a plan for these items, which it covers whole.

        :param items: open ``ar.item`` of one account and one currency
        :param template: ``ar.payment.plan.template``, the shape of the plan
        :param start: first day; today by default
        :param dict rules: values of the plan that replace those of the template
        :return: the plan, a draft
        :raise UserError: when nothing is open, or accounts or currencies are mixed
        """
        items = items.filtered(lambda i: i.is_open and not i.is_credit)
        items = items.sorted(lambda i: (i.due_date, i.id))
        if not items:
            raise UserError(self.env._("Choose invoices that are open."))
        if len(items.debtor_id) > 1 or len(items.currency_id) > 1:
            raise UserError(
                self.env._("A plan takes invoices of one account and one currency.")
            )
        debtor, currency = items.debtor_id, items.currency_id
        start = start or debtor.company_id._ar_today()
        total = sum(items.mapped("residual"))
        parts = [
            {"item_id": item.id, "move_id": item.move_id.id, "amount": item.residual}
            for item in items
        ]
        return self.create(
            {
                "debtor_id": debtor.id,
                "currency_id": currency.id,
                "template_id": template.id,
                "start_date": start,
                **template._ar_plan_values(),
                **(rules or {}),
                "part_ids": [Command.create(values) for values in parts],
                "line_ids": [
                    Command.create(values)
                    for values in template._ar_lines(total, currency, start)
                ],
            }
        )

    def _ar_check_terms(self):
        """Refuse to propose what cannot hold.

        :raise UserError: amounts that do not add up, no instalment, dates that go
            back, a part that is no longer open
        """
        for plan in self:
            if not plan.line_ids or not plan.part_ids:
                raise UserError(
                    self.env._(
                        "%(plan)s has no instalment or no invoice.", plan=plan.name
                    )
                )
            compare = plan.currency_id.compare_amounts
            if compare(plan.amount_planned, plan.amount_total):
                raise UserError(
                    self.env._(
                        "The instalments of %(plan)s make %(planned)s, its invoices "
                        "%(total)s.",
                        plan=plan.name,
                        planned=format_amount(
                            self.env, plan.amount_planned, plan.currency_id
                        ),
                        total=format_amount(
                            self.env, plan.amount_total, plan.currency_id
                        ),
                    )
                )
            if min(plan.line_ids.mapped("due_date")) < plan.company_id._ar_today():
                raise UserError(
                    self.env._(
                        "An instalment of %(plan)s is in the past: choose other dates.",
                        plan=plan.name,
                    )
                )
            for part in plan.part_ids:
                item = part.item_id.sudo()
                ours = item.debtor_id == plan.debtor_id and item.is_open
                same = item.currency_id == plan.currency_id
                if not (ours and same) or compare(part.amount, item.residual):
                    raise UserError(
                        self.env._(
                            "%(invoice)s is no longer open as the plan covers it: "
                            "prepare it again.",
                            invoice=part.move_id.display_name,
                        )
                    )

    @api.constrains("company_id", "debtor_id")
    def _check_account_company(self):
        if any(plan.company_id != plan.sudo().debtor_id.company_id for plan in self):
            raise ValidationError(
                self.env._("A plan takes invoices of one account and one currency.")
            )

    @api.constrains("state", "part_ids")
    def _check_one_plan(self):
        """What one plan covers, no other does."""
        open_states = [state.value for state in PLAN_OPEN]
        for plan in self.filtered(lambda p: p.state in open_states):
            plan._ar_check_alone()

    def _ar_check_alone(self):
        """Refuse a plan whose invoices are in another one.

        :raise ValidationError: names the other plan
        """
        double = self.env["ar.payment.plan.part"].search(
            [
                ("item_id", "in", self.part_ids.item_id.ids),
                ("plan_id", "!=", self.id),
                ("plan_id.state", "in", [state.value for state in PLAN_OPEN]),
            ],
            limit=1,
        )
        if double:
            raise ValidationError(
                self.env._(
                    "%(invoice)s is in %(plan)s already.",
                    invoice=double.move_id.display_name,
                    plan=double.plan_id.name,
                )
            )
