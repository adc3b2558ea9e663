from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

from odoo import api, fields, models

from ..engine.calls import call_again
from ..engine.states import ReminderState

S = ReminderState
#: Calls in one of these are still to be made.
CALL_OPEN = (S.PLANNED.value, S.APPROVED.value)
#: How many calls are looked at to find the next one that is still due.
LOOK_AHEAD = 50


class ArReminderCall(models.Model):
    """Phone calls: what the list shows, the attempts, the next one."""

    _inherit = "ar.reminder"

    call_at = fields.Datetime(
        "Call from", readonly=True, copy=False, help="Empty: any time."
    )
    call_attempts = fields.Integer("Call attempts", readonly=True, copy=False)
    call_outcome_id = fields.Many2one(
        "ar.call.outcome", "Outcome", readonly=True, copy=False, ondelete="set null"
    )
    call_note = fields.Text("What was said", readonly=True, copy=False)
    call_phone = fields.Char("Phone", compute="_compute_call_phone")
    call_overdue = fields.Monetary(
        "Overdue", related="debtor_id.amount_overdue", related_sudo=False
    )
    call_days_late = fields.Integer("Days late", related="debtor_id.days_overdue")

    @api.depends("channel", "recipient_id", "debtor_id")
    def _compute_call_phone(self):
        for reminder in self:
            contact = reminder.channel == "call" and reminder._ar_recipient()
            reminder.call_phone = contact and contact.phone

    def _ar_recipient(self):
        """A call goes to somebody with a number, the others as they were."""
        self.ensure_one()
        if self.channel != "call":
            return super()._ar_recipient()
        wanted = super()._ar_recipient()
        return self.recipient_id or self.debtor_id._ar_call_contact(wanted)

    def action_call(self):
        """Open the screen of the phone for the first of these calls.

        Several calls chosen in the list are gone through one after the other.
        """
        self.check_access("write")
        queue = self.filtered(lambda r: r.channel == "call" and r.state in CALL_OPEN)
        chosen = queue if len(queue) > 1 else queue.browse()
        return self.env["ar.call"]._ar_next(queue=chosen, first=queue[:1])

    def action_start_calls(self):
        """Go through the calls of whoever asks, the most pressing first.

        Whatever is chosen in the list; the button is always there.
        """
        return self.env["ar.call"]._ar_next()

    @api.model
    def _ar_calls_domain(self):
        """Calls to make now: of own accounts, of absent colleagues', of nobody's."""
        return [
            ("channel", "=", "call"),
            ("state", "in", CALL_OPEN),
            "|",
            ("call_at", "=", False),
            ("call_at", "<=", fields.Datetime.now()),
            "|",
            ("debtor_id.collector_id", "in", [self.env.uid, False]),
            ("debtor_id.collector_id.ar_substitute_id", "=", self.env.uid),
        ]

    def _ar_by_urgency(self):
        """Calls that were promised for a time first, then the largest amounts."""
        far = fields.Datetime.now() + timedelta(days=1)
        return self.sorted(
            lambda r: (
                not r.call_at,
                r.call_at or far,
                -r.debtor_id.amount_overdue,
                r.id,
            )
        )

    def _ar_postpone(self, moment):
        """To be called again from this moment (UTC).

        One that was approved goes back to waiting, so that the nightly plan may
        still call it off.
        """
        self._update_state(S.PLANNED)
        self.write({"call_at": moment, "release_at": False})

    def _ar_call_again(self, hours):
        """Moment (UTC) to try again, in the office hours of the company's calendar."""
        zone = ZoneInfo(self.env.company.ar_tz or "Europe/Paris")
        now = fields.Datetime.now().replace(tzinfo=UTC).astimezone(zone)
        local = call_again(now.replace(tzinfo=None), hours).replace(tzinfo=zone)
        return local.astimezone(UTC).replace(tzinfo=None)

    def _ar_event_sent(self, content, moment):
        """A call is told with its outcome and what was said."""
        if self.channel != "call" or not self.call_outcome_id:
            return super()._ar_event_sent(content, moment)
        return self._ar_event_call(content, moment)

    def _ar_event_call(self, content=None, moment=None):
        """One attempt on the timeline: whom, with what outcome, what was said."""
        self.ensure_one()
        lines = (content or {}).get("lines") or []
        self.debtor_id._ar_event_call(
            self.recipient_id,
            self.call_outcome_id,
            self.call_note,
            reminder=self,
            event_date=moment or fields.Datetime.now(),
            move_ids=sorted({line["move_id"] for line in lines if line["move_id"]}),
            lines=lines,
        )
