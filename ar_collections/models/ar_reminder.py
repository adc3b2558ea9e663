from odoo import api, fields, models

from ..engine.states import REMINDER_TRANSITIONS, ReminderState
from .ar_bulk import Many2oneSoft
from .ar_state_mixin import selection
from .ar_strategy_step import CHANNELS


class ArReminder(models.Model):
    """One contact with a debtor, on any channel, from plan to proof.

    A planned reminder has no lines: what it will say is read at the moment of
    sending. Once sent, its lines keep number, due date and amount as values.
    """

    _name = "ar.reminder"
    _inherit = ["ar.state.mixin", "ar.bulk"]
    _description = "Reminder"
    _order = "planned_date desc, id desc"

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
    unit_key = fields.Char(
        required=True,
        readonly=True,
        default="account",
        help="What the contact is about: “account” is the whole account.",
    )
    strategy_id = fields.Many2one("ar.strategy", readonly=True, ondelete="restrict")
    step_id = fields.Many2one("ar.strategy.step", readonly=True, ondelete="restrict")
    cycle = fields.Integer(readonly=True, default=1)
    channel = fields.Selection(CHANNELS, default="email", required=True)
    mode = fields.Selection(
        [("manual", "Manual"), ("confirm", "To confirm"), ("auto", "Automatic")],
        default="manual",
        required=True,
        readonly=True,
    )
    state = fields.Selection(
        selection(
            ReminderState,
            {
                ReminderState.PLANNED: "Planned",
                ReminderState.APPROVED: "Approved",
                ReminderState.SENDING: "Sending",
                ReminderState.DONE: "Sent",
                ReminderState.FAILED: "Failed",
                ReminderState.IN_DOUBT: "In doubt",
                ReminderState.CANCELLED: "Cancelled",
            },
        ),
        default=ReminderState.PLANNED.value,
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    planned_date = fields.Date(required=True, readonly=True)
    release_at = fields.Datetime(
        readonly=True, help="“To confirm”: leaves by itself from this moment."
    )
    reasons = fields.Json(readonly=True)
    cancel_code = fields.Char(readonly=True, copy=False)
    is_manual = fields.Boolean("By hand", readonly=True)
    purpose = fields.Selection(
        [
            ("ladder", "Step of the strategy"),
            ("manual", "By hand"),
            ("thanks", "Thanks"),
        ],
        compute="_compute_purpose",
        store=True,
        readonly=False,
        help="Thanks, and tasks for colleagues, count in no cap.",
    )
    user_id = fields.Many2one("res.users", "Collector", ondelete="set null")

    # Known once it is being sent.
    recipient_id = fields.Many2one("res.partner", ondelete="set null", copy=False)
    email = fields.Char(readonly=True, copy=False)
    subject = fields.Char(readonly=True, copy=False)
    body = fields.Html(readonly=True, copy=False, sanitize=False)
    token = fields.Char(readonly=True, copy=False, groups="base.group_system")
    sending_since = fields.Datetime(readonly=True, copy=False)
    sent_at = fields.Datetime(readonly=True, copy=False)
    error = fields.Text(readonly=True, copy=False)
    attempts = fields.Integer(readonly=True, copy=False)
    message_id = fields.Char("Message-Id", readonly=True, copy=False, index=True)
    mail_id = Many2oneSoft("mail.mail", readonly=True, copy=False)
    mail_message_id = fields.Many2one(
        "mail.message",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
    )
    amount_total = fields.Monetary("Amount", readonly=True, copy=False)
    currency_id = fields.Many2one(related="company_id.currency_id")
    line_ids = fields.One2many("ar.reminder.line", "reminder_id", readonly=True)
    reason_text = fields.Char("Why", compute="_compute_reason_text")

    _one_open = models.UniqueIndex(
        "(debtor_id, unit_key)"
        " WHERE state IN ('planned', 'approved', 'sending', 'in_doubt')",
        "This account has a reminder under way already.",
    )
    _one_sent = models.UniqueIndex(
        "(debtor_id, unit_key, step_id, cycle)"
        " WHERE state IN ('sending', 'done', 'in_doubt') AND step_id IS NOT NULL",
        "This step was sent to this account already.",
    )
    _to_send = models.Index(
        "(state, release_at) WHERE state IN ('planned', 'approved', 'sending')"
    )

    def _ar_transitions(self):
        return REMINDER_TRANSITIONS

    @api.depends("is_manual")
    def _compute_purpose(self):
        for reminder in self:
            reminder.purpose = "manual" if reminder.is_manual else "ladder"

    def _compute_reason_text(self):
        Reason = self.env["ar.reason"]
        for reminder in self:
            reasons = list(reminder.reasons or ())
            if reminder.cancel_code:
                reasons = [{"code": reminder.cancel_code, "params": {}}]
            reminder.reason_text = " ".join(
                told["words"] for told in Reason._ar_words(reasons)
            )
