from odoo import api, fields, models

from ..engine.states import DisputeState, NoticeState, ReminderState

NOTICE_OPEN = [NoticeState.TO_REVIEW.value, NoticeState.ACTIVE.value]
REMINDER_TODO = [
    ReminderState.PLANNED.value,
    ReminderState.APPROVED.value,
    ReminderState.SENDING.value,
    ReminderState.FAILED.value,
    ReminderState.IN_DOUBT.value,
]


class ArDebtorActions(models.Model):
    """What the collector's screens need besides the account's own columns."""

    _inherit = "ar.debtor"

    days_overdue = fields.Integer(
        "Days late",
        compute="_compute_days_overdue",
        help="Of the oldest open item, on the calendar of the company.",
    )
    decision_line = fields.Char("Because", compute="_compute_decision_line")
    open_notice_count = fields.Integer(compute="_compute_open_counts")
    open_dispute_count = fields.Integer(compute="_compute_open_counts")
    open_reminder_count = fields.Integer(compute="_compute_open_counts")
    email = fields.Char(related="partner_id.email")
    phone = fields.Char(related="partner_id.phone")

    @api.depends("oldest_due_date")
    def _compute_days_overdue(self):
        today = {c: c._ar_today() for c in self.company_id}
        for debtor in self:
            due = debtor.oldest_due_date
            late = (today[debtor.company_id] - due).days if due else 0
            debtor.days_overdue = max(late, 0)

    @api.depends("decision", "next_step_id")
    @api.depends_context("lang")
    def _compute_decision_line(self):
        Reason = self.env["ar.reason"]
        for debtor in self:
            reasons = (debtor.decision or {}).get("reasons")
            debtor.decision_line = Reason._ar_line(reasons, debtor.next_step_id)

    @api.depends("notice_ids.state", "dispute_ids.state", "reminder_ids.state")
    def _compute_open_counts(self):
        counts = [
            ("open_notice_count", "ar.payment.notice", NOTICE_OPEN),
            ("open_dispute_count", "ar.dispute", [DisputeState.OPEN.value]),
            ("open_reminder_count", "ar.reminder", REMINDER_TODO),
        ]
        for fname, model, states in counts:
            groups = dict(
                self.env[model]._read_group(
                    [("debtor_id", "in", self.ids), ("state", "in", states)],
                    ["debtor_id"],
                    ["__count"],
                )
            )
            for debtor in self:
                debtor[fname] = groups.get(debtor, 0)

    def action_why(self):
        """Open the reasons of the decision, read live."""
        self.ensure_one()
        return self.env["ar.why"]._ar_open(self, self.explain())

    def _ar_action(self, xml_id, **context):
        """One of the hub's window actions, limited to this account."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            f"ar_collections.{xml_id}"
        )
        action["domain"] = [("debtor_id", "=", self.id)]
        action["context"] = {"default_debtor_id": self.id, **context}
        return action

    def action_open_items(self):
        """Items of this account."""
        return self._ar_action("ar_item_action", search_default_open=1)

    def action_open_held(self):
        """Items of this account that are held back, and why."""
        return self._ar_action("ar_item_action", search_default_held=1)

    def action_open_credits(self):
        """Credit notes and payments of this account that are not applied yet."""
        return self._ar_action("ar_item_action", search_default_credits=1)

    def action_open_notices(self):
        """Payment notices of this account."""
        return self._ar_action("ar_payment_notice_action")

    def action_open_disputes(self):
        """Disputes of this account."""
        return self._ar_action("ar_dispute_action")

    def action_open_reminders(self):
        """Reminders of this account."""
        return self._ar_action("ar_reminder_action")

    def action_new_dispute(self):
        """Open a dispute on one of this account's invoices."""
        action = self._ar_action("ar_dispute_new_action")
        action["domain"] = []
        return action

    def action_resume(self):
        """Lift the suspension, now."""
        self.check_access("write")
        held = self.filtered(lambda d: d.hold_until or d.no_chasing)
        held.write({"hold_until": False, "hold_reason": False, "no_chasing": False})
        held._ar_event_hold("hold_lifted", self.env._("Chasing resumed"))
        held.sudo()._ar_decide()

    def _ar_event_hold(self, kind, summary, payload=None):
        self.env["ar.event"]._ar_record(
            [
                {
                    "kind": kind,
                    "company_id": debtor.company_id.id,
                    "debtor_id": debtor.id,
                    "partner_id": debtor.partner_id.id,
                    "res_model": debtor._name,
                    "res_id": debtor.id,
                    "summary": summary,
                    "payload": payload,
                }
                for debtor in self
            ]
        )
