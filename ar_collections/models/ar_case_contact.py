from odoo import fields, models
from odoo.exceptions import UserError

from ..engine.case_clock import start_of
from ..engine.decide import contact_limits
from ..engine.facts import Step
from ..engine.states import REMINDER_OPEN, ReminderState
from .ar_debtor_plan import STOP_EVERYBODY

UNDER_WAY = [state.value for state in REMINDER_OPEN]
WAITING = [ReminderState.PLANNED.value, ReminderState.APPROVED.value]
#: Stages of these kinds write to the customer.
WRITING = ("reminder", "formal_notice")


class ArCaseContact(models.Model):
    """Contacts of a case: reminders like any other, under the same limits."""

    _inherit = "ar.case"

    reminder_ids = fields.One2many("ar.reminder", "case_id", "Contacts", readonly=True)
    reminder_count = fields.Integer(compute="_compute_reminder_count")

    def _compute_reminder_count(self):
        counts = dict(
            self.env["ar.reminder"]
            .sudo()
            ._read_group([("case_id", "in", self.ids)], ["case_id"], ["__count"])
        )
        for case in self:
            case.reminder_count = counts.get(case, 0)

    def _ar_enter(self, stage, values=None):
        result = super()._ar_enter(stage, values)
        case = self.sudo()
        case._ar_drop_contacts()
        case._ar_plan_contact()
        return result

    def _ar_close(self, outcome, why=None, actor=None, values=None):
        closed = super()._ar_close(outcome, why, actor, values)
        closed.sudo()._ar_drop_contacts()
        return closed

    def _ar_drop_contacts(self):
        """What was to be sent from a stage that is left stays here."""
        waiting = self.reminder_ids.filtered(lambda r: r.state in WAITING)
        waiting._ar_cancel("case_moved_on")

    def _ar_plan_contact(self):
        """Plan what the stage of each of these cases sends, once per stay in it.

        :return: the reminders planned
        """
        planned = self.env["ar.reminder"].sudo()
        for case in self.sudo():
            wanted = case._ar_is_open() and case.stage_id.template in WRITING
            if wanted and not case._ar_contacts_made():
                planned |= case._ar_plan_contact_one()
        return planned

    def _ar_contacts_made(self):
        """Contacts of this stay in the stage that speak against another one.

        What a machine called off, since something held the account on that day, is
        planned again; what a person called off is not.
        """
        since = self.stage_since
        return self.reminder_ids.filtered(
            lambda r: (
                r.case_stage_id == self.stage_id
                and r.planned_date >= since
                and (
                    r.state != ReminderState.CANCELLED.value
                    or r.cancel_code == "by_person"
                )
                and not r.case_withdrawn_on
            )
        )

    def _ar_plan_contact_one(self):
        Reminder = self.env["ar.reminder"].sudo()
        debtor, key = self.debtor_id, f"case:{self.id}"
        busy = [("unit_key", "=", key), ("state", "in", UNDER_WAY)]
        fact = self.env["ar.facts"]._ar_load(debtor)[debtor.id]
        if Reminder.search_count(busy) or any(
            hold.code in STOP_EVERYBODY for hold in fact.holds
        ):
            return Reminder
        automatic = self.stage_id.automatic and debtor.strategy_id
        if automatic and fact.holds:
            # What holds the account holds what no person has decided.
            return Reminder
        return Reminder.create(self._ar_contact_values(fact, bool(automatic)))

    def _ar_contact_values(self, fact, automatic):
        debtor, stage = self.debtor_id, self.stage_id
        day = contact_limits(fact) or fact.as_of
        return {
            "debtor_id": debtor.id,
            "company_id": self.company_id.id,
            "unit_key": f"case:{self.id}",
            "case_id": self.id,
            "case_stage_id": stage.id,
            "purpose": "case",
            "strategy_id": debtor.strategy_id.id,
            "channel": stage.channel,
            "mode": "auto" if automatic else "manual",
            "planned_date": fact.as_of,
            "release_at": self._ar_contact_moment(day, automatic),
            "reasons": [
                {
                    "code": "case_stage",
                    "params": {"case": self.name, "stage": stage.name},
                }
            ],
            "user_id": self.user_id.id,
        }

    def _ar_contact_moment(self, day, automatic):
        """When an automatic contact leaves, not before a day of the company."""
        if not automatic:
            return False
        debtor, now = self.debtor_id, fields.Datetime.now()
        moment = now
        if day > self.company_id._ar_today():
            moment = start_of(day, self.company_id.ar_tz or "Europe/Paris")
        step = Step(0, "", 0, channel=self.stage_id.channel, mode="auto")
        return debtor._ar_release_at(debtor.strategy_id, step, moment)

    def _ar_restart_clock(self):
        """The letter leaves today: the time that it gives begins today.

        A deadline that somebody has set by hand stays.
        """
        for case in self.sudo():
            today = case.company_id._ar_today()
            planned = case._ar_deadline(case.stage_id, case.stage_since or today)
            if case.deadline == planned:
                case.deadline = case._ar_deadline(case.stage_id, today)

    def _ar_withdraw_letter(self, reminder, why):
        """A letter of this case was wrong: told on the timeline, not undone.

        One that has not left is called off.

        :param reminder: ``ar.reminder`` of this case
        :param str why: for the timeline
        :raise UserError: without a reason, or for a letter of another case
        """
        self.ensure_one()
        if reminder.case_id != self or not (why or "").strip():
            raise UserError(self.env._("Choose a letter of this case, and tell why."))
        if reminder.state in (*WAITING, ReminderState.FAILED.value):
            reminder.action_cancel()
        elif reminder.state != ReminderState.DONE.value or reminder.case_withdrawn_on:
            raise UserError(
                self.env._(
                    "%(letter)s cannot be cancelled now.", letter=reminder.display_name
                )
            )
        reminder.sudo().write(
            {
                "case_withdrawn_on": self.company_id._ar_today(),
                "case_withdrawn_reason": why,
            }
        )
        self._ar_record(
            "case_letter_cancelled", {"why": why, "number": reminder.name or ""}
        )
