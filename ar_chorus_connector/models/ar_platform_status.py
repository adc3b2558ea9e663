from odoo import api, fields, models
from odoo.tools import frozendict, ormcache

from ..engine.statuses import Canonical, Clock, Effect, Rule, normalise_code
from .ar_platform import KINDS

CANONICAL = [
    (Canonical.DRAFT.value, "Draft"),
    (Canonical.DEPOSITED.value, "Deposited"),
    (Canonical.IN_TRANSIT.value, "On its way"),
    (Canonical.NOT_DELIVERED.value, "Not delivered"),
    (Canonical.MADE_AVAILABLE.value, "Made available"),
    (Canonical.IN_VALIDATION.value, "Being validated"),
    (Canonical.VALIDATION_LATE.value, "Validation overdue"),
    (Canonical.SERVICE_DONE.value, "Service performed"),
    (Canonical.PARTLY_APPROVED.value, "Partly approved"),
    (Canonical.APPROVED.value, "Approved"),
    (Canonical.WITH_ACCOUNTANT.value, "With the accountant"),
    (Canonical.BOOKED.value, "Booked"),
    (Canonical.PAYMENT_SENT.value, "Payment sent"),
    (Canonical.CASHED.value, "Cashed"),
    (Canonical.SUSPENDED.value, "Suspended"),
    (Canonical.COMPLETED.value, "Completed"),
    (Canonical.IN_DISPUTE.value, "In dispute"),
    (Canonical.MISROUTED.value, "Sent to the wrong service"),
    (Canonical.REFUSED.value, "Refused"),
    (Canonical.REJECTED.value, "Rejected"),
    (Canonical.WITHDRAWN.value, "Withdrawn"),
    (Canonical.UNKNOWN.value, "Unknown"),
]
EFFECTS = [
    (Effect.IGNORE.value, "Changes nothing"),
    (Effect.CHASE.value, "Chasing goes its normal way"),
    (Effect.PAUSE.value, "Pauses the chasing"),
    (Effect.DISPUTE.value, "Opens a dispute"),
    (Effect.REVIEW.value, "Asks a person"),
    (Effect.NOTICE.value, "Announces the payment"),
]
CLOCKS = [
    (Clock.NONE.value, "None"),
    (Clock.START.value, "Starts it"),
    (Clock.INTERRUPT.value, "Interrupts it"),
    (Clock.RESUME.value, "Resumes it"),
    (Clock.ORDER.value, "Payment ordered"),
    (Clock.END.value, "Ends it"),
]


class ArPlatformStatus(models.Model):
    """What one raw status of a platform means, and does to the chasing."""

    _name = "ar.platform.status"
    _description = "Status of a buyer's platform"
    _order = "kind, sequence, code"

    name = fields.Char("Label", required=True, translate=True)
    code = fields.Char(required=True, help="As the platform writes it.")
    kind = fields.Selection(KINDS, "Platform type", required=True, default="chorus_pro")
    company_id = fields.Many2one(
        "res.company",
        ondelete="cascade",
        help="Empty: for every company. A company's own line replaces the common one.",
    )
    sequence = fields.Integer(default=200)
    active = fields.Boolean(default=True)
    canonical = fields.Selection(
        CANONICAL, "Meaning", required=True, default=Canonical.UNKNOWN.value
    )
    effect = fields.Selection(EFFECTS, required=True, default=Effect.IGNORE.value)
    reason_id = fields.Many2one(
        "ar.dispute.reason",
        "Dispute reason",
        ondelete="restrict",
        help="It also says who answers for the dispute.",
    )
    pause_days = fields.Integer(
        "Longest pause",
        default=15,
        help="In days from the first status of this kind: a pause always ends.",
    )
    confirms = fields.Boolean(
        "Buyer has approved", help="Fixes the confirmed due date of the invoice."
    )
    clock = fields.Selection(
        CLOCKS,
        "Legal payment delay",
        required=True,
        default=Clock.NONE.value,
        help="Public buyers: starts when the invoice is made available; a suspension "
        "interrupts it once, and only before the payment is ordered.",
    )
    to_decide = fields.Boolean(
        help="Met for the first time: it changes nothing until someone decides."
    )

    _code_unique = models.UniqueIndex(
        "(kind, code, COALESCE(company_id, 0))", "This status is in the table already."
    )
    _reason_needed = models.Constraint(
        "CHECK (reason_id IS NOT NULL OR effect NOT IN ('dispute', 'review'))",
        "A status that opens a dispute needs a dispute reason.",
    )
    _pause_ends = models.Constraint(
        "CHECK (pause_days > 0)", "A pause lasts one day at least, and always ends."
    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("code"):
                vals["code"] = normalise_code(vals["code"])
        rules = super().create(vals_list)
        self.env.registry.clear_cache()
        rules._mark_invoices()
        return rules

    def write(self, vals):
        if vals.get("code"):
            vals = {**vals, "code": normalise_code(vals["code"])}
        if "to_decide" not in vals and {"canonical", "effect"} & set(vals):
            vals = {**vals, "to_decide": False}
        result = super().write(vals)
        self.env.registry.clear_cache()
        self._mark_invoices()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    def _mark_invoices(self):
        """Have the invoices that know these statuses decided upon again."""
        events = self.env["ar.platform.event"].sudo()
        found = events.search([("code", "in", self.mapped("code"))])
        found.link_id.filtered("move_id").stale = True

    @api.model
    def _table_kind(self, kind):
        """Which table a type of platform uses; several may share one."""
        return kind

    @api.model
    def _rules(self, kind, company):
        """The table of one platform type for one company.

        :return: ``{code: engine.statuses.Rule}``, not to be changed
        """
        return self._rules_of(kind, company.id)

    @api.model
    @ormcache("kind", "company_id")
    def _rules_of(self, kind, company_id):
        rows = self._rows(kind, self.env["res.company"].browse(company_id))
        rules = {
            code: Rule(
                code=code,
                canonical=Canonical(row.canonical),
                effect=Effect(row.effect),
                clock=Clock(row.clock),
                reason=row.reason_id.code or "",
                pause_days=row.pause_days,
                confirms=row.confirms,
            )
            for code, row in rows.items()
            if not row.to_decide
        }
        return frozendict(rules)

    @api.model
    def _rows(self, kind, company):
        """``{code: row}``, a company's own line before the common one."""
        ids = self._row_ids(kind, company.id)
        rows = self.sudo().browse(ids.values())
        return dict(zip(ids, rows, strict=True))

    @api.model
    @ormcache("kind", "company_id")
    def _row_ids(self, kind, company_id):
        """``{code: id}``, looked up once for a whole round of reading."""
        kind = self._table_kind(kind)
        domain = [("kind", "=", kind), ("company_id", "in", [False, company_id])]
        rows = self.sudo().search(domain)
        common = rows.filtered(lambda r: not r.company_id)
        return frozendict({row.code: row.id for row in common + (rows - common)})

    @api.model
    def _meet(self, kind, company, codes):
        """Add the codes that the table lacks, to be decided by a person.

        :return: the rows that are new; each is alerted about once, and only once
        """
        known, kind = self._rows(kind, company), self._table_kind(kind)
        fresh = [code for code in codes if code not in known]
        return self.sudo().create(
            [
                {"code": code, "name": code, "kind": kind, "to_decide": True}
                for code in fresh
            ]
        )
