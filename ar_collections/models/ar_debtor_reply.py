import logging

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError

from ..engine.reply_reading import Kind, read
from ..engine.reply_states import SuggestionState
from .ar_debtor_mail import ALERTS

_logger = logging.getLogger(__name__)

#: What a machine may tell that is worth a suggestion.
FROM_MACHINES = (Kind.AWAY.value, Kind.CONTACT.value)
#: Countries that write the month before the day.
MONTH_FIRST = ("US", "PH", "FM", "MH", "PW")


class ArDebtorReply(models.Model):
    """Incoming mails are read: what they seem to say is offered for one click."""

    _inherit = "ar.debtor"

    suggestion_ids = fields.One2many("ar.reply.suggestion", "debtor_id", readonly=True)
    open_suggestion_ids = fields.One2many(
        "ar.reply.suggestion",
        "debtor_id",
        domain=[("state", "=", "open")],
        readonly=True,
    )

    @api.private  # the mail gateway alone
    def message_update(self, msg_dict, update_vals=None):
        result = super().message_update(msg_dict, update_vals=update_vals)
        if self.env.context.get("ar_auto_reply") and not self._ar_is_colleague(
            msg_dict
        ):
            for debtor in self.sudo():
                debtor._ar_read_reply(msg_dict, FROM_MACHINES)
        return result

    def _ar_receive_reply(self, msg_dict):
        result = super()._ar_receive_reply(msg_dict)
        self._ar_read_reply(msg_dict)
        return result

    def _ar_read_reply(self, msg_dict, kinds=None):
        """Suggest what a mail says; a mail that cannot be read is still received.

        :param kinds: keep suggestions of these kinds only
        """
        try:
            with self.env.cr.savepoint():
                self._ar_suggest_from(msg_dict, kinds)
        except Exception:  # whatever it is, the mail itself must arrive
            _logger.warning("No suggestion for %s", self, exc_info=True)

    def _ar_suggest_from(self, msg_dict, kinds):
        company = self.company_id
        if company.sudo().ar_reply_reading == "off":
            return
        received = self._ar_received(msg_dict)
        readings = self._ar_classify_reply(
            msg_dict.get("body") or "", company._ar_day(received)
        )
        wanted = [told for told in readings if not kinds or told.kind in kinds]
        activity = self.env["mail.activity"]
        if not kinds:  # what a machine tells has no activity of its own
            asked = self.env.ref(ALERTS["reply"])
            activities = self.activity_ids.filtered(
                lambda a: a.activity_type_id == asked
            )
            activity = activities.sorted("id")[-1:]
        self.env["ar.reply.suggestion"].sudo()._ar_suggest(
            self,
            wanted,
            {
                "message_key": msg_dict.get("message_id") or False,
                "sender": msg_dict.get("email_from") or "",
                "received_at": received,
                "activity_id": activity.id,
            },
        )

    def _ar_received(self, msg_dict):
        """When the mail was written (UTC); never in the future."""
        now = fields.Datetime.now()
        try:
            told = fields.Datetime.to_datetime(msg_dict.get("date"))
        except (TypeError, ValueError):
            told = None
        return min(told.replace(tzinfo=None), now) if told else now

    def _ar_classify_reply(self, text, received):
        """What a mail says.

        Rules read it, on this server. When an administrator has said so
        (``ar_reply_reading`` of the company is ``other``), an add-on that overrides
        :meth:`_ar_classify_elsewhere` is asked first.

        :param str text: body of the mail, HTML
        :param date received: day of the mail, in the company's calendar
        :return: ``engine.reply_reading.Reading``
        """
        self.ensure_one()
        told = None
        if self.company_id.sudo().ar_reply_reading == "other":
            told = self._ar_classify_elsewhere(text, received)
        if told is None:
            told = read(
                text, received, self._ar_numbers_known(), self._ar_month_first()
            )
        return told

    def _ar_classify_elsewhere(self, text, received):
        """Hook for another classifier; None: it has nothing to say, rules read.

        :return: list of ``engine.reply_reading.Reading``, or None
        """
        return None

    def _ar_numbers_known(self):
        """Numbers of the invoices that a customer may name, open or just settled."""
        items = self.env["ar.item"].search_fetch(
            [("debtor_id", "=", self.id), ("is_credit", "=", False)],
            ["move_id"],
            order="is_open desc, id desc",
            limit=2000,
        )
        return tuple(dict.fromkeys(n for n in items.mapped("name") if n and n != "/"))

    def _ar_items_named(self, numbers):
        """Open instalments of the invoices with these numbers."""
        return self.open_item_ids.filtered(lambda i: i.name in numbers)

    def _ar_month_first(self):
        """Whether this customer puts the month first; None when unknown."""
        country = self.partner_id.country_id.code
        if country:
            return country in MONTH_FIRST
        # American English is what Odoo gives to whoever chose nothing.
        return None if (self.partner_id.lang or "en_US") == "en_US" else False

    # One click on a message.

    def ar_dispute_from_message(self, message_id):
        """Open a dispute from a message of this account.

        The invoices that it names are disputed, for the reason that it gives; when
        it names none, the form asks. The same message never makes two.

        :param int message_id: id of a ``mail.message`` of this account
        :return: action that shows the dispute
        :raise AccessError: when the message is not one of this account
        """
        self.ensure_one()
        self.check_access("write")
        message = self.env["mail.message"].browse(message_id).exists()
        if not message or (message.model, message.res_id) != (self._name, self.id):
            raise AccessError(self.env._("This message is not one of this account."))
        message.check_access("read")
        day = self.company_id._ar_day(message.date)
        told = self.sudo()._ar_classify_reply(message.body or "", day)
        contests = [t for t in told if t.kind == Kind.DISPUTE.value]
        values = self._ar_contested(message, contests[0] if contests else None)
        if not values["move_ids"]:
            return self._ar_dispute_form(values)
        disputes = self.env["ar.dispute"]._ar_raise(
            [
                {
                    "move_id": move.id,
                    "source": "reply",
                    "source_key": f"{values['key']}:{move.id}",
                    "reason_id": values["reason"].id,
                    "description": values["text"],
                }
                for move in values["move_ids"]
            ]
        )
        self._ar_answered(message, disputes)
        self.sudo()._ar_decide()
        return disputes._get_records_action(name=self.env._("Disputes"))

    def _ar_answered(self, message, disputes):
        """What was suggested of this message is settled by these disputes."""
        suggested = self.open_suggestion_ids.filtered(
            lambda told: (
                told.kind == Kind.DISPUTE.value
                and told.message_key
                and told.message_key == message.message_id
            )
        )
        for told in suggested:
            values = {"dispute_ids": [Command.set(disputes.ids)]}
            told._ar_close(SuggestionState.CONFIRMED, "reply_confirmed", values)

    def _ar_contested(self, message, told):
        """What a message contests, as far as it can be read.

        :param told: ``engine.reply_reading.Reading`` of a dispute, or None
        """
        moves = self._ar_items_named(told.numbers if told else ()).move_id
        if not moves:
            debits = self.open_item_ids.filtered(lambda i: not i.is_credit)
            # The only open one needs no name.
            moves = debits.move_id if len(debits.move_id) == 1 else moves
        Reason = self.env["ar.dispute.reason"]
        reason = Reason._ar_of_code(told.reason if told else "other", self.company_id)
        return {
            "key": message.message_id or f"message:{message.id}",
            "reason": reason or self.env.ref("ar_collections.reason_other"),
            "move_ids": moves,
            "text": (told and told.sentence) or message.preview or "",
        }

    def _ar_dispute_form(self, values):
        if not self.item_count:
            raise UserError(self.env._("Nothing is open that could be contested."))
        action = self.action_new_dispute()
        action["context"] = {
            **action["context"],
            "default_source": "reply",
            "default_reason_id": values["reason"].id,
            "default_description": values["text"],
        }
        return action
