from odoo import api, fields, models

from ..engine.states import Verdict
from .ar_bulk import Many2oneSoft

VERDICTS = [
    (Verdict.CHASE.value, "To chase"),
    (Verdict.WAIT.value, "Not yet"),
    (Verdict.HOLD.value, "Held"),
    (Verdict.ASK.value, "Asks a person"),
    (Verdict.NOTHING.value, "Nothing due"),
]


#: What people set that changes the decision.
DECIDING = {
    "strategy_id",
    "strategy_manual",
    "contact_id",
    "paying_centre_id",
    "no_chasing",
    "hold_until",
    "insolvency",
    "insolvency_date",
}


class ArDebtor(models.Model):
    """Account of one customer with one collecting company.

    Machine columns (amounts, decision) are written set-based by the planner;
    people own strategy, collector, hold and insolvency.
    """

    _name = "ar.debtor"
    _inherit = ["mail.thread", "mail.activity.mixin", "ar.bulk"]
    _description = "Customer account"
    _order = "amount_overdue desc, id"
    _rec_name = "partner_id"
    _mail_post_access = "read"

    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade", index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    active = fields.Boolean(default=True)

    # People's columns.
    strategy_id = fields.Many2one(
        "ar.strategy", tracking=True, ondelete="restrict", index=True
    )
    strategy_manual = fields.Boolean(
        "Strategy kept by hand", help="The automatic assignment leaves it alone."
    )
    collector_id = fields.Many2one(
        "res.users", tracking=True, ondelete="set null", index=True
    )
    contact_id = fields.Many2one(
        "res.partner",
        "Collections contact",
        ondelete="set null",
        help="Who receives the reminders; empty: the billing contact.",
    )
    escalation_contact_id = fields.Many2one(
        "res.partner", "Escalated contact", ondelete="set null"
    )
    paying_centre_id = fields.Many2one(
        "res.partner",
        ondelete="set null",
        help="The office that pays for several customers: it is contacted instead.",
    )
    no_chasing = fields.Boolean("Never chase", tracking=True)
    hold_until = fields.Date("Suspended until", tracking=True)
    hold_reason = fields.Char("Why suspended", tracking=True)
    insolvency = fields.Selection(
        [
            ("safeguard", "Safeguard"),
            ("receivership", "Receivership"),
            ("liquidation", "Liquidation"),
        ],
        tracking=True,
    )
    insolvency_date = fields.Date("Judgment date", tracking=True)
    note = fields.Html()

    # Machine's columns.
    amount_due = fields.Monetary("Net balance", readonly=True)
    amount_overdue = fields.Monetary("Overdue", readonly=True)
    amount_credit = fields.Monetary("Unapplied credits", readonly=True)
    amount_blocked = fields.Monetary("Held back", readonly=True)
    oldest_due_date = fields.Date("Oldest due date", readonly=True)
    item_count = fields.Integer("Open items", readonly=True)
    verdict = fields.Selection(VERDICTS, "Decision", readonly=True, index=True)
    decision = fields.Json("Decision data", readonly=True)
    decision_date = fields.Date("Decided on", readonly=True)
    next_date = fields.Date("Next contact", readonly=True)
    next_step_id = Many2oneSoft("ar.strategy.step", "Next step", readonly=True)
    cycle = fields.Integer("Ladder cycle", readonly=True, default=1)
    ladder_level = fields.Integer(
        readonly=True,
        help="Highest step reached since nothing was late, in days; no value: none.",
    )

    item_ids = fields.One2many("ar.item", "debtor_id", readonly=True)
    open_item_ids = fields.One2many(
        "ar.item", "debtor_id", readonly=True, domain=[("is_open", "=", True)]
    )
    reminder_ids = fields.One2many("ar.reminder", "debtor_id", readonly=True)
    notice_ids = fields.One2many("ar.payment.notice", "debtor_id", readonly=True)
    dispute_ids = fields.One2many("ar.dispute", "debtor_id", readonly=True)
    timeline_ids = fields.One2many("ar.event.link", "debtor_id", readonly=True)
    decision_text = fields.Char("Why", compute="_compute_decision_text")

    _company_partner_unique = models.Constraint(
        "UNIQUE(company_id, partner_id)",
        "A customer has one account per collecting company.",
    )

    @api.depends("decision")
    @api.depends_context("lang")
    def _compute_decision_text(self):
        Reason = self.env["ar.reason"]
        for debtor in self:
            reasons = (debtor.decision or {}).get("reasons")
            debtor.decision_text = " ".join(
                told["words"] for told in Reason._ar_words(reasons)
            )

    def write(self, vals):
        result = super().write(vals)
        if DECIDING & vals.keys():
            self.env["ar.dirty"]._ar_mark(self.sudo().partner_id.ids, "people")
        return result

    # Hooks for the other add-ons.

    def _ar_action_url(self, recipient):
        """Address of the page where ``recipient`` can act, False when none.

        :param recipient: ``res.partner`` who will receive the link
        """
        self.ensure_one()
        return False

    def _ar_has_action_page(self, recipient):
        """Whether :meth:`_ar_action_url` would give an address; issues none."""
        self.ensure_one()
        return False

    @api.model
    def _ar_extra_blockers(self, debtor_ids, as_of):
        """Blockers that another add-on knows of.

        :param debtor_ids: ids of ``ar.debtor``
        :param as_of: date for which the decision is asked
        :return: ``{debtor_id: [{"code", "params", "until": date or None,
            "move_id": int or None}]}``; without ``move_id`` it stops the account
        """
        return {}
