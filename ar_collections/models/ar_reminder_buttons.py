from odoo import fields, models
from odoo.exceptions import UserError

from ..engine.states import ReminderState

S = ReminderState


class ArReminderButtons(models.Model):
    """What people do with reminders. Buttons only approve and wake the lanes."""

    _inherit = "ar.reminder"

    def action_send(self):
        """Approve these reminders and have them sent within moments.

        Each is read again when it leaves: what was paid since is not asked for.

        :raise UserError: when one is not waiting, or is made by a person
        """
        self.action_approve()
        return True

    def action_approve(self):
        """Let these reminders leave, in the name of whoever asks.

        :raise UserError: when one is not waiting to be approved, or when its channel
            is not one that leaves by itself
        """
        self.check_access("write")
        by_hand = self._ar_by_hand()
        if by_hand:
            raise UserError(
                self.env._(
                    "%(name)s is made by a person: press “Done” once it is.",
                    name=by_hand[0].display_name,
                )
            )
        self._ar_approve()
        return True

    def _ar_approve(self):
        params = self.env["ir.config_parameter"].sudo()
        values = {
            "approved_by_id": self.env.uid,
            "approved_at": fields.Datetime.now(),
            "approved_uuid": params.get_param("database.uuid"),
            "release_at": False,
            "attempts": 0,
            "error": False,
        }
        reminders = self.sudo()
        # An approval that waits for its next attempt is pushed by a new one.
        waiting = reminders.filtered(lambda r: r.state == S.APPROVED.value)
        waiting.write(values)
        (reminders - waiting)._update_state(S.APPROVED, values, strict=True)
        for reminder in reminders.filtered(lambda r: not r.user_id):
            reminder.user_id = self.env.uid
        self._ar_trigger_lanes()

    def action_cancel(self):
        """Call these reminders off.

        :raise UserError: when one is leaving, or has left
        """
        self.check_access("write")
        reminders = self.sudo()
        code = "by_person"
        in_doubt = reminders.filtered(lambda r: r.state == S.IN_DOUBT.value)
        moved = reminders._update_state(S.CANCELLED, {"cancel_code": code}, strict=True)
        say = self._ar_in_company_language() if len(self) == 1 else self
        for reminder in moved:
            reminder._ar_event(
                "reminder_cancelled",
                say.env._("Reminder cancelled by %(name)s", name=self.env.user.name),
                actor=self.env.user.display_name,
                payload={"code": code, "params": {}},
            )
        self.env["ar.debtor"]._ar_skip_step(moved)
        in_doubt._ar_doubt_settled()
        moved.debtor_id._ar_alert_done("failed")
        return True

    def action_retry(self):
        """Try a reminder that failed once more.

        :raise UserError: when one has not failed
        """
        self.check_access("write")
        self._ar_check_state(S.FAILED)
        self._ar_approve()
        self.sudo().debtor_id._ar_alert_done("failed")
        return True

    def action_confirm_sent(self):
        """In doubt: the customer did receive it.

        :raise UserError: when one is not in doubt
        """
        self.check_access("write")
        self._ar_check_state(S.IN_DOUBT)
        reminders = self.sudo()._ar_doubted_with()
        for reminder in reminders:
            reminder._ar_record_sent(reminder.sending_since)
        reminders._ar_doubt_settled()
        reminders._ar_after_send()
        return True

    def action_not_sent(self):
        """In doubt: it never arrived, send it again with the amounts of today.

        :raise UserError: when one is not in doubt
        """
        self.check_access("write")
        self._ar_check_state(S.IN_DOUBT)
        reminders = self.sudo()._ar_doubted_with()
        for reminder in reminders:
            reminder._ar_forget_mail()
        reminders._ar_approve()
        reminders._ar_doubt_settled()
        return True

    def action_done(self):
        """A contact made by a person (a call) took place.

        :raise UserError: when it leaves by itself, is not waiting any more, or when
            nothing is due any longer
        """
        self.check_access("write")
        for reminder in self.sudo():
            if not reminder._ar_by_hand():
                raise UserError(
                    self.env._(
                        "%(name)s leaves by itself: approve it instead.",
                        name=reminder.display_name,
                    )
                )
            found = self.env["ar.debtor"]._ar_recheck(reminder)[reminder.id]
            if not reminder.user_id:
                reminder.user_id = self.env.uid
            reminder._update_state(S.APPROVED)
            reminder._ar_check_state(S.APPROVED)
            reminder.write(
                {
                    "recipient_id": reminder._ar_recipient().id,
                    "content": reminder._ar_make_content(found),
                }
            )
            reminder.amount_total = reminder._ar_company_total()
            reminder._ar_record_sent(fields.Datetime.now())
        self.sudo()._ar_after_send()
        return True

    def _ar_check_state(self, state):
        """Refuse, in words, when one of these is in another status."""
        labels = dict(self._fields["state"]._description_selection(self.env))
        for reminder in self:
            if reminder.state != state.value:
                raise UserError(
                    self.env._(
                        "%(name)s is “%(state)s”, not “%(expected)s”.",
                        name=reminder.display_name,
                        state=labels[reminder.state],
                        expected=labels[state.value],
                    )
                )

    def _ar_doubted_with(self):
        """These and those whose fate is the same: they share the e-mail in doubt."""
        return self._ar_whole_mails().filtered(lambda r: r.state == S.IN_DOUBT.value)

    def _ar_doubt_settled(self):
        """Close the question, unless another reminder of the account asks it too."""
        debtors = self.debtor_id
        open_ones = self.search(
            [("debtor_id", "in", debtors.ids), ("state", "=", S.IN_DOUBT.value)]
        )
        (debtors - open_ones.debtor_id)._ar_alert_done("doubt")
