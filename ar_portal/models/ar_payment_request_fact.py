import logging

from psycopg2 import OperationalError
from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError
from odoo.tools import SQL, format_amount, mute_logger

from ..engine.stripe_facts import AFTER_PAYMENT, Fact, Kind

_logger = logging.getLogger(__name__)

METHODS = {"card": "card", "sepa_debit": "sepa_direct_debit"}


class ArPaymentRequestFact(models.Model):
    """What the service tells: each fact once, whatever the order."""

    _inherit = "ar.payment.request"

    @api.model
    def _ar_refused(self, error):
        """Log a trouble with the service; its words never hold a key."""
        _logger.warning("Payment service: %s", error)

    @api.model
    def _ar_take_in(self, provider, told):
        """Apply a verified notification, once.

        :param provider: ``payment.provider`` whose secret signed it
        :param told: :class:`~..engine.stripe_facts.Notification`
        :return: outcome, as kept in ``ar.payment.hook``
        """
        Hook = self.env["ar.payment.hook"].sudo()
        known = Hook.search(
            [("provider_id", "=", provider.id), ("event", "=", told.id)]
        )
        if known:
            return "known"
        request, outcome = self.browse(), "foreign"
        if told.fact and (told.account or "") in ("", provider.sudo().ar_account or ""):
            request = self._ar_of_fact(provider, told.fact)
            outcome = request._ar_apply(told.fact) if request else "foreign"
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                Hook.create(
                    {
                        "provider_id": provider.id,
                        "event": told.id,
                        "request_id": request.id,
                        "kind": told.fact.kind.value if told.fact else False,
                        "outcome": outcome,
                        "fact": told.fact.as_dict() if outcome == "early" else False,
                    }
                )
        except UniqueViolation as error:
            raise ConcurrencyError("this notification is being taken in") from error
        return outcome

    @api.model
    def _ar_of_fact(self, provider, fact):
        """The payment that a fact is about, locked; nothing when it is not ours."""
        own = [("provider_id", "=", provider.id)]
        found = self.sudo()
        if fact.session:
            found = found.search([*own, ("checkout", "=", fact.session)])
            if found.name != fact.reference:
                return found.browse()
        elif fact.settlement:
            found = found.search([*own, ("settlement", "=", fact.settlement)])
            found = found or found.search(
                [*own, ("name", "=", fact.reference), ("settlement", "=", False)]
            )
        if found:
            self.env.cr.execute(
                SQL("SELECT 1 FROM ar_payment_request WHERE id=%s FOR UPDATE", found.id)
            )
        return found

    def _ar_apply(self, fact):
        """Apply one fact to this payment.

        :return: ``done``, ``known``, ``early`` or ``refused``
        """
        self.ensure_one()
        request = self.sudo().with_company(self.company_id)
        request = request.with_context(lang=self.company_id._ar_lang())
        if fact.live != request.is_live:
            return "refused"
        if fact.currency != request.currency_id.name:
            return request._ar_mismatch(fact)
        if fact.kind in AFTER_PAYMENT:
            return request._ar_apply_later(fact)
        if fact.amount != request._ar_minor(request.amount):
            return request._ar_mismatch(fact)
        return getattr(request, f"_ar_on_{fact.kind.value}")(fact)

    def _ar_mismatch(self, fact):
        """Another amount than ours: nothing is booked, somebody looks."""
        words = self.env._(
            "%(reference)s: the payment service tells another amount or currency. "
            "Nothing was booked.",
            reference=self.name,
        )
        self.transaction_id._set_error(words)
        self._ar_tell(
            "notice_pay_mismatch", words, told=fact.amount, in_currency=fact.currency
        )
        self._ar_alert(words)
        return "refused"

    def _ar_on_processing(self, fact):
        """Accepted, not settled: a direct debit takes days."""
        if self.transaction_id.state != "draft":
            return "known"
        self._ar_learn(fact)
        self.transaction_id._set_pending()
        self._ar_tell("notice_pay_pending", self._ar_words())
        return "done"

    def _ar_on_paid(self, fact):
        """The money is there: book it."""
        if self.transaction_id.state == "done":
            return "known"
        if not fact.settlement or self._ar_used(fact):
            return self._ar_mismatch(fact)
        self._ar_learn(fact)
        # Even a page that we took for closed: the money has come.
        self.transaction_id._set_done(extra_allowed_states=("cancel",))
        self.paid_at = fields.Datetime.now()
        self._ar_tell("notice_pay_done", self._ar_words())
        self._ar_post_process()
        self._ar_apply_early()
        return "done"

    def _ar_used(self, fact):
        """Whether this money was received for another payment."""
        others = [("provider_id", "=", self.provider_id.id), ("id", "!=", self.id)]
        return bool(self.search([*others, ("settlement", "=", fact.settlement)]))

    def _ar_learn(self, fact):
        """Keep what the service calls it, and how it was paid."""
        if fact.settlement and not self.settlement and not self._ar_used(fact):
            self.settlement = fact.settlement
            self.transaction_id.provider_reference = fact.settlement
        method = METHODS.get(fact.method)
        if method:
            self.transaction_id.payment_method_id = self.provider_id._ar_method(method)

    def _ar_post_process(self):
        """Book at once; when that fails, the frame's cron tries again."""
        self.env.flush_all()
        try:
            with self.env.cr.savepoint():
                self.transaction_id._post_process()
        except (ConcurrencyError, OperationalError):
            # Others are writing the same rows: the whole request is run again.
            raise
        except Exception:
            # Whatever stops the booking, the money is known and must stay known.
            _logger.exception("Payment %s is not booked yet", self.name)
            self.env.invalidate_all()

    def _ar_on_failed(self, fact):
        """The bank did not pay: the invoices are open as before."""
        if self.transaction_id.state not in ("draft", "pending", "authorized"):
            return "known"
        self._ar_learn(fact)
        self.transaction_id._set_error(fact.words or self.env._("The bank refused."))
        words = self.env._(
            "Online payment failed: %(payment)s", payment=self._ar_words()
        )
        self._ar_tell("notice_pay_failed", words, why=fact.words)
        self._ar_alert(words)
        return "done"

    def _ar_on_expired(self, _fact):
        """Nobody paid: nothing to tell anybody."""
        if self.transaction_id.state != "draft":
            return "known"
        self.transaction_id._set_canceled()
        return "done"

    def _ar_apply_early(self):
        """Facts that came before the payment they are about."""
        hooks = self.env["ar.payment.hook"].sudo()
        for hook in hooks.search(
            [("request_id", "=", self.id), ("outcome", "=", "early")], order="id"
        ):
            outcome = self._ar_apply_later(Fact.from_dict(hook.fact))
            hook.write({"outcome": outcome, "fact": False})

    def _ar_apply_later(self, fact):
        """Refunds and contested payments, once the payment is known."""
        if self.transaction_id.state != "done":
            return "early"
        if fact.kind == Kind.REFUNDED:
            return self._ar_on_refunded(fact)
        return self._ar_on_dispute(fact)

    def _ar_words(self):
        self.ensure_one()
        return self.env._(
            "%(reference)s, %(amount)s: %(numbers)s",
            reference=self.name,
            amount=format_amount(self.env, self.amount, self.currency_id),
            numbers=", ".join(self.line_ids.mapped("number")),
        )
