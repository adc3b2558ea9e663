from datetime import timedelta

from odoo import Command, fields, models
from odoo.exceptions import UserError

from ..engine.reply_reading import Kind
from ..engine.reply_states import SuggestionState

#: What each kind needs before one click is enough: field, and what to ask.
NEEDS = {
    Kind.PROMISE.value: ("day",),
    Kind.PAID.value: (),
    Kind.DISPUTE.value: ("reason_id", "move_ids"),
    Kind.CONTACT.value: ("contact_email",),
    Kind.AWAY.value: ("day",),
}


class ArReplyConfirm(models.Model):
    """A person confirms what was read in a mail, or dismisses it."""

    _inherit = "ar.reply.suggestion"

    notice_id = fields.Many2one(
        "ar.payment.notice", "Payment announced", readonly=True, ondelete="set null"
    )
    dispute_ids = fields.Many2many(
        "ar.dispute",
        "ar_reply_suggestion_dispute_rel",
        string="Disputes",
        readonly=True,
    )
    to_complete = fields.Char("To complete", compute="_compute_to_complete")
    is_ready = fields.Boolean(compute="_compute_to_complete")

    def _compute_to_complete(self):
        for told in self:
            missing = told.state == "open" and told._ar_missing()
            told.is_ready = not missing and not told.is_unclear
            if not missing and told.is_unclear and told.state == "open":
                missing = self.env._(
                    "What is meant is not clear: choose the invoices, or the amount."
                )
            told.to_complete = missing

    def _ar_missing(self):
        """What a person has to fill in before this can be confirmed.

        :return: text, False when nothing is missing
        """
        _ = self.env._
        questions = {
            "day": _("Which day?"),
            "reason_id": _("Why is it contested?"),
            "move_ids": _("Which invoices?"),
            "contact_email": _("Who is the right person?"),
        }
        for name in NEEDS[self.kind]:
            if not self[name]:
                return questions[name]
        today = self.company_id._ar_today()
        if self.kind == Kind.PROMISE.value and self.day < today:
            return _("The promised day has passed.")
        if self.kind not in (Kind.PROMISE.value, Kind.PAID.value):
            return False
        items = self._ar_items()
        if not items:
            return _("Nothing is open any more.")
        if len(items.currency_id) > 1:
            return _("Choose invoices of one currency.")
        total = sum(items.mapped("residual"))
        if self.amount and items.currency_id != self.currency_id:
            return _("The amount is in another currency.")
        if self.amount and self.currency_id.compare_amounts(self.amount, total) > 0:
            return _("More than is open on these invoices.")
        return False

    def _ar_items(self):
        """Open instalments that are spoken of: of the invoices named, else late."""
        today = self.company_id._ar_today()
        items = self.sudo().debtor_id.open_item_ids.filtered(
            lambda i: not i.is_credit and not i.scope_code and i.residual > 0
        )
        if self.move_ids:
            return items.filtered(lambda i: i.move_id in self.sudo().move_ids)
        late = items.filtered(lambda i: i.due_date and i.due_date < today)
        return late or items

    # Buttons.

    def action_confirm(self):
        """It is what he says: record the promise, the payment, the dispute…

        :raise UserError: while something is missing
        """
        self.check_access("write")
        for told in self:
            # Another tab, or a colleague, may have answered meanwhile.
            told.sudo().lock_for_update()
            told.invalidate_recordset(["state"])
            if told.state == SuggestionState.CONFIRMED.value:
                continue
            missing = told._ar_missing()
            if missing:
                raise UserError(
                    self.env._("%(label)s: %(value)s", label=told.line, value=missing)
                )
            values = getattr(told, f"_ar_confirm_{told.kind}")()
            told._ar_close(SuggestionState.CONFIRMED, "reply_confirmed", values)
            told.debtor_id.sudo()._ar_decide()
        return self._ar_next()

    def _ar_next(self):
        """Close the dialog in which it was answered, if it was in one."""
        if self.env.context.get("ar_in_dialog"):
            return {"type": "ir.actions.act_window_close"}
        return True

    def action_dismiss(self):
        """That is not what he says: nothing is recorded but the answer."""
        self.check_access("write")
        for told in self:
            told._ar_close(SuggestionState.DISMISSED, "reply_dismissed")
        return self._ar_next()

    def action_reopen(self):
        """Look at it again."""
        self.check_access("write")
        self.sudo()._update_state(SuggestionState.OPEN, strict=True)
        return True

    def action_open(self):
        """Complete or correct before confirming."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What he says"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
            "context": {"ar_in_dialog": True},
        }

    def _ar_close(self, state, kind, values=None):
        """Answered: status, event, and the activity that asked to read the mail."""
        told = self.sudo()
        values = {"decided_by_id": self.env.uid, **(values or {})}
        told._update_state(state, values, strict=True)
        self.env["ar.event"]._ar_record(
            [
                {
                    "kind": kind,
                    "company_id": told.company_id.id,
                    "debtor_id": told.debtor_id.id,
                    "move_ids": told.move_ids.ids,
                    "res_model": "ar.debtor",
                    "res_id": told.debtor_id.id,
                    "summary": f"{told.line} · {told.sentence}",
                    "payload": {
                        "kind": told.kind,
                        "sentence": told.sentence,
                        "message_id": told.message_key or "",
                    },
                }
            ]
        )
        same = told.search(
            [
                ("debtor_id", "=", told.debtor_id.id),
                ("message_key", "=", told.message_key),
                ("state", "=", SuggestionState.OPEN.value),
            ]
        )
        if not same and told.activity_id:
            told.activity_id.unlink()

    # What each kind makes.

    def _ar_quote(self):
        return self.env._(
            "%(sender)s writes: “%(sentence)s”",
            sender=self.sender or "",
            sentence=self.sentence or "",
        )

    def _ar_confirm_promise(self):
        return self._ar_announce({"source": "promise", "expected_date": self.day})

    def _ar_confirm_paid(self):
        today = self.company_id._ar_today()
        paid_on = self.day or self.company_id._ar_day(self.received_at)
        # The days of grace are those in which the money can be looked for.
        grace = timedelta(days=self.company_id._ar_grace("payment"))
        return self._ar_announce(
            {
                "source": "payment",
                "state": "to_review",
                "expected_date": paid_on,
                "hold_until": max(paid_on, today) + grace,
                "reference": self.reference,
            }
        )

    def _ar_announce(self, values):
        items = self._ar_items()
        total = sum(items.mapped("residual"))
        promise = self.env["ar.promise"].create(
            {
                "debtor_id": self.debtor_id.id,
                "currency_id": items.currency_id.id,
                "item_ids": [Command.set(items.ids)],
                "amount": self.amount or total,
                "expected_date": values["expected_date"],
                "note": self._ar_quote(),
            }
        )
        announced = {
            **promise._ar_announcement(),
            "source_key": f"reply:{self.source_key or self.id}",
            "notice_date": self.company_id._ar_today(),
            **values,
        }
        notice = self.env["ar.payment.notice"]._ar_announce([announced])
        return {"notice_id": notice.id}

    def _ar_confirm_dispute(self):
        disputes = self.env["ar.dispute"]._ar_raise(
            [
                {
                    "move_id": move.id,
                    "source": "reply",
                    "source_key": f"{self.message_key or self.id}:{move.id}",
                    "reason_id": self.reason_id.id,
                    "amount": self.amount if len(self.move_ids) == 1 else None,
                    "description": self._ar_quote(),
                }
                for move in self.move_ids
            ]
        )
        return {"dispute_ids": [Command.set(disputes.ids)]}

    def _ar_confirm_contact(self):
        """The right person becomes the collections contact of the account."""
        debtor = self.sudo().debtor_id
        company = debtor.partner_id
        email = self.contact_email.strip()
        people = company.child_ids | company
        known = people.filtered(lambda p: (p.email or "").lower() == email.lower())[:1]
        person = known or self.env["res.partner"].sudo().create(
            {
                "name": self.contact_name or email,
                "email": email,
                "phone": self.contact_phone,
                "parent_id": company.id,
                "type": "contact",
                "lang": company.lang,
            }
        )
        debtor.contact_id = person
        return {}

    def _ar_confirm_away(self):
        """Nobody is there: the collector comes back to it on the day of return."""
        debtor = self.debtor_id.sudo()
        debtor.with_context(mail_activity_quick_update=True).activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=max(self.day, self.company_id._ar_today()),
            summary=self.env._("%(sender)s is back", sender=self.sender or ""),
            user_id=debtor._ar_responsible(self.env.user).id,
        )
        return {}
