from odoo import Command, api, fields, models
from odoo.tools import html2plaintext

from ..engine.states import NoticeState
from ..models.ar_reminder_call import LOOK_AHEAD

#: Entries of the timeline that the screen shows.
RECENT = 6
NOTICES_SHOWN = (
    NoticeState.TO_REVIEW.value,
    NoticeState.ACTIVE.value,
    NoticeState.PARTLY.value,
    NoticeState.BROKEN.value,
)


class ArCall(models.TransientModel):
    """The screen of the phone: whom to call, about what, and how it ended."""

    _name = "ar.call"
    _description = "Call"

    debtor_id = fields.Many2one("ar.debtor", "Account", required=True, readonly=True)
    reminder_id = fields.Many2one(
        "ar.reminder", "Planned call", readonly=True, ondelete="set null"
    )
    queue_ids = fields.Many2many(
        "ar.reminder", "ar_call_queue_rel", string="Calls chosen", readonly=True
    )
    skipped_ids = fields.Many2many(
        "ar.reminder", "ar_call_skipped_rel", string="Skipped calls", readonly=True
    )
    left_count = fields.Integer("Calls left", compute="_compute_left_count")
    told = fields.Char("What happened before", readonly=True)

    # Whom, and about what.
    partner_id = fields.Many2one(related="debtor_id.partner_id")
    company_id = fields.Many2one(related="debtor_id.company_id")
    company_currency_id = fields.Many2one(
        "res.currency", related="debtor_id.currency_id", string="Company currency"
    )
    contact_id = fields.Many2one(
        "res.partner",
        compute="_compute_contact",
        store=True,
        precompute=True,
        readonly=False,
        domain="[('id', 'in', contact_ids)]",
    )
    contact_ids = fields.Many2many(
        "res.partner", compute="_compute_contact_ids", string="Who can be called"
    )
    phone = fields.Char(related="contact_id.phone")
    wrong_number = fields.Boolean(related="contact_id.ar_wrong_number")
    amount_due = fields.Monetary(
        related="debtor_id.amount_due", currency_field="company_currency_id"
    )
    amount_overdue = fields.Monetary(
        related="debtor_id.amount_overdue", currency_field="company_currency_id"
    )
    step_id = fields.Many2one(related="reminder_id.step_id")
    attempts = fields.Integer(related="reminder_id.call_attempts")
    payer_line = fields.Char(related="debtor_id.payer_line")
    debtor_note = fields.Char("Note of the account", compute="_compute_debtor_note")
    overdue_item_ids = fields.Many2many(
        "ar.item", compute="_compute_overdue_item_ids", string="What is owed"
    )
    recent_ids = fields.Many2many(
        "ar.event.link", compute="_compute_recent", string="Last contacts"
    )
    notice_ids = fields.Many2many(
        "ar.payment.notice", compute="_compute_recent", string="Announced payments"
    )

    # How it ended.
    outcome_id = fields.Many2one(
        "ar.call.outcome",
        domain="[('company_id', 'in', [False, company_id])]",
    )
    effect = fields.Selection(related="outcome_id.effect")
    note = fields.Text("What was said", help="Facts only: the customer may ask for it.")
    currency_id = fields.Many2one("res.currency", required=True)
    item_ids = fields.Many2many(
        "ar.item",
        "ar_call_item_rel",
        string="Invoices",
        domain="[('debtor_id', '=', debtor_id), ('is_open', '=', True),"
        " ('is_credit', '=', False), ('currency_id', '=', currency_id)]",
    )
    amount = fields.Monetary(
        compute="_compute_amount", store=True, precompute=True, readonly=False
    )
    expected_date = fields.Date("Pays on")
    paid_date = fields.Date("Paid on")
    reference = fields.Char("Reference of the payment")
    dispute_item_id = fields.Many2one(
        "ar.item",
        "Contested invoice",
        domain="[('debtor_id', '=', debtor_id), ('is_open', '=', True),"
        " ('is_credit', '=', False)]",
    )
    dispute_reason_id = fields.Many2one(
        "ar.dispute.reason",
        "Why",
        domain="[('company_id', 'in', [False, company_id])]",
    )
    dispute_currency_id = fields.Many2one(
        "res.currency",
        related="dispute_item_id.currency_id",
        string="Currency of the contested invoice",
    )
    dispute_amount = fields.Monetary(
        "Contested amount",
        currency_field="dispute_currency_id",
        help="0: all that is open.",
    )
    call_back_at = fields.Datetime("Call back on")

    @api.depends("reminder_id", "queue_ids", "skipped_ids")
    def _compute_left_count(self):
        for call in self:
            others = call._ar_waiting() - call.reminder_id
            call.left_count = len(others)

    @api.depends("debtor_id", "reminder_id")
    def _compute_contact(self):
        for call in self:
            if call.reminder_id:
                call.contact_id = call.reminder_id._ar_recipient()
            else:
                call.contact_id = call.debtor_id._ar_call_contact()

    @api.depends("debtor_id")
    def _compute_contact_ids(self):
        for call in self:
            found = call.debtor_id._ar_call_contacts()
            call.contact_ids = found | call.contact_id | call.debtor_id.partner_id

    @api.depends("debtor_id")
    def _compute_debtor_note(self):
        for call in self:
            text = html2plaintext(call.debtor_id.note or "").strip()
            call.debtor_note = " ".join(text.split()) or False

    @api.depends("debtor_id", "reminder_id")
    def _compute_overdue_item_ids(self):
        for call in self:
            call.overdue_item_ids = call._ar_owed().sorted(lambda i: (i.due_date, i.id))

    @api.depends("debtor_id")
    def _compute_recent(self):
        Link, Notice = self.env["ar.event.link"], self.env["ar.payment.notice"]
        for call in self:
            mine = [("debtor_id", "=", call.debtor_id.id)]
            shown = [*mine, ("state", "in", NOTICES_SHOWN)]
            call.recent_ids = Link.search(mine, limit=RECENT)
            call.notice_ids = Notice.search(shown, limit=RECENT)

    @api.depends("item_ids")
    def _compute_amount(self):
        for call in self:
            call.amount = sum(call.item_ids.mapped("residual"))

    @api.onchange("effect")
    def _onchange_effect(self):
        """Propose the usual answers; whoever is on the phone types little."""
        today = self.company_id._ar_today() if self.company_id else False
        if self.effect == "says_paid" and not self.paid_date:
            self.paid_date = today
        if self.effect == "dispute" and not self.dispute_item_id:
            owed = self.overdue_item_ids
            self.dispute_item_id = owed if len(owed) == 1 else False

    # The next call.

    def _ar_owed(self):
        """Items of the account that are late; of one invoice, when it is about one."""
        today = self.company_id._ar_today()
        unit = self.reminder_id.unit_key or ""
        open_ones = self.debtor_id.open_item_ids.filtered(
            lambda i: not i.is_credit and not i.scope_code
        )
        if unit.startswith("move:"):
            move_id = int(unit.removeprefix("move:"))
            return open_ones.filtered(lambda i: i.move_id.id == move_id)
        late = open_ones.filtered(lambda i: i.due_date and i.due_date < today)
        return late or open_ones

    def _ar_waiting(self, queue=None, skipped=None):
        """Calls still to be made now, of the selection or of whoever calls."""
        Reminder = self.env["ar.reminder"]
        queue = self.queue_ids if queue is None else queue
        skipped = self.skipped_ids if skipped is None else skipped
        if queue:
            calls = queue.exists().filtered_domain(
                [("channel", "=", "call"), ("state", "in", ("planned", "approved"))]
            )
        else:
            calls = Reminder.search(Reminder._ar_calls_domain())
        return (calls - skipped)._ar_by_urgency()

    @api.model
    def _ar_next(self, queue=None, skipped=None, first=None, told=""):
        """Open the screen for the next call; one that is settled is called off.

        :param queue: the calls chosen; those of whoever calls when empty
        :param skipped: calls put aside in this round
        :param first: the call to begin with
        :param told: what to say about the call before
        :return: a window action, or the end of the round
        """
        none = self.env["ar.reminder"]
        queue, skipped, off = queue or none, skipped or none, none
        waiting = self._ar_waiting(queue, skipped)
        for reminder in ((first or none) | waiting)[:LOOK_AHEAD]:
            found = self.env["ar.debtor"].sudo()._ar_recheck(reminder.sudo())
            fact = found[reminder.id]
            if fact["ok"]:
                text = " ".join(filter(None, [told, self._ar_called_off(off)]))
                return self._ar_open(reminder.debtor_id, reminder, queue, skipped, text)
            reminder.sudo()._ar_cancel(fact["code"])
            off |= reminder
        return self._ar_end(" ".join(filter(None, [told, self._ar_called_off(off)])))

    @api.model
    def _ar_called_off(self, reminders):
        """Why calls of the round are not made any more, in words."""
        return " ".join(
            self.env._(
                "%(name)s: called off (%(why)s)",
                name=reminder.debtor_id.display_name,
                why=reminder.reason_text,
            )
            for reminder in reminders
        )

    @api.model
    def _ar_open(self, debtor, reminder, queue=None, skipped=None, told=""):
        """The screen for one account; ``reminder`` is empty for a call ad hoc."""
        none = self.env["ar.reminder"]
        call = self.create(
            {
                "debtor_id": debtor.id,
                "reminder_id": reminder.id,
                "queue_ids": [Command.set((queue or none).ids)],
                "skipped_ids": [Command.set((skipped or none).ids)],
                "told": told,
                "currency_id": debtor.currency_id.id,
            }
        )
        owed = call._ar_owed()
        if call.currency_id not in owed.currency_id:
            call.currency_id = owed.currency_id[:1] or call.currency_id
        call.item_ids = owed.filtered(lambda i: i.currency_id == call.currency_id)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Call"),
            "res_model": self._name,
            "res_id": call.id,
            "view_mode": "form",
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    @api.model
    def _ar_end(self, told=""):
        """The round is over: say so, and show the list as it is now."""
        message = self.env._("No other call to make now.")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": " ".join(filter(None, [told, message])),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_skip(self):
        """Put this call aside and go to the next account."""
        self.ensure_one()
        skipped = self.skipped_ids | self.reminder_id
        return self._ar_next(self.queue_ids, skipped)

    def action_open_account(self):
        """The whole account."""
        self.ensure_one()
        return self.debtor_id._get_records_action(context={})
