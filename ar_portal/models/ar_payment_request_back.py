from odoo import models
from odoo.tools import format_amount

from odoo.addons.payment import utils as payment_utils
from odoo.addons.payment_stripe import const as stripe_const

from ..engine.stripe_facts import Kind

STATES = {
    Kind.DISPUTED: "open",
    Kind.DISPUTE_WON: "won",
    Kind.DISPUTE_LOST: "lost",
}


class ArPaymentRequestBack(models.Model):
    """Money that goes back: refunds, and payments that the payer's bank takes back."""

    _inherit = "ar.payment.request"

    def _ar_major(self, cents):
        return payment_utils.to_major_currency_units(
            cents,
            self.currency_id,
            arbitrary_decimal_number=stripe_const.CURRENCY_DECIMALS.get(
                self.currency_id.name
            ),
        )

    def _ar_on_refunded(self, fact):
        """Refunds add up at the service: what is more than we know of is new."""
        amount = self._ar_major(fact.amount)
        if self.currency_id.compare_amounts(amount, self.amount_refunded) <= 0:
            return "known"
        earlier, self.amount_refunded = self.amount_refunded, amount
        words = self.env._(
            "Refund at the payment service: %(amount)s of %(payment)s",
            amount=format_amount(self.env, amount, self.currency_id),
            payment=self._ar_words(),
        )
        self._ar_tell("notice_pay_refunded", words, refunded=amount)
        self._ar_goes_back(amount, words, earlier)
        return "done"

    def _ar_on_dispute(self, fact):
        """The payer contests at his bank; lost, the money is gone."""
        state = STATES[fact.kind]
        if self.chargeback == state or self.chargeback in ("won", "lost"):
            return "known"
        self.chargeback = state
        amount = self._ar_major(fact.amount)
        shown = format_amount(self.env, amount, self.currency_id)
        told = {"amount": shown, "payment": self._ar_words()}
        if state == "won":
            words = self.env._("The bank confirmed the payment: %(payment)s", **told)
            self._ar_tell("notice_pay_won", words)
            return "done"
        if state == "open":
            words = self.env._(
                "The payer contests %(amount)s at his bank: %(payment)s", **told
            )
            self._ar_tell("notice_pay_disputed", words, why=fact.words)
            self._ar_alert(words)
            return "done"
        words = self.env._("The bank took back %(amount)s: %(payment)s", **told)
        self._ar_tell("notice_pay_returned", words, why=fact.words)
        self._ar_goes_back(amount, words, self.amount_refunded)
        return "done"

    def _ar_goes_back(self, amount, words, earlier):
        """All of it: the invoices are open again. A part: a person decides which.

        :param float earlier: went back before; that person may have booked it, so
            the rest is for him too
        """
        self._ar_alert(words)
        whole = (
            self.currency_id.is_zero(earlier)
            and self.currency_id.compare_amounts(amount, self.amount) == 0
        )
        payment = self.transaction_id.payment_id
        already = self.transaction_id.child_transaction_ids.filtered(
            lambda tx: tx.operation == "refund" and tx.state == "done"
        )
        if not (whole and payment.move_id) or already:
            return
        refund = self.transaction_id._create_child_transaction(amount, is_refund=True)
        refund._set_done()
        refund._post_process()
        back = refund.payment_id.move_id.line_ids
        lines = payment.move_id.line_ids.filtered(
            lambda ln: ln.account_type == "asset_receivable"
        )
        lines.remove_move_reconcile()
        for account, group in lines.grouped("account_id").items():
            counterpart = back.filtered(
                lambda ln, account=account: ln.account_id == account
            )
            (group + counterpart).reconcile()
