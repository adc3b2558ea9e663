import time
from datetime import UTC, datetime, timedelta

from psycopg2.errors import UniqueViolation

from odoo import Command, api, fields, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.tools import SQL, format_amount, mute_logger

from odoo.addons.payment import utils as payment_utils
from odoo.addons.payment_stripe import const as stripe_const

from ..clients.stripe_checkout import CheckoutDown, CheckoutError, Order
from ..engine.stripe_facts import session_fact

#: Moments in one step are one moment: the same order must be asked for in the same
#: words when it is asked for again.
STEP = 300
#: A page that closed so many days ago, and that nobody can tell of, was not paid.
FORGOTTEN_DAYS = 2


class ArPaymentRequestClick(models.Model):
    """From the click to the page of the service."""

    _inherit = "ar.payment.request"

    @api.model
    def _ar_click(self, debtor, items, told):
        """Make the payment page for a selection, or find the one of this click.

        :param debtor: ``ar.debtor``, as superuser
        :param items: ``[(item, minor units)]``; items as returned by
            ``_ar_portal_items``, of one currency, read in this transaction
        :param dict told: ``reference``, ``reason``, ``message``, ``sender``
        :return: the payment; its ``checkout_url`` is where to send the customer
        :raise UserError: when it cannot be paid now, in the customer's words
        """
        known = self.sudo().search([("name", "=", told["reference"])])
        if known:
            return known._ar_again()
        provider = debtor.company_id._ar_pay_provider()
        if not provider:
            raise UserError(self.env._("Online payment is not possible at the moment."))
        self._ar_lock([item["move"].id for item, _cents in items])
        self._ar_make_room([item["page"].id for item, _cents in items])
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                request = self._ar_make(debtor, provider, items, told)
        except UniqueViolation as error:
            # Another click on the same invoice was faster, and our snapshot does not
            # show it. The request is run again and then finds it.
            raise ConcurrencyError("this invoice is being paid") from error
        request._ar_open_page(items)
        return request

    def _ar_again(self):
        """The same click a second time: the same page, while it can be paid."""
        self.ensure_one()
        if not self._ar_is_open():
            raise UserError(
                self.env._("This payment has ended. Please choose your invoices again.")
            )
        return self

    @api.model
    def _ar_lock(self, move_ids):
        """Nobody changes what is open on these invoices while we ask for money.

        Whatever changed since this transaction began makes it start again, so the
        residuals that were read are those of now.
        """
        self.env.cr.execute(
            SQL(
                "SELECT id FROM account_move WHERE id IN %s ORDER BY id"
                " FOR NO KEY UPDATE",
                tuple(sorted(set(move_ids))),
            )
        )

    @api.model
    def _ar_make_room(self, item_ids):
        """Close the pages that these instalments could be paid on until now.

        :raise UserError: when one of them was paid there
        """
        lines = self.env["ar.payment.request.line"].sudo()
        live = lines.search([("item_id", "in", item_ids), ("live", "=", True)])
        for request in live.request_id:
            if request.state == "draft" and request._ar_close_page():
                continue
            raise UserError(
                self.env._(
                    "A payment of one of these invoices is under way. Please wait for "
                    "its result."
                )
            )

    def _ar_close_page(self):
        """Close the page at the service; False when it was completed meanwhile."""
        self.ensure_one()
        if not self.checkout:
            self.transaction_id._set_canceled()
            return True
        client = self.provider_id._ar_checkout()
        try:
            session = client.expire(self.checkout)
        except CheckoutDown as error:
            raise UserError(self._ar_down()) from error
        except CheckoutError:
            # Not open any more: expired by itself, or completed.
            session = self._ar_look(client)
        if session.values.get("status") != "expired":
            return False
        self.transaction_id._set_canceled()
        return True

    def _ar_look(self, client):
        try:
            return client.look(self.checkout)
        except CheckoutError as error:
            raise UserError(self._ar_down()) from error

    def _ar_down(self):
        return self.env._(
            "The payment service does not answer. Nothing was paid; please try again "
            "in a few minutes."
        )

    @api.model
    def _ar_make(self, debtor, provider, items, told):
        """The transaction and its parts, before the service knows of them."""
        currency = items[0][0]["currency"]
        scale = 10**currency.decimal_places
        total = sum(cents for _item, cents in items) / scale
        sender = told["sender"]
        moves = self.env["account.move"].browse({i["move"].id for i, _c in items})
        transaction = (
            self.env["payment.transaction"]
            .sudo()
            .create(
                {
                    "provider_id": provider.id,
                    "payment_method_id": provider._ar_method("card").id,
                    "reference": told["reference"],
                    "amount": total,
                    "currency_id": currency.id,
                    "partner_id": (sender["partner"] or debtor.partner_id).id,
                    "operation": "online_redirect",
                    "invoice_ids": [Command.set(moves.ids)],
                }
            )
        )
        parts = [
            {
                "item_id": item["page"].id,
                "move_id": item["move"].id,
                "number": item["number"],
                "amount": cents / scale,
                "open_before": item["page"].residual / scale,
            }
            for item, cents in items
        ]
        return self.sudo().create(
            {
                "name": told["reference"],
                "transaction_id": transaction.id,
                "provider_id": provider.id,
                "debtor_id": debtor.id,
                "company_id": debtor.company_id.id,
                "partner_id": sender["partner"].id,
                "sender": sender["email"],
                "currency_id": currency.id,
                "amount": total,
                "reason": told["reason"] or False,
                "message": told["message"],
                "is_live": provider._ar_is_live(),
                "line_ids": [Command.create(part) for part in parts],
            }
        )

    def _ar_open_page(self, items):
        """Make the page at the service."""
        self.ensure_one()
        order = self._ar_order()
        try:
            session = self.provider_id._ar_checkout().open_page(order)
        except CheckoutDown as error:
            raise UserError(self._ar_down()) from error
        except CheckoutError as error:
            self.env["ar.payment.request"]._ar_refused(error)
            raise UserError(
                self.env._(
                    "Online payment is not possible at the moment. Please pay by "
                    "transfer."
                )
            ) from error
        if session.live != self.is_live or not session.url:
            raise UserError(
                self.env._(
                    "Online payment is not possible at the moment. Please pay by "
                    "transfer."
                )
            )
        # The frame's own time zone free moments.
        expires = datetime.fromtimestamp(order.expires_at, UTC).replace(tzinfo=None)
        self.write(
            {
                "checkout": session.id,
                "checkout_url": session.url,
                "expires_at": expires,
            }
        )
        self._ar_tell(
            "notice_pay_started",
            self.env._(
                "%(reference)s: %(amount)s chosen on the customer's page",
                reference=self.name,
                amount=format_amount(self.env, self.amount, self.currency_id),
            ),
            actor=self.sender or self.partner_id.display_name,
            reason=self.reason or "",
            message=self.message or "",
            open=[item["page"].residual for item, _cents in items],
        )

    def _ar_order(self):
        """This payment as the service is asked for it."""
        company = self.company_id.sudo()
        base = self.provider_id.get_base_url()
        back = base + self._ar_return_path(self.name)
        numbers = ", ".join(self.line_ids.mapped("number"))
        now = int(time.time()) // STEP * STEP
        methods = [name for name, on in self._ar_methods(company) if on]
        return Order(
            reference=self.name,
            currency=self.currency_id.name,
            lines=tuple(
                (
                    self.env._("Invoice %(number)s", number=line.number),
                    self._ar_minor(line.amount),
                )
                for line in self.line_ids
            ),
            methods=tuple(methods),
            success_url=back,
            cancel_url=f"{back}?back=1",
            expires_at=now + company.ar_pay_minutes * 60,
            # Never the bare reference of another transaction.
            description=f"{company.name}: {numbers} ({self.name})",
            summary=self.env._("%(count)s invoices", count=len(self.line_ids)),
            email=self.sender or "",
            locale=(self.env.lang or "en")[:2],
        )

    def _ar_methods(self, company):
        sepa = company.ar_pay_sepa and self.currency_id.name == "EUR"
        return (("card", company.ar_pay_card or not sepa), ("sepa_debit", sepa))

    def _ar_minor(self, amount):
        """Minor units as the service counts them for this currency."""
        return payment_utils.to_minor_currency_units(
            amount,
            self.currency_id,
            arbitrary_decimal_number=stripe_const.CURRENCY_DECIMALS.get(
                self.currency_id.name
            ),
        )

    # What was missed.

    @api.model
    def _cron_ar_catch_up(self):
        """Ask the service about payments whose result never arrived."""
        now = fields.Datetime.now()
        waiting = self.sudo().search(
            [
                ("checkout", "!=", False),
                "|",
                "&",
                ("state", "=", "draft"),
                ("create_date", "<", now - timedelta(minutes=15)),
                "&",
                ("state", "=", "pending"),
                ("create_date", "<", now - timedelta(days=1)),
            ],
            order="id",
        )
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=len(waiting))
        for request in waiting:
            request._ar_catch_up()
            if not progress(1):
                break
        return len(waiting)

    def _ar_catch_up(self):
        """What became of one payment, read at the service; troubles only logged."""
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                session = self.provider_id._ar_checkout().look(self.checkout)
                fact = session_fact(session.values, f"read:{session.id}", session.live)
                if fact:
                    self._ar_apply(fact)
        except (CheckoutError, UserError) as error:
            self._ar_refused(error)
            past = fields.Datetime.now() - timedelta(days=FORGOTTEN_DAYS)
            if self.state == "draft" and self.expires_at < past:
                # The service does not know it any more, for instance by new keys.
                self.transaction_id._set_canceled()
