from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.states import DisputeState

OPEN = DisputeState.OPEN.value
CREDIT = "ar_collections.ar_activity_dispute_credit"
#: Answers in the customer's favour: what is credited is not chased meanwhile.
IN_FAVOUR = ("customer_right", "corrected")
#: Days to book a credit note that was granted, before somebody is told.
CREDIT_DAYS = 7


class ArDisputeAnswer(models.Model):
    """How a dispute ends.

    The customer is wrong: it closes, and its part is chased again. He is right: what
    is to be credited stays out of the reminders until the credit note is booked,
    by whoever may book; then the dispute closes by itself. The decision and the
    booking are two persons' work.
    """

    _inherit = "ar.dispute"

    resolution_note = fields.Text(
        "Reason of the answer", copy=False, help="Why it ended so."
    )
    credit_amount = fields.Monetary(
        "To be credited",
        copy=False,
        help="Including tax: what the customer is granted.",
    )
    decided_at = fields.Datetime("Decided on", readonly=True, copy=False)
    decided_by_id = fields.Many2one(
        "res.users", "Decided by", readonly=True, copy=False, ondelete="set null"
    )
    credit_move_id = fields.Many2one(
        "account.move",
        "Credit note",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
    )

    def action_ar_answer(self):
        """Ask how this dispute ends, and why."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Answer the dispute"),
            "res_model": "ar.dispute.close",
            "view_mode": "form",
            "target": "new",
            "context": {"default_dispute_id": self.id},
        }

    def action_resolve(self):
        """End it with the resolution that the record carries.

        What is to be credited first keeps the dispute open, decided, until the
        credit note is booked.

        :return: the credit note dialog of Odoo for whoever may book, else True
        :raise UserError: when no resolution was chosen
        """
        self.check_access("write")
        for dispute in self:
            if not dispute.resolution:
                raise UserError(
                    self.env._("Choose how %(name)s ended first.", name=dispute.name)
                )
        waiting = self.filtered(lambda d: d.state == OPEN and d._ar_owes_credit())
        waiting._ar_decide()
        now = fields.Datetime.now()
        (self - waiting)._ar_set(
            DisputeState.RESOLVED, "dispute_closed", {"closed_at": now}, strict=True
        )
        if len(waiting) == 1 and waiting._ar_may_book():
            return waiting.action_ar_credit()
        return True

    def _ar_owes_credit(self):
        """Whether something must be credited before this one may close."""
        self.ensure_one()
        dispute = self.sudo()
        currency = dispute.currency_id
        if currency.is_zero(dispute.amount) or dispute._ar_credit_booked():
            return False
        if dispute.resolution in IN_FAVOUR:
            return True
        return dispute.resolution == "settled" and (
            currency.compare_amounts(dispute.credit_amount, 0) > 0
        )

    def _ar_decide(self):
        """Decided in the customer's favour; the credit note is to be booked."""
        for dispute in self:
            told = dispute.sudo()
            granted = told.credit_amount or told.amount
            due = told.company_id._ar_today() + timedelta(days=CREDIT_DAYS)
            told.write(
                {
                    "target_date": max(told.target_date or due, due),
                    "decided_at": fields.Datetime.now(),
                    "decided_by_id": self.env.uid,
                    "credit_amount": min(granted, told.amount),
                }
            )
            told._ar_event(
                "dispute_decided",
                note=told.resolution_note or "",
                target=told.target_date.isoformat(),
                credit=round(told.credit_amount * 10**told.currency_id.decimal_places),
            )
            told._ar_ask_credit()

    @api.model
    def _ar_may_book(self):
        """Whether the user may book the credit note himself."""
        return self.env.user.has_group("account.group_account_invoice")

    def _ar_ask_credit(self):
        """Give billing the credit note to book, unless who decided does it."""
        self.ensure_one()
        self.activity_unlink([CREDIT, "mail.mail_activity_data_todo"])
        person = self.env.user if self._ar_may_book() else self._ar_biller()
        say = self.with_context(lang=person.lang or self.env.lang)
        self.with_context(mail_activity_quick_update=True).activity_schedule(
            CREDIT,
            self.company_id._ar_today(),
            summary=say.env._("Book the credit note"),
            note=self.resolution_note,
            user_id=person.id,
        )

    def _ar_biller(self):
        """Who books credit notes: billing, else who looks after the account."""
        for _rule, user, team in self._ar_holder("billing", self.company_id):
            able = self._ar_able(user, team, self.company_id)
            if able:
                return able
        return self.debtor_id._ar_responsible()

    def action_ar_credit(self):
        """Odoo's credit note dialog, with the amount and the reason filled in.

        :raise UserError: when nothing is to be credited
        """
        self.ensure_one()
        self.check_access("read")
        if self.state != OPEN or not self.decided_at:
            raise UserError(
                self.env._("%(name)s awaits no credit note.", name=self.name)
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Credit note"),
            "res_model": "account.move.reversal",
            "view_mode": "form",
            "target": "new",
            "context": {
                "active_model": "account.move",
                "active_ids": self.move_id.ids,
                "active_id": self.move_id.id,
                "default_ar_dispute_id": self.id,
                "default_ar_amount": self.credit_amount,
                "default_reason": self._ar_credit_reason(),
            },
        }

    def _ar_credit_reason(self):
        """What the credit note says, in the customer's language."""
        lang = self.sudo().partner_id.lang or self.env.lang
        reason = self.with_context(lang=lang).reason_id.name
        return " – ".join(filter(None, [reason, self.name]))

    # When the credit note is booked.

    def _ar_credit_booked(self):
        """Whether this invoice was credited since the dispute began."""
        self.ensure_one()
        own = self.credit_move_id
        if own:
            return own.state == "posted"
        opened = self.company_id._ar_day(self.opened_at)
        return any(
            move.state == "posted" and move.date >= opened
            for move in self.move_id.reversal_move_ids
        )

    def _ar_ended(self, settled):
        if self.decided_at and self._ar_credit_booked():
            return "credited"
        return super()._ar_ended(settled)

    def _ar_taken_back(self, settled):
        if self.closed_by_ledger == "credited":
            return not self._ar_credit_booked() and not settled
        return super()._ar_taken_back(settled)

    @api.model
    def _ar_undecided(self):
        return {
            **super()._ar_undecided(),
            "decided_at": False,
            "decided_by_id": False,
            "credit_amount": 0,
        }

    def _ar_payload(self):
        return {**super()._ar_payload(), "note": self.resolution_note or ""}

    def write(self, vals):
        result = super().write(vals)
        if vals.get("state") and vals["state"] != OPEN:
            self.sudo().activity_unlink([CREDIT])
        return result
