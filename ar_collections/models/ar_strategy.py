from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.safe_eval import safe_eval

MODES = [
    ("manual", "Manual: a person sends"),
    ("confirm", "To confirm: sent after a delay unless someone objects"),
    ("auto", "Automatic"),
]


class ArStrategy(models.Model):
    """Which accounts, which ladder of steps, when and how."""

    _name = "ar.strategy"
    _description = "Collection strategy"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(
        "Priority", default=10, help="The first strategy that fits an account wins."
    )
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: for every company."
    )
    domain = fields.Char(
        "Accounts",
        default="[]",
        required=True,
        help="Which accounts it is for, as a filter on accounts.",
    )
    is_default = fields.Boolean(
        "Fallback", help="Takes the accounts that no other strategy wants."
    )
    mode = fields.Selection(MODES, default="confirm", required=True)
    confirm_hours = fields.Integer("Hours to object", default=24)
    unit = fields.Selection(
        [
            ("account", "One contact for all invoices"),
            ("invoice", "One contact per invoice"),
        ],
        string="Contact",
        default="account",
        required=True,
        help="Contacts about several invoices that leave on one day count as one.",
    )
    carrier = fields.Selection(
        [
            ("each", "Each invoice climbs its own ladder"),
            ("oldest", "All go with the oldest invoice"),
        ],
        string="Ladder",
        default="each",
        required=True,
        help="Each: the invoice that has come to the highest step leads, the others "
        "go along, and disputing the leader leaves the others where they are. "
        "Oldest: while it is open, the account keeps the step that it has reached.",
    )
    when_paid = fields.Selection(
        [
            ("stay", "Stay at the step reached"),
            ("restart", "Start again"),
            ("context", "By context"),
        ],
        string="When the oldest item is paid",
        default="context",
        required=True,
    )
    minimum_amount = fields.Monetary(
        default=0.0, help="Below this net overdue amount nobody is contacted."
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
    )
    min_gap_days = fields.Integer("Days between two contacts", default=5)
    weekly_cap = fields.Integer("Contacts a week at most", default=1)
    step_ids = fields.One2many("ar.strategy.step", "strategy_id", copy=True)
    debtor_count = fields.Integer(compute="_compute_debtor_count")

    _min_gap_positive = models.Constraint(
        "CHECK(min_gap_days >= 0)", "The days between two contacts cannot be negative."
    )
    _weekly_cap_positive = models.Constraint(
        "CHECK(weekly_cap > 0)", "The weekly cap must be at least one contact."
    )

    @api.depends_context("allowed_company_ids")
    def _compute_debtor_count(self):
        counts = dict(
            self.env["ar.debtor"]._read_group(
                [("strategy_id", "in", self.ids)], ["strategy_id"], ["__count"]
            )
        )
        for strategy in self:
            strategy.debtor_count = counts.get(strategy, 0)

    @api.constrains("domain")
    def _check_domain(self):
        for strategy in self:
            try:
                self.env["ar.debtor"].search_count(strategy._ar_domain(), limit=1)
            except Exception as error:
                raise ValidationError(
                    self.env._(
                        "The filter of strategy “%(name)s” cannot be used: %(error)s",
                        name=strategy.name,
                        error=error,
                    )
                ) from error

    def _ar_domain(self):
        """The filter on ``ar.debtor`` as a domain."""
        self.ensure_one()
        return safe_eval(self.domain or "[]", {"uid": self.env.uid})

    def _ar_order(self):
        """Place among the strategies that are tried one after the other."""
        return (self.is_default, self.sequence, self.id)

    def _ar_takes(self):
        """Domain of the accounts that it takes when no other one came before."""
        domain = [] if self.is_default else self._ar_domain()
        if self.company_id:
            domain = [("company_id", "=", self.company_id.id), *domain]
        return domain
