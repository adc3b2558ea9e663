import logging
from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount

_logger = logging.getLogger(__name__)

#: Asked of the payer's bank, a direct debit settles or fails within these days.
SETTLES_DAYS = 14
HOLDS_DAYS = 30
UNDER_WAY = ("pending", "authorized")


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    ar_request_ids = fields.One2many(
        "ar.payment.request",
        "transaction_id",
        "Chosen on the customer's page",
        groups="base.group_system",
    )

    def _process(self, provider_code, payment_data):
        """Only verified notifications move a payment of the customer's page."""
        tx = self or self._search_by_reference(provider_code, payment_data)
        if tx.sudo().ar_request_ids:
            _logger.warning("Payment data of %s came by another way", tx.reference)
            return tx
        return super(PaymentTransaction, tx)._process(provider_code, payment_data)

    def _apply_updates(self, payment_data):
        """Money is for the transaction it was asked for, and for one only."""
        self.ensure_one()
        intent = payment_data.get("payment_intent")
        if (
            self.provider_code == "stripe"
            and self.operation != "refund"
            and isinstance(intent, dict)
            and not self._ar_is_mine(intent)
        ):
            self._set_error(self.env._("This payment was made for something else."))
            return None
        return super()._apply_updates(payment_data)

    def _ar_is_mine(self, intent):
        """Whether a PaymentIntent was made for this transaction and not used yet."""
        own = {self.reference, self.source_transaction_id.reference}
        if intent.get("description") not in own - {False}:
            return False
        family = self | self.source_transaction_id | self.child_transaction_ids
        family |= self.source_transaction_id.child_transaction_ids
        return not self.sudo().search_count(
            [
                ("provider_id", "=", self.provider_id.id),
                ("provider_reference", "=", intent.get("id")),
                ("id", "not in", family.ids),
            ],
            limit=1,
        )

    # Collections follow what is under way.

    def _update_state(self, allowed_states, target_state, state_message):
        moved = super()._update_state(allowed_states, target_state, state_message)
        moved.sudo().ar_request_ids._ar_follow_state()
        if target_state in UNDER_WAY:
            for tx in moved:
                tx._ar_announce_safely()
        elif target_state in ("cancel", "error"):
            moved._ar_notices()._ar_withdraw()
        return moved

    def _ar_notices(self):
        """Announcements of these transactions that still stand."""
        keys = [f"payment.transaction:{tx.id}" for tx in self]
        return (
            self.env["ar.payment.notice"]
            .sudo()
            .search(
                [
                    ("source", "=", "payment"),
                    ("source_key", "in", keys),
                    ("state", "in", ("to_review", "active", "broken")),
                ]
            )
        )

    def _ar_announce_safely(self):
        """Money under way is not chased; the payment itself comes first."""
        try:
            with self.env.cr.savepoint():
                self._ar_announce()
        except UserError as error:
            _logger.info("Transaction %s is not announced: %s", self.reference, error)

    def _ar_announce(self):
        self.ensure_one()
        lines = self._ar_announced_parts()
        if not lines or self.operation == "refund" or self.amount <= 0:
            return
        company = self.company_id._ar_collecting_company()
        today = company._ar_today()
        self.env["ar.payment.notice"].sudo()._ar_announce(
            [
                {
                    "source": "payment",
                    "source_key": f"payment.transaction:{self.id}",
                    "lines": lines,
                    "amount": self.amount,
                    "expected_date": today + timedelta(days=SETTLES_DAYS),
                    "hold_until": today + timedelta(days=HOLDS_DAYS),
                    "reference": self.reference,
                    "actor": self.partner_email or self.partner_name,
                }
            ]
        )

    def _ar_announced_parts(self):
        """Which invoices it is for, and how much of each."""
        request = self.sudo().ar_request_ids
        if request:
            return [
                {
                    "move_id": line.move_id.id,
                    "item_id": line.item_id.id,
                    "amount": line.amount,
                }
                for line in request.line_ids
            ]
        moves = self.sudo().invoice_ids.filtered(
            lambda m: (
                m.state == "posted"
                and m.is_sale_document(include_receipts=True)
                and m.currency_id == self.currency_id
            )
        )
        payments = self.env["account.payment"].sudo()
        return payments._ar_parts(moves, self.amount, self.currency_id)

    # Booking.

    def _create_payment(self, **extra_create_values):
        request = self.sudo().ar_request_ids
        if not request:
            return super()._create_payment(**extra_create_values)
        self.ensure_one()
        methods = self.provider_id.journal_id.inbound_payment_method_line_ids
        payment = self.env["account.payment"].create(
            {
                "amount": self.amount,
                "payment_type": "inbound",
                "currency_id": self.currency_id.id,
                "partner_id": self.partner_id.commercial_partner_id.id,
                "partner_type": "customer",
                "journal_id": self.provider_id.journal_id.id,
                "company_id": self.provider_id.company_id.id,
                "payment_method_line_id": methods.filtered(
                    lambda m: m.payment_provider_id == self.provider_id
                )[:1].id,
                "payment_transaction_id": self.id,
                "memo": f"{self.reference} - {self.provider_reference or ''}",
                "destination_account_id": request.line_ids[:1]._ar_account().id,
                "invoice_ids": self.invoice_ids,
                **extra_create_values,
            }
        )
        payment.action_post()
        self.payment_id = payment
        self._ar_match(payment, request)
        return payment

    def _ar_match(self, payment, request):
        """Match each part with its own instalment; what is left stays a credit."""
        lines = payment.move_id.line_ids.filtered(
            lambda ln: ln.account_type == "asset_receivable"
        ).sorted("id")
        if not lines:
            return
        for part, line in zip(request.line_ids, lines, strict=True):
            target = part._ar_target()
            if target and target.account_id == line.account_id:
                (line + target).reconcile()
        left = -sum(lines.mapped("amount_residual_currency"))
        if self.currency_id.compare_amounts(left, 0) > 0:
            request.amount_unapplied = left
            words = self.env._(
                "%(amount)s of an online payment has no open invoice: refund or match "
                "it (%(payment)s)",
                amount=format_amount(self.env, left, self.currency_id),
                payment=request._ar_words(),
            )
            request._ar_tell("notice_pay_unapplied", words, unapplied=left)
            request._ar_alert(words)
