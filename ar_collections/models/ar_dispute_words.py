from odoo import models
from odoo.tools import format_amount, format_date


class ArDisputeWords(models.Model):
    """What the customer is told of his dispute, in his words."""

    _inherit = "ar.dispute"

    def _ar_words(self):
        """What a customer reads of this dispute, in the language of the context."""
        self.ensure_one()

        def money(amount):
            return format_amount(self.env, amount, self.currency_id).replace(
                "\ufeff", ""
            )

        return {
            "dispute_invoice": self.move_id.name or "",
            "dispute_amount": money(self.amount_asked),
            "dispute_reason": self.reason_id.name,
            "dispute_by": format_date(
                self.env, self.target_date, date_format="d MMMM y"
            )
            if self.target_date
            else "",
            "dispute_answer": self._ar_answer_words(money),
            "dispute_note": self.customer_note or "",
        }

    def _ar_answer_words(self, money):
        """One sentence about how it ended, for the customer."""
        number = self.move_id.name or ""
        amount = money(self.amount_asked)
        if self.resolution == "customer_right":
            credit = self.credit_move_id
            if credit:
                return self.env._(
                    "You are right: credit note %(credit)s of %(amount)s has been "
                    "issued.",
                    credit=credit.name,
                    amount=money(credit.amount_total),
                )
            return self.env._("You are right: the amount is no longer asked of you.")
        if self.resolution == "corrected":
            if self.successor_move_id.state == "posted":
                return self.env._(
                    "Invoice %(number)s replaces invoice %(old)s.",
                    number=self.successor_move_id.name,
                    old=number,
                )
            return self.env._(
                "A corrected invoice will replace invoice %(old)s.", old=number
            )
        if self.resolution == "settled":
            return self.env._("The matter is settled as we agreed.")
        if self.resolution == "customer_wrong":
            return self.env._(
                "We have checked: the invoice is right, and %(amount)s of it remains "
                "to be paid.",
                amount=amount,
            )
        return ""
