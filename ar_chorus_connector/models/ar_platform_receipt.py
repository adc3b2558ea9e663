import uuid
from datetime import datetime, time, timezone
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.cdar_write import Receipt, shared_by_rate, write_cashed
from ..engine.dates import PARIS
from ..engine.flow_states import RECEIPT_MOVES, UNTOLD, ReceiptState
from ..engine.siren import siren_of

STATES = [
    (ReceiptState.TO_CONFIRM.value, "To be confirmed"),
    (ReceiptState.TO_SEND.value, "To be sent"),
    (ReceiptState.SENDING.value, "Being sent"),
    (ReceiptState.SENT.value, "Sent"),
    (ReceiptState.ACCEPTED.value, "Accepted"),
    (ReceiptState.REFUSED.value, "Refused"),
    (ReceiptState.WAIVED.value, "Not to be told"),
    (ReceiptState.CANCELLED.value, "Cancelled"),
]


class ArPlatformReceipt(models.Model):
    """One « cashed » (212) of ours: what came since the one before.

    The sum of these, cancelled ones left out, is what the platform was told; the
    difference with the cash in the ledger makes the next one.
    """

    _name = "ar.platform.receipt"
    _inherit = ["ar.state.mixin"]
    _description = "Receipt told to a platform"
    _order = "id desc"
    _rec_name = "tracking_id"

    platform_id = fields.Many2one(
        "ar.platform", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="platform_id.company_id", store=True, index=True
    )
    move_id = fields.Many2one(
        "account.move",
        "Invoice",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    currency_id = fields.Many2one(related="move_id.currency_id")
    cents = fields.Float("Amount (cents)", digits=(18, 0), readonly=True)
    amount = fields.Monetary(compute="_compute_amount")
    paid_on = fields.Date("Paid on", readonly=True)
    rates = fields.Json("Cents per VAT rate", readonly=True)
    state = fields.Selection(
        STATES, default=ReceiptState.TO_SEND.value, required=True, readonly=True
    )
    tracking_id = fields.Char(required=True, readonly=True, index=True)
    flow_id = fields.Char("Id on the platform", readonly=True, index="btree_not_null")
    sent_at = fields.Datetime("Sent on", readonly=True)
    retry_at = fields.Datetime("Next try", readonly=True)
    attempts = fields.Integer(readonly=True)
    error = fields.Char("Problem", readonly=True)

    _tracking_unique = models.Constraint(
        "UNIQUE(platform_id, tracking_id)", "A receipt is told once."
    )

    def _ar_transitions(self):
        return RECEIPT_MOVES

    @api.depends("cents")
    def _compute_amount(self):
        for receipt in self:
            receipt.amount = receipt.cents / 100

    @api.model
    def _adjust(self, platform, move, cashed, day):
        """Bring what is told of one invoice in line with its cash.

        :param int cashed: cents on the bank accounts for this invoice
        :return: the receipt to be told, or none
        """
        known = self.search([("move_id", "=", move.id), ("state", "!=", "cancelled")])
        untold = known.filtered(lambda r: r.state in UNTOLD)
        untold._update_state(ReceiptState.CANCELLED)
        before = round(sum((known - untold).mapped("cents")))
        if cashed == before:
            return self.browse()
        taken_back = (cashed - before) * move.direction_sign > 0
        state = ReceiptState.TO_CONFIRM if taken_back else ReceiptState.TO_SEND
        receipt = self.create(
            {
                "platform_id": platform.id,
                "move_id": move.id,
                "cents": cashed - before,
                "paid_on": day or platform.company_id._ar_today(),
                "rates": self._rates(move, before, cashed),
                "state": state.value,
                "tracking_id": self._tracking(platform, move, before, cashed, known),
            }
        )
        if taken_back:
            receipt._alert_taken_back()
        return receipt

    def _tracking(self, platform, move, before, cashed, known):
        """The same story gives the same id, so that nothing is told twice.

        A transaction that is run again finds at the platform what it told before
        it was rolled back.
        """
        count = self.search_count([("move_id", "=", move.id)])
        parts = (self.env["ar.platform"]._database_uuid(), platform.id, move.id)
        name = "/".join(str(part) for part in (*parts, before, cashed, count))
        return str(uuid.uuid5(uuid.NAMESPACE_OID, name))

    def _rates(self, move, before, cashed):
        """Cents per VAT rate of this receipt; the roundings of all add up."""
        totals = {}
        for line in move.invoice_line_ids.filtered(
            lambda line: line.display_type == "product"
        ):
            taxes = line.tax_ids.flatten_taxes_hierarchy()
            percents = taxes.filtered(lambda tax: tax.amount_type == "percent")
            rate = Decimal(str(round(sum(percents.mapped("amount")), 2)))
            totals[rate] = totals.get(rate, 0) + round(line.price_total * 100)
        totals = {rate: cents for rate, cents in totals.items() if cents}
        after = dict(shared_by_rate(cashed, totals))
        for rate, cents in shared_by_rate(before, totals):
            after[rate] = after.get(rate, 0) - cents
        return [[str(rate), cents] for rate, cents in sorted(after.items()) if cents]

    def _alert_taken_back(self):
        self.platform_id._alert(
            self.env._("A receipt that was told was taken back"),
            self.env._(
                "%(invoice)s: %(amount)s less than the platform was told. Confirm the "
                "correction in the list of receipts told, or match the payment again.",
                invoice=self.move_id.name,
                amount=self.currency_id.format(abs(self.amount)),
            ),
        )

    def _amounts(self):
        """``(Decimal rate, cents)`` of this receipt."""
        return tuple((Decimal(rate), cents) for rate, cents in self.rates or ())

    def _message(self):
        """The file for the platform.

        :raise UserError: what our own records lack for it
        """
        self.ensure_one()
        move = self.move_id
        company = move.company_id
        seller = siren_of(company.company_registry, company.vat)
        if not seller:
            raise UserError(
                self.env._(
                    "%(company)s has no SIREN: set its company registry.",
                    company=company.name,
                )
            )
        buyer = move.commercial_partner_id
        paid = datetime.combine(self.paid_on, time(12), PARIS)
        created = max(paid, fields.Datetime.now().replace(tzinfo=timezone.utc))
        return write_cashed(
            Receipt(
                message_id=f"{move.name}_212_{self.tracking_id}",
                number=move.name,
                invoice_date=move.invoice_date,
                type_code="381" if move.move_type == "out_refund" else "380",
                seller=seller,
                seller_name=company.name,
                buyer=siren_of(buyer.company_registry, buyer.vat),
                buyer_name=buyer.name,
                moment=paid,
                created=created,
                currency=move.currency_id.name,
                amounts=self._amounts(),
            )
        )

    def action_confirm(self):
        """Have the correction told to the platform."""
        self.check_access("write")
        self.sudo()._update_state(ReceiptState.TO_SEND, {"retry_at": False}, True)

    def action_waive(self):
        """Leave it untold: the platform knows by other means."""
        self.check_access("write")
        self.sudo()._update_state(ReceiptState.WAIVED, {"error": False}, True)

    def action_retry(self):
        """Send again what was refused, under the same id."""
        self.check_access("write")
        again = {"error": False, "retry_at": False}
        self.sudo()._update_state(ReceiptState.TO_SEND, again, True)
