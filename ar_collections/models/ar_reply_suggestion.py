from odoo import Command, api, fields, models
from odoo.tools import format_amount, format_date

from ..engine.reply_reading import Kind
from ..engine.reply_states import SUGGESTION_TRANSITIONS, SuggestionState
from .ar_state_mixin import selection

KINDS = {
    Kind.PROMISE: "Promise to pay",
    Kind.PAID: "Says it is paid",
    Kind.DISPUTE: "Contests",
    Kind.CONTACT: "Wrong contact",
    Kind.AWAY: "Away",
}


class ArReplySuggestion(models.Model):
    """What a customer's mail seems to say, in his words; a person confirms.

    It changes nothing by itself: neither the decision about the account nor an
    invoice. ``engine.reply_reading`` reads it, or another classifier that an
    administrator lets read (see :meth:`ar.debtor._ar_classify_reply`).
    """

    _name = "ar.reply.suggestion"
    _inherit = ["ar.state.mixin"]
    _description = "Suggestion from a reply"
    _order = "received_at desc, id"
    _rec_name = "line"

    debtor_id = fields.Many2one(
        "ar.debtor",
        "Account",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    partner_id = fields.Many2one(related="debtor_id.partner_id")
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade", index=True
    )
    message_key = fields.Char("Message-Id", readonly=True)
    source_key = fields.Char(readonly=True)
    sender = fields.Char("From", readonly=True)
    received_at = fields.Datetime("Received on", required=True, readonly=True)
    kind = fields.Selection(selection(Kind, KINDS), "Reads as", required=True)
    sure = fields.Boolean(
        "Clear", readonly=True, help="Nothing about what was read is vague."
    )
    sentence = fields.Text("He writes", readonly=True)
    day = fields.Date("On", help="Day promised, of the payment, or of the return.")
    currency_id = fields.Many2one("res.currency", required=True)
    amount = fields.Monetary(help="Nothing: all that is open of the invoices.")
    move_ids = fields.Many2many(
        "account.move",
        "ar_reply_suggestion_move_rel",
        string="Invoices",
        help="Nothing: those that are overdue.",
    )
    is_unclear = fields.Boolean(
        readonly=True,
        help="He names an invoice that is none of his open ones, or a part that"
        " is not told: a person has to say what is meant.",
    )
    reference = fields.Char("Reference of the payment")
    reason_id = fields.Many2one("ar.dispute.reason", "Contested because")
    contact_name = fields.Char("Right person")
    contact_email = fields.Char("E-mail of the right person")
    contact_phone = fields.Char("Phone of the right person")
    state = fields.Selection(
        selection(
            SuggestionState,
            {
                SuggestionState.OPEN: "To confirm",
                SuggestionState.CONFIRMED: "Confirmed",
                SuggestionState.DISMISSED: "Dismissed",
            },
        ),
        default=SuggestionState.OPEN.value,
        required=True,
        readonly=True,
        index=True,
    )
    decided_by_id = fields.Many2one("res.users", "Decided by", readonly=True)
    activity_id = fields.Many2one("mail.activity", readonly=True, ondelete="set null")
    line = fields.Char("Suggestion", compute="_compute_line")

    _source_unique = models.UniqueIndex(
        "(company_id, debtor_id, source_key) WHERE source_key IS NOT NULL",
        "This mail was read already.",
    )
    _open_debtor = models.Index("(debtor_id) WHERE state = 'open'")

    def _ar_transitions(self):
        return SUGGESTION_TRANSITIONS

    @api.depends("kind", "day", "amount", "move_ids", "reason_id", "contact_email")
    @api.depends_context("lang")
    def _compute_line(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for told in self:
            money = told.amount and format_amount(
                self.env, told.amount, told.currency_id
            )
            day = told.day and format_date(self.env, told.day)
            names = ", ".join(told.sudo().move_ids.mapped("name"))
            parts = [told.reason_id.name, money, day, names, told.reference]
            parts += [told.contact_name, told.contact_email]
            details = " · ".join(part for part in parts if part)
            label = kinds.get(told.kind, "")
            told.line = f"{label}: {details}" if details else label

    @api.model
    def _ar_suggest(self, debtor, readings, mail):
        """Keep what was read in a mail, once per mail.

        :param debtor: the ``ar.debtor`` that the mail came to
        :param readings: ``engine.reply_reading.Reading`` of it
        :param dict mail: ``message_key``, ``sender``, ``received_at``, and
            ``activity_id`` of the reply's activity
        :return: the new suggestions
        """
        key = mail.get("message_key")
        if key and self.search(
            [("debtor_id", "=", debtor.id), ("message_key", "=", key)], limit=1
        ):
            return self.browse()
        return self.create(
            [
                {
                    **mail,
                    "debtor_id": debtor.id,
                    "company_id": debtor.company_id.id,
                    "source_key": f"{key}#{rank}" if key else False,
                    **self._ar_reading_values(debtor, told),
                }
                for rank, told in enumerate(readings)
            ]
        )

    @api.model
    def _ar_reading_values(self, debtor, told):
        items = debtor._ar_items_named(told.numbers)
        Currency, Reason = self.env["res.currency"], self.env["ar.dispute.reason"]
        currency = items.currency_id[:1] or debtor.company_id.currency_id
        if told.currency:
            named = Currency.search([("name", "=", told.currency)], limit=1)
            currency = named or currency
        found = set(items.mapped("name"))
        return {
            "kind": told.kind,
            "sure": told.sure,
            "sentence": told.sentence,
            "day": told.day,
            "currency_id": currency.id,
            "amount": (told.amount or 0) / 10**currency.decimal_places,
            "move_ids": [Command.set(items.move_id.ids)],
            "is_unclear": told.unknown
            or told.partial
            or bool(set(told.numbers) - found),
            "reference": told.reference,
            "reason_id": Reason._ar_of_code(told.reason, debtor.company_id).id,
            "contact_name": told.name,
            "contact_email": told.email,
            "contact_phone": told.phone,
        }
