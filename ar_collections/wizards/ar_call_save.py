from odoo import fields, models
from odoo.exceptions import UserError

from ..engine.calls import Effect, postpones
from ..models.ar_reminder_call import CALL_OPEN

#: Activity for the collector, by what was heard.
ALERT_OF = {Effect.WRONG_CONTACT: "contact", Effect.REFUSES: "refusal"}


class ArCallSave(models.TransientModel):
    """What the outcome of a call does: one event, and the object it asks for."""

    _inherit = "ar.call"

    def action_save_next(self):
        """Record this call and go to the next account."""
        self.ensure_one()
        queue, skipped = self.queue_ids, self.skipped_ids | self.reminder_id
        return self._ar_next(queue, skipped, told=self._ar_save())

    def action_save(self):
        """Record this call and leave the screen."""
        self.ensure_one()
        return self._ar_saved(self._ar_save())

    def _ar_saved(self, told):
        close = {"type": "ir.actions.client", "tag": "soft_reload"}
        if not told:
            return close
        params = {"type": "warning", "message": told, "sticky": True, "next": close}
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": params,
        }

    def _ar_save(self):
        """Record the call: amounts are read again first, what was paid is let go.

        :return: what the collector has to know about it, "" when nothing
        :raise UserError: when the outcome, or what it needs, is missing
        """
        self.debtor_id.check_access("write")
        self._ar_check()
        reminder, told = self._ar_live()
        attempt = (reminder.call_attempts or 0) + 1
        again = postpones(
            Effect(self.effect), attempt, self.outcome_id.max_attempts
        ) and (reminder or not self.reminder_id)
        if again:
            reminder = reminder or self._ar_plan()
        elif not reminder and not self.reminder_id:
            reminder = self._ar_plan_if_due()
        if reminder:
            self._ar_write_outcome(reminder, attempt)
        if reminder and not again:
            reminder.with_user(self.env.user).action_done()
        elif reminder:
            reminder._ar_postpone(self._ar_again_at())
            reminder._ar_event_call()
        else:
            self.debtor_id._ar_event_call(self.contact_id, self.outcome_id, self.note)
        told = " ".join(filter(None, [told, self._ar_do()]))
        self.debtor_id.sudo()._ar_decide()
        return told

    def _ar_check(self):
        """Everything that the outcome needs is there."""
        _ = self.env._
        wanted = {
            Effect.PROMISE: [
                ("item_ids", _("Choose the invoices that will be paid.")),
                ("expected_date", _("When will it be paid?")),
            ],
            Effect.SAYS_PAID: [
                ("item_ids", _("Choose the invoices that were paid.")),
                ("paid_date", _("When was it paid?")),
            ],
            Effect.DISPUTE: [
                ("dispute_item_id", _("Which invoice is contested?")),
                ("dispute_reason_id", _("Why is it contested?")),
            ],
            Effect.CALL_BACK: [
                ("call_back_at", _("When shall the customer be called?"))
            ],
        }
        if not self.outcome_id:
            raise UserError(_("Choose how the call ended."))
        for name, question in wanted.get(Effect(self.effect), ()):
            if not self[name]:
                raise UserError(question)
        if self.outcome_id.note_required and not (self.note or "").strip():
            raise UserError(_("Write in a few words what was said."))
        if (
            self.effect == "promise"
            and self.expected_date < self.company_id._ar_today()
        ):
            raise UserError(_("A promise is for a date to come."))
        if self.effect == "call_back" and self.call_back_at <= fields.Datetime.now():
            raise UserError(_("Choose a moment to come."))

    def _ar_live(self):
        """The planned call as it is now, under lock.

        :return: (the reminder, empty when it is over, and why in words)
        """
        reminder = self.reminder_id.sudo()
        if not reminder:
            return reminder, ""
        # Raises when a colleague, or the nightly plan, holds it at this moment.
        reminder.lock_for_update()
        reminder.invalidate_recordset(["state"])
        if reminder.state not in CALL_OPEN:
            return reminder.browse(), self.env._(
                "%(name)s was settled meanwhile; what was said is on the timeline.",
                name=reminder.display_name,
            )
        fact = self.env["ar.debtor"]._ar_recheck(reminder)[reminder.id]
        if fact["ok"]:
            return reminder, ""
        reminder._ar_cancel(fact["code"])
        return reminder.browse(), self._ar_called_off(reminder)

    def _ar_plan(self):
        """A call that was not planned, so that it can be made again or be done."""
        debtor = self.debtor_id
        return (
            self.env["ar.reminder"]
            .sudo()
            .create(
                {
                    "debtor_id": debtor.id,
                    "company_id": debtor.company_id.id,
                    "unit_key": "call",
                    "strategy_id": debtor.strategy_id.id,
                    "cycle": debtor.cycle or 1,
                    "channel": "call",
                    "mode": "manual",
                    "is_manual": True,
                    "planned_date": debtor.company_id._ar_today(),
                    "user_id": self.env.uid,
                }
            )
        )

    def _ar_plan_if_due(self):
        """A call ad hoc counts as a contact when something was due."""
        reminder = self._ar_plan()
        fact = self.env["ar.debtor"]._ar_recheck(reminder)[reminder.id]
        if fact["ok"]:
            return reminder
        reminder.unlink()
        return reminder.browse()

    def _ar_write_outcome(self, reminder, attempt):
        reminder.write(
            {
                "recipient_id": self.contact_id.id,
                "user_id": self.env.uid,
                "call_attempts": attempt,
                "call_outcome_id": self.outcome_id.id,
                "call_note": self.note,
            }
        )

    def _ar_again_at(self):
        """Moment (UTC) from which the call is to be made again."""
        if self.effect == "call_back":
            return self.call_back_at
        Reminder = self.env["ar.reminder"].with_company(self.company_id)
        return Reminder._ar_call_again(self.outcome_id.retry_hours)

    # What the outcome makes.

    def _ar_do(self):
        """Make what the outcome asks for.

        :return: what the collector has to know about it, "" when nothing
        """
        effect = Effect(self.effect)
        make = getattr(self, f"_ar_do_{effect.value}", None)
        told = make() if make else ""
        if effect in ALERT_OF:
            self.debtor_id._ar_alert(
                ALERT_OF[effect],
                self.env._(
                    "%(outcome)s: %(name)s. %(note)s",
                    outcome=self.outcome_id.name,
                    name=(self.contact_id or self.partner_id).display_name,
                    note=self.note or "",
                ).strip(),
                self.env.user,
            )
        return told or ""

    def _ar_do_promise(self):
        return self._ar_announce({"expected_date": self.expected_date})

    def _ar_do_says_paid(self):
        return self._ar_announce(
            {
                "source": "payment",
                "state": "to_review",
                "expected_date": self.paid_date,
                "reference": self.reference,
            }
        )

    def _ar_announce(self, values):
        """Announce the payment of what is still open of the invoices chosen."""
        self.debtor_id.sudo()._ar_sync_chunk(self.partner_id.ids)
        still_open = self.item_ids.filtered(lambda i: i.is_open and i.residual > 0)
        if not still_open:
            return self.env._(
                "These invoices were paid meanwhile: nothing to announce."
            )
        total = sum(still_open.mapped("residual"))
        promise = self.env["ar.promise"].create(
            {
                "debtor_id": self.debtor_id.id,
                "currency_id": self.currency_id.id,
                "item_ids": still_open.ids,
                "amount": min(self.amount, total) if self.amount else total,
                "expected_date": values["expected_date"],
                "note": self.note,
            }
        )
        announced = {**promise._ar_announcement(), **values}
        self.env["ar.payment.notice"]._ar_announce([announced])
        return ""

    def _ar_do_dispute(self):
        item = self.dispute_item_id
        self.env["ar.dispute"]._ar_raise(
            [
                {
                    "move_id": item.move_id.id,
                    "item_id": item.id,
                    "source": "person",
                    "reason_id": self.dispute_reason_id.id,
                    "amount": self.dispute_amount,
                    "description": self.note,
                }
            ]
        )
        return ""

    def _ar_do_wrong_contact(self):
        (self.contact_id or self.partner_id).sudo().ar_wrong_number = True
        return ""
