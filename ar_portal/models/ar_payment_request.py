from datetime import timedelta

from odoo import api, fields, models
from odoo.tools.misc import consteq, hmac

#: A transaction in one of these can still bring money for its items.
LIVE = ("draft", "pending", "authorized")


class ArPaymentRequest(models.Model):
    """What a customer chose to pay on his page, with one transaction of the frame.

    The transaction's status is the truth about the money; this keeps which
    instalments it is for and how much of each, and the page where it is paid.
    """

    _name = "ar.payment.request"
    _description = "Online payment of a customer"
    _order = "id desc"

    name = fields.Char("Reference", required=True, readonly=True, index=True)
    transaction_id = fields.Many2one(
        "payment.transaction", required=True, readonly=True, ondelete="restrict"
    )
    provider_id = fields.Many2one(
        "payment.provider", required=True, readonly=True, ondelete="restrict"
    )
    debtor_id = fields.Many2one(
        "ar.debtor",
        "Account",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade", index=True
    )
    partner_id = fields.Many2one(
        "res.partner", "Paid by", readonly=True, ondelete="set null", index=True
    )
    sender = fields.Char("Payer's address", readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    amount = fields.Monetary(required=True, readonly=True)
    line_ids = fields.One2many("ar.payment.request.line", "request_id", readonly=True)
    state = fields.Selection(related="transaction_id.state", store=True, index=True)
    state_message = fields.Text(related="transaction_id.state_message")
    reason = fields.Selection(
        [
            ("later", "The rest is paid later"),
            ("contested", "The rest is contested"),
            ("deducted", "A credit or a discount was deducted"),
            ("other", "Another reason"),
        ],
        "Why a part",
        readonly=True,
    )
    message = fields.Text("Message of the customer", readonly=True)
    is_live = fields.Boolean("Real money", readonly=True)
    paid_at = fields.Datetime("Received on", readonly=True)
    amount_refunded = fields.Monetary("Refunded", readonly=True)
    amount_unapplied = fields.Monetary(
        "Without invoice",
        readonly=True,
        help="What could not be matched: it was paid otherwise meanwhile.",
    )
    chargeback = fields.Selection(
        [("open", "Contested"), ("won", "Confirmed"), ("lost", "Taken back")],
        "Contested at the bank",
        readonly=True,
    )
    checkout = fields.Char(readonly=True, groups="base.group_system")
    checkout_url = fields.Char(readonly=True, groups="base.group_system")
    expires_at = fields.Datetime("Page open until", readonly=True)
    settlement = fields.Char("Reference at the service", readonly=True)

    _name_unique = models.Constraint("UNIQUE(name)", "This payment exists already.")
    _transaction_unique = models.Constraint(
        "UNIQUE(transaction_id)", "A transaction is for one payment."
    )
    _checkout_unique = models.UniqueIndex(
        "(checkout) WHERE checkout IS NOT NULL", "A payment page is for one payment."
    )
    _settlement_unique = models.UniqueIndex(
        "(provider_id, settlement) WHERE settlement IS NOT NULL",
        "This money was received for another payment already.",
    )

    # Where the customer comes back to.

    def _ar_sign(self):
        """What proves that an address of our return page was made by us."""
        self.ensure_one()
        return hmac(self.env(su=True), "ar_payment_request", self.name)[:43]

    @api.model
    def _ar_return_path(self, name):
        """The page after the payment; it shows what is known and changes nothing."""
        return f"/ar/paid/{name}/{self.new({'name': name})._ar_sign()}"

    @api.model
    def _ar_find_signed(self, name, sign):
        """The payment behind a return address, as superuser, or nothing."""
        found = self.sudo().search([("name", "=", name)], limit=1)
        expected = self.sudo().new({"name": name})._ar_sign()
        return found if consteq(expected, sign) else found.browse()

    def _ar_shown(self):
        """The state in the customer's words: one code for the page."""
        self.ensure_one()
        if self.state == "done":
            returned = self.chargeback == "lost" or (
                self.amount_refunded
                and self.currency_id.compare_amounts(self.amount_refunded, self.amount)
                >= 0
            )
            return "returned" if returned else "received"
        if self.state in ("pending", "authorized"):
            return "under_way"
        if self.state == "draft":
            return "waiting" if self._ar_is_open() else "expired"
        return "failed" if self.state == "error" else "expired"

    def _ar_is_open(self):
        """Whether its page can still be paid."""
        self.ensure_one()
        now = fields.Datetime.now()
        return self.state == "draft" and bool(self.expires_at and self.expires_at > now)

    # What the transaction does to it.

    def _ar_follow_state(self):
        """Its instalments may be paid otherwise once the transaction has ended."""
        for request in self.sudo():
            live = request.transaction_id.state in LIVE
            request.line_ids.filtered(lambda ln, live=live: ln.live != live).write(
                {"live": live}
            )

    def _ar_tell(self, kind, words, **payload):
        """One fact on the timeline of the account and its invoices."""
        self.env["ar.event"]._ar_record(
            [
                {
                    "kind": kind,
                    "company_id": request.company_id.id,
                    "debtor_id": request.debtor_id.id,
                    "move_ids": request.line_ids.move_id.ids,
                    "actor": payload.get("actor") or "ar",
                    "res_model": request._name,
                    "res_id": request.id,
                    "summary": words,
                    "payload": {
                        "reference": request.name,
                        "amount": request.amount,
                        "currency": request.currency_id.name,
                        "lines": [[ln.number, ln.amount] for ln in request.line_ids],
                        **payload,
                    },
                }
                for request in self
            ]
        )

    def _ar_alert(self, words):
        """Somebody has to look at it: an activity for the account's collector."""
        for request in self.sudo():
            debtor = request.debtor_id.with_context(mail_activity_quick_update=True)
            if debtor.activity_ids.filtered(lambda a: a.summary == words):
                continue
            debtor.activity_schedule(
                "ar_portal.ar_activity_payment",
                date_deadline=request.company_id._ar_today() + timedelta(days=1),
                summary=words,
                user_id=debtor._ar_responsible().id,
            )
