from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.case_states import (
    CASE_OPEN,
    CASE_TRANSITIONS,
    CaseOutcome,
    CaseState,
    Urgency,
)
from .ar_case_stage import CASE_STATES
from .ar_state_mixin import selection

OPEN_STATES = [state.value for state in CASE_OPEN]
OUTCOMES = selection(
    CaseOutcome,
    {
        CaseOutcome.PAID: "Paid",
        CaseOutcome.SETTLED: "Settled",
        CaseOutcome.WRITTEN_OFF: "Written off",
        CaseOutcome.THIRD_PARTY: "Handed to a third party",
        CaseOutcome.INSOLVENCY: "Insolvency",
        CaseOutcome.REFUSED: "Refused",
        CaseOutcome.DUPLICATE: "Duplicate",
        CaseOutcome.CANCELLED: "Cancelled",
    },
)
URGENCIES = selection(
    Urgency,
    {Urgency.LOW: "Low", Urgency.NORMAL: "Normal", Urgency.HIGH: "High"},
)
ORIGINS = [
    ("person", "A collector"),
    ("ladder", "Last step of the strategy"),
    ("request", "Request of a colleague"),
    ("portal", "Request page"),
    ("mail", "Request by e-mail"),
]


class ArCase(models.Model):
    """A recovery case: invoices that reminding did not get paid.

    What it covers leaves the ladder; its contacts are reminders under the same cap.
    Stages are the company's, each stands for one fixed status.
    """

    _name = "ar.case"
    _inherit = ["mail.thread", "mail.activity.mixin", "ar.state.mixin"]
    _description = "Recovery case"
    _order = "deadline, id desc"
    _mail_post_access = "read"

    name = fields.Char("Reference", readonly=True, default="/", copy=False)
    debtor_id = fields.Many2one(
        "ar.debtor", "Account", readonly=True, ondelete="restrict", index=True
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    stage_id = fields.Many2one(
        "ar.case.stage",
        tracking=True,
        ondelete="restrict",
        index=True,
        copy=False,
        group_expand="_read_group_stage_ids",
        domain="[('company_id', 'in', [False, company_id])]",
    )
    state = fields.Selection(
        CASE_STATES,
        default=CaseState.REQUESTED.value,
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    outcome = fields.Selection(OUTCOMES, readonly=True, tracking=True, copy=False)
    user_id = fields.Many2one(
        "res.users",
        "Owner",
        tracking=True,
        ondelete="set null",
        index="btree_not_null",
        domain="[('share', '=', False)]",
    )
    deadline = fields.Date(tracking=True, copy=False, index="btree_not_null")
    stage_since = fields.Date("In this stage since", readonly=True, copy=False)
    opened_at = fields.Date("Opened on", readonly=True, copy=False)
    closed_at = fields.Date("Closed on", readonly=True, copy=False)
    close_reason = fields.Char("Why closed", readonly=True, copy=False)
    reason = fields.Char("Why opened", readonly=True)
    origin = fields.Selection(ORIGINS, default="person", required=True, readonly=True)
    note = fields.Html()

    line_ids = fields.One2many("ar.case.line", "case_id", "Invoices", readonly=True)
    all_line_ids = fields.One2many(
        "ar.case.line",
        "case_id",
        "Invoices, those taken out too",
        readonly=True,
        context={"active_test": False},
    )
    amount_total = fields.Monetary(
        "To recover", compute="_compute_amounts", store=True, help="Open now."
    )
    amount_opened = fields.Monetary(
        "At the opening", compute="_compute_amounts", store=True
    )

    # The request of a colleague.
    requester_id = fields.Many2one(
        "res.users",
        "Requested by",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    requester_email = fields.Char("E-mail of the requester", readonly=True)
    requested_at = fields.Datetime("Requested on", readonly=True, copy=False)
    request_customer = fields.Char(
        "Customer, as written", readonly=True, help="As the requester wrote it."
    )
    request_numbers = fields.Char(
        "Invoices, as written", readonly=True, help="As the requester wrote them."
    )
    request_move_ids = fields.Many2many(
        "account.move", "ar_case_request_move_rel", string="Invoices requested"
    )
    request_reason = fields.Text("Why requested", readonly=True)
    request_answer = fields.Text("Answer to the requester", readonly=True, copy=False)
    urgency = fields.Selection(
        URGENCIES, default=Urgency.NORMAL.value, required=True, tracking=True
    )
    duplicate_of_id = fields.Many2one(
        "ar.case", "Duplicate of", readonly=True, copy=False, ondelete="set null"
    )
    source = fields.Char(readonly=True, copy=False)
    source_key = fields.Char(readonly=True, copy=False)

    _source_unique = models.UniqueIndex(
        "(company_id, source, source_key) WHERE source_key IS NOT NULL",
        "This request was received already.",
    )
    _account_or_request = models.Constraint(
        "CHECK(debtor_id IS NOT NULL OR state IN ('requested', 'closed'))",
        "A recovery case is about a customer account.",
    )

    def _ar_transitions(self):
        return CASE_TRANSITIONS

    @api.depends("line_ids.company_open", "line_ids.company_opened", "line_ids.active")
    def _compute_amounts(self):
        for case in self:
            lines = case.line_ids.filtered("active")
            case.amount_total = sum(lines.mapped("company_open"))
            case.amount_opened = sum(lines.mapped("company_opened"))

    @api.model
    def _read_group_stage_ids(self, stages, domain):
        """Every stage of the companies in view has its column."""
        companies = [False, *self.env.companies.ids]
        return stages | stages.search([("company_id", "in", companies)])

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("name", "/") == "/":
                vals["name"] = self.env["ir.sequence"].next_by_code("ar.case")
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _ar_unlink_never(self):
        if self:
            raise UserError(self.env._("A recovery case is closed, not deleted."))

    def _ar_is_open(self):
        """Whether what this case covers has left the ladder."""
        self.ensure_one()
        return self.state in OPEN_STATES

    def _ar_told(self):
        """This case in the language in which its company keeps its records."""
        return self.with_context(lang=self.company_id._ar_lang())

    def _ar_action_url(self, recipient):
        """Address of the page where ``recipient`` can act on this case, or False.

        :param recipient: ``res.partner`` who will receive the link
        """
        self.ensure_one()
        return self.debtor_id._ar_action_url(recipient)

    def _ar_has_action_page(self, recipient):
        """Whether :meth:`_ar_action_url` would give an address; issues none."""
        self.ensure_one()
        return self.debtor_id._ar_has_action_page(recipient)
