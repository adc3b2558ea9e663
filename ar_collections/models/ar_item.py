from odoo import fields, models

from .ar_bulk import Many2oneSoft


class ArItem(models.Model):
    """One row for life per due instalment of a receivable entry.

    A journal item's id is not for life (payment terms reuse and delete lines), so
    the identity is (entry, rank by due date), and ``move_line_id`` the pointer of
    the day. Amounts are signed: an invoice is positive, a credit negative.
    """

    _name = "ar.item"
    _inherit = ["ar.bulk"]
    _description = "Receivable item"
    _log_access = False
    _order = "due_date, id"

    debtor_id = fields.Many2one(
        "ar.debtor", required=True, readonly=True, ondelete="restrict"
    )
    # No foreign key: deleting an entry takes its items along through unlink().
    move_id = Many2oneSoft("account.move", "Entry", required=True, readonly=True)
    move_rank = fields.Integer("Instalment", required=True, readonly=True)
    move_line_id = fields.Many2one(
        "account.move.line", readonly=True, ondelete="set null"
    )

    # Written by the refresh.
    is_open = fields.Boolean(readonly=True)
    is_credit = fields.Boolean("Credit", readonly=True)
    scope_code = fields.Char(
        "Not chased because", readonly=True, help="Empty: within scope."
    )
    due_date = fields.Date(readonly=True)
    currency_id = Many2oneSoft("res.currency", readonly=True)
    amount = fields.Monetary(readonly=True)
    residual = fields.Monetary("Open amount", readonly=True)
    company_residual = fields.Float(
        "Open amount (company currency)", readonly=True, digits=(16, 2)
    )
    disputed = fields.Monetary("Disputed part", readonly=True)
    announced = fields.Monetary("Announced part", readonly=True)
    blockers = fields.Json(readonly=True)

    # Ladder position, written when a contact is made.
    step_id = Many2oneSoft("ar.strategy.step", "Last step", readonly=True)
    step_delay = fields.Integer("Last step, in days", readonly=True)
    cycle = fields.Integer(readonly=True)
    last_contact_date = fields.Date(readonly=True)
    closed_date = fields.Date("Settled on", readonly=True)

    # A person's columns.
    hold_until = fields.Date("Suspended until")
    hold_reason = fields.Char("Why suspended")

    # Filled by connectors, read by everyone.
    buyer_status = fields.Char("Status at the buyer", readonly=True)
    buyer_status_code = fields.Char(
        readonly=True, help="Canonical code of that status, which steps count from."
    )
    buyer_status_date = fields.Datetime("Status date", readonly=True)
    buyer_comment = fields.Text("Buyer's comment", readonly=True)
    confirmed_due_date = fields.Date("Confirmed due date", readonly=True)
    interest_start = fields.Date("Interest runs from", readonly=True)
    expected_date = fields.Date("Payment expected on", readonly=True)

    name = fields.Char("Number", related="move_id.name")
    invoice_date = fields.Date(related="move_id.invoice_date")
    days_overdue = fields.Integer(compute="_compute_days_overdue")
    blocker_text = fields.Text("Held because", compute="_compute_blocker_text")

    _identity_unique = models.Constraint(
        "UNIQUE(move_id, move_rank)", "An instalment has one item."
    )
    _line_unique = models.Constraint(
        "UNIQUE(move_line_id)", "A journal item belongs to one item."
    )
    _open_debtor = models.Index("(debtor_id, due_date) WHERE is_open")

    def _compute_days_overdue(self):
        today = fields.Date.context_today(self)
        for item in self:
            due = item.confirmed_due_date or item.due_date
            item.days_overdue = (today - due).days if due and item.is_open else 0

    def _compute_blocker_text(self):
        Reason = self.env["ar.reason"]
        for item in self:
            reasons = list(item.blockers or ())
            if item.scope_code:
                reasons.append({"code": item.scope_code, "params": {}})
            item.blocker_text = " ".join(
                told["words"] for told in Reason._ar_words(reasons)
            )

    def write(self, vals):
        result = super().write(vals)
        if "hold_until" in vals:
            self.env["ar.dirty"]._ar_mark(
                self.sudo().debtor_id.partner_id.ids, "people"
            )
        return result

    def _ar_apply_signals(self):
        """Called after a connector wrote the buyer's columns of these items."""
        self.env["ar.dirty"]._ar_mark(self.debtor_id.partner_id.ids, "platform_signal")
