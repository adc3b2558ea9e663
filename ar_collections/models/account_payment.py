import logging
from datetime import timedelta

from odoo import api, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)


#: A payment in one of these is under way, or done.
LIVE = ("in_process", "paid")
#: What a registered payment's announcement depends on.
FOLLOWED = {"state", "invoice_ids", "move_id", "amount", "date", "currency_id"}


class AccountPayment(models.Model):
    """A registered payment without an entry is money announced, not money received.

    With a bank journal that has no outstanding account, registering a payment books
    nothing: the invoice stays open in the ledger until the bank line comes. Until
    then its customer is not chased for it.
    """

    _inherit = "account.payment"

    @api.model_create_multi
    def create(self, vals_list):
        payments = super().create(vals_list)
        # Nothing was announced yet of one that is not under way.
        payments.filtered(lambda p: p.state in LIVE)._ar_follow()
        return payments

    def write(self, vals):
        result = super().write(vals)
        if FOLLOWED & vals.keys():
            self._ar_follow()
        return result

    def unlink(self):
        self._ar_notices()._ar_withdraw()
        return super().unlink()

    def _ar_notices(self):
        """Announcements made of these payments, and still standing."""
        return (
            self.env["ar.payment.notice"]
            .sudo()
            .search(
                [
                    ("payment_id", "in", self.ids),
                    ("state", "not in", ("withdrawn", "refused")),
                ]
            )
        )

    def _ar_follow(self):
        """Announce what is under way without an entry; withdraw what no longer is."""
        inbound = self.sudo().filtered(
            lambda p: p.payment_type == "inbound" and p.partner_type == "customer"
        )
        gone = inbound.filtered(lambda p: p.state not in LIVE)
        if gone:
            gone._ar_notices()._ar_withdraw()
        waiting = (inbound - gone).filtered(lambda p: not p.move_id and p.invoice_ids)
        if waiting:
            waiting -= waiting._ar_notices().payment_id
        for payment in waiting:
            try:
                with self.env.cr.savepoint():
                    payment._ar_announce()
            except UserError as error:
                # Of several accounts, for instance: the payment itself comes first.
                _logger.info("Payment %s is not announced: %s", payment.id, error)

    def _ar_announce(self):
        """Tell collections of this payment, unless it is for nothing open."""
        values = self._ar_announcement()
        if values["lines"]:
            self.env["ar.payment.notice"].sudo()._ar_announce([values])

    def _ar_announcement(self):
        """This payment as ``ar.payment.notice._ar_announce`` takes it."""
        company = self.company_id._ar_collecting_company()
        moves = self.invoice_ids.filtered(
            lambda m: m.state == "posted" and m.is_sale_document(include_receipts=True)
        )
        moves = moves.filtered(lambda m: m.currency_id == moves[:1].currency_id)
        currency = moves.currency_id or self.currency_id
        total = self.currency_id._convert(
            self.amount, currency, self.company_id, self.date
        )
        return {
            "source": "payment",
            # Registered again after it was withdrawn, it is another announcement.
            "source_key": f"account.payment:{self.id}:{self._ar_announced_before()}",
            "payment_id": self.id,
            "lines": self._ar_parts(moves, total, currency),
            "amount": total,
            "expected_date": self.date,
            "hold_until": max(self.date, company._ar_today())
            + timedelta(days=company._ar_grace("payment")),
            "reference": self.memo or self.name,
        }

    def _ar_announced_before(self):
        return (
            self.env["ar.payment.notice"]
            .sudo()
            .search_count([("payment_id", "=", self.id)])
        )

    def _ar_parts(self, moves, total, currency):
        """The amount over the invoices that it was registered for, oldest first."""
        residuals, unit = moves._ar_residuals(), 10**currency.decimal_places
        left, parts = round(total * unit), []
        for move in moves.sorted(lambda m: (m.invoice_date_due or m.date, m.id)):
            cents = min(left, residuals.get(move.id, 0))
            if cents > 0:
                parts.append({"move_id": move.id, "amount": cents / unit})
                left -= cents
        return parts

    @api.model
    def _ar_follow_all(self):
        """Announce the payments that were under way when the add-on came."""
        self.search(
            [("state", "=", "in_process"), ("move_id", "=", False)]
        )._ar_follow()
