from requests import exceptions as http_errors

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..engine.delivery import Outcome
from ..engine.states import Delivery, ReminderState

S = ReminderState

#: A report that is older news than what is known already changes nothing.
RANK = {
    False: 0,
    Delivery.UNKNOWN.value: 0,
    Delivery.HANDED_OVER.value: 1,
    Delivery.UNDELIVERED.value: 2,
    Delivery.DELIVERED.value: 2,
    Delivery.RETURNED.value: 3,
}
#: Reports from which it follows that the provider did get the contact.
TAKEN = (Delivery.HANDED_OVER, Delivery.DELIVERED, Delivery.RETURNED)
#: Errors of an HTTP call that come before anything was said.
NEVER_LEFT = (
    http_errors.ConnectTimeout,
    http_errors.SSLError,
    http_errors.ProxyError,
)
NOT_CONNECTED = ("NewConnectionError", "NameResolutionError")


class ArReminderProvider(models.Model):
    """Who carries an SMS or a letter to the customer, at what cost, with what result.

    A provider is a code of a channel. Where there is a method
    ``_ar_<channel>_by_<code>(session)``, it carries contacts by itself, in the second
    transaction of the sending; it sets ``session.handed_over`` just before it calls
    the outside, and raises ``NotSent`` when it is known what follows. Without such a
    method the contact waits for a person.
    """

    _inherit = "ar.reminder"

    provider = fields.Selection(
        selection="_ar_select_provider",
        string="Carried by",
        compute="_compute_provider",
        store=True,
        readonly=False,
        copy=False,
    )
    provider_ref = fields.Char("Reference of the carrier", readonly=True, copy=False)
    delivery_state = fields.Selection(
        [
            (Delivery.HANDED_OVER.value, "Handed over"),
            (Delivery.DELIVERED.value, "Delivered"),
            (Delivery.UNDELIVERED.value, "Not delivered"),
            (Delivery.RETURNED.value, "Came back"),
            (Delivery.UNKNOWN.value, "Unknown"),
        ],
        "Delivery",
        readonly=True,
        copy=False,
    )
    delivery_date = fields.Datetime("Delivery told on", readonly=True, copy=False)
    delivery_text = fields.Char("Told by the carrier", readonly=True, copy=False)
    cost = fields.Monetary(readonly=True, copy=False)

    @api.model
    def _ar_providers(self):
        """Providers that can be chosen here; other add-ons add theirs.

        :return: ``{channel: [(code, label)]}``, the first being the default
        """
        letters = [("print", self.env._("Printed and posted by us"))]
        if "snailmail.letter" in self.env:
            letters.append(("snailmail", self.env._("Odoo Snailmail")))
        return {"sms": [("odoo", self.env._("Odoo SMS"))], "letter": letters}

    @api.model
    def _ar_select_provider(self):
        return [pair for pairs in self._ar_providers().values() for pair in pairs]

    @api.depends("channel", "company_id")
    def _compute_provider(self):
        for reminder in self:
            reminder.provider = reminder.company_id._ar_provider(reminder.channel)

    def _ar_reachable(self, usable):
        """The first of this reminder's contacts that the channel reaches.

        :param usable: function of a ``res.partner``
        :return: ``res.partner``, None when it reaches nobody
        """
        chain = [partner for _role, partner in self._ar_recipient_chain() if partner]
        return next((p for p in chain if usable(p)), None)

    @api.constrains("channel", "provider")
    def _check_provider(self):
        providers = self._ar_providers()
        for reminder in self.filtered("provider"):
            codes = [code for code, _label in providers.get(reminder.channel, ())]
            if reminder.provider not in codes:
                raise ValidationError(
                    self.env._("“Carried by” does not fit the channel.")
                )

    # Who carries it by hand.

    @api.model
    def _ar_providers_by_hand(self):
        """Codes of the providers that are people."""
        return [
            code
            for channel, pairs in self._ar_providers().items()
            for code, _label in pairs
            if not hasattr(self, f"_ar_{channel}_by_{code}")
        ]

    @api.model
    def _ar_leaving_domain(self):
        return [
            *super()._ar_leaving_domain(),
            ("provider", "not in", self._ar_providers_by_hand()),
        ]

    def _ar_hand_over(self, session):
        """Have the provider of this reminder carry it.

        :raise NotSent: when it did not take it
        :raise UserError: when the provider is no longer there
        """
        self.ensure_one()
        codes = dict(self._ar_providers()[self.channel])
        carry = getattr(self, f"_ar_{self.channel}_by_{self.provider}", None)
        if self.provider not in codes or not carry:
            raise UserError(
                self.env._(
                    "“%(code)s” cannot carry this any more: choose who does.",
                    code=self.provider or "",
                )
            )
        return carry(session)

    def _ar_silence(self, error):
        """What follows when a provider's service gave no result: (outcome, words).

        Only what surely never reached it may be tried again.
        """
        cause = error.__cause__ or error.__context__ or error
        if isinstance(cause, NEVER_LEFT) or (
            isinstance(cause, http_errors.ConnectionError)
            and any(name in f"{cause!r}" for name in NOT_CONNECTED)
        ):
            return Outcome.RETRY, self.env._("The service cannot be reached.")
        if isinstance(cause, http_errors.Timeout):
            return Outcome.IN_DOUBT, self.env._("The service did not answer.")
        return Outcome.IN_DOUBT, self._ar_error_text(cause)

    def _ar_record_sent(self, moment):
        result = super()._ar_record_sent(moment)
        carried = self.filtered("provider")
        carried.write(
            {"delivery_state": Delivery.HANDED_OVER.value, "delivery_date": moment}
        )
        return result

    def _ar_sent_payload(self, content):
        payload = super()._ar_sent_payload(content)
        if self.provider:
            payload["provider"] = self.provider
            payload["provider_ref"] = self.provider_ref or ""
        return payload

    # What comes back.

    def _ar_report_delivery(self, delivery, text=""):
        """The carrier, or a person, tells what became of these reminders.

        What a crash left in doubt is settled by it. The same report again, or one
        that arrives after newer news, changes nothing.

        :param Delivery delivery: what became of them
        :param str text: why, in words
        """
        for reminder in self:
            if RANK[delivery.value] <= RANK[reminder.delivery_state]:
                continue
            if reminder.state == S.IN_DOUBT.value:
                reminder._ar_settle_doubt(delivery, text)
            reminder.write(
                {
                    "delivery_state": delivery.value,
                    "delivery_date": fields.Datetime.now(),
                    "delivery_text": text,
                }
            )
            if delivery is not Delivery.HANDED_OVER:
                reminder._ar_tell_delivery(delivery, text)

    def _ar_settle_doubt(self, delivery, text):
        if delivery in TAKEN:
            self._ar_record_sent(self.sending_since)
        else:
            self._update_state(S.APPROVED)
            self._ar_fail(text or self.env._("Not delivered"))
        self._ar_doubt_settled()
        self._ar_after_send()

    def _ar_tell_delivery(self, delivery, text):
        payload = {
            "channel": self.channel,
            "recipient": (self.recipient_id or self.partner_id).display_name,
            "delivery": delivery.value,
            "text": text,
        }
        Event = self._ar_in_company_language().env["ar.event"]
        summary = Event._ar_say_delivery(payload)
        arrived = delivery is Delivery.DELIVERED
        kind = "delivered" if arrived else "undelivered"
        self._ar_event(kind, summary, payload=payload)
        if not arrived:
            self.debtor_id._ar_alert("bounce", summary, self.user_id)

    def action_came_back(self):
        """The post brought this letter back, or the customer never got it.

        :raise UserError: when it has not left
        """
        self.check_access("write")
        self._ar_check_state(S.DONE)
        self.sudo()._ar_report_delivery(Delivery.RETURNED)
        return True
