from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount, format_date

from ..engine.states import NOTICE_TRANSITIONS, NoticeState
from .ar_state_mixin import selection

SOURCES = [
    ("promise", "Promise"),
    ("proof", "Payment proof"),
    ("platform", "Buyer's platform"),
    ("remittance", "Remittance advice"),
    ("instalment", "Instalment of a plan"),
    ("payment", "Payment under way"),
]


class ArPaymentNotice(models.Model):
    """Someone announced a payment: exactly that part is not chased for a while.

    It ends by itself at ``hold_until`` (date announced + grace of its source), and
    is judged by what the ledger received.
    """

    _name = "ar.payment.notice"
    _inherit = ["ar.state.mixin"]
    _description = "Payment notice"
    _order = "expected_date desc, id desc"

    name = fields.Char("Reference", readonly=True, default="/", copy=False)
    debtor_id = fields.Many2one(
        "ar.debtor",
        "Account",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    partner_id = fields.Many2one(related="debtor_id.partner_id")
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade", index=True
    )
    source = fields.Selection(SOURCES, required=True, readonly=True, index=True)
    source_key = fields.Char(readonly=True, copy=False)
    reference = fields.Char(
        "Customer reference", help="As the customer wrote it on his transfer."
    )
    currency_id = fields.Many2one("res.currency", required=True)
    amount = fields.Monetary(required=True, help="Amount announced in all.")
    amount_received = fields.Monetary(readonly=True, copy=False)
    notice_date = fields.Date(
        "Announced on", required=True, default=fields.Date.context_today
    )
    expected_date = fields.Date("Expected on", required=True)
    hold_until = fields.Date(
        "Holds until", required=True, help="Expected date plus the days of grace."
    )
    state = fields.Selection(
        selection(
            NoticeState,
            {
                NoticeState.TO_REVIEW: "To review",
                NoticeState.ACTIVE: "Announced",
                NoticeState.KEPT: "Kept",
                NoticeState.PARTLY: "Partly kept",
                NoticeState.BROKEN: "Broken",
                NoticeState.REFUSED: "Refused",
                NoticeState.WITHDRAWN: "Withdrawn",
            },
        ),
        default=NoticeState.ACTIVE.value,
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    note = fields.Text()
    refusal_reason = fields.Char(copy=False)
    attachment_ids = fields.Many2many(
        "ir.attachment", "ar_notice_attachment_rel", string="Evidence"
    )
    line_ids = fields.One2many("ar.payment.notice.line", "notice_id", copy=True)
    judged_at = fields.Datetime(readonly=True, copy=False)
    payment_id = fields.Many2one(
        "account.payment",
        "Registered payment",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
    )

    _source_unique = models.UniqueIndex(
        "(company_id, source, source_key) WHERE source_key IS NOT NULL",
        "This payment was announced already.",
    )

    def _ar_transitions(self):
        return NOTICE_TRANSITIONS

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("name", "/") == "/":
                vals["name"] = self.env["ir.sequence"].next_by_code("ar.payment.notice")
            company = self.env["res.company"].browse(vals["company_id"])
            if not vals.get("hold_until"):
                expected = fields.Date.to_date(vals["expected_date"])
                grace = company._ar_grace(vals["source"])
                vals["hold_until"] = expected + timedelta(days=grace)
        notices = super().create(vals_list)
        notices._ar_mark_dirty()
        return notices

    def _ar_mark_dirty(self):
        self.env["ar.dirty"]._ar_mark(self.debtor_id.partner_id.ids, "notice")

    @api.model
    def _ar_announce(self, vals_list):
        """Record announced payments; the same (source, key) is one notice.

        :param vals_list: dictionaries with ``source``, ``source_key``, ``lines``
            (``[{"move_id", "amount"}]`` in the currency of the invoices, capped by
            what is open), ``expected_date``, and any of ``debtor_id`` (found from
            the invoice otherwise), ``amount`` (default: sum of lines),
            ``reference``, ``note``, ``payment_id``, ``notice_date``, ``hold_until``,
            ``state`` (``to_review`` or ``active``, default active),
            ``attachment_ids``, ``actor``, ``event_payload``
        :return: the notices, new or known, in the order given
        :raise UserError: when invoices of several accounts or currencies are mixed
        """
        notices = self.browse()
        for vals in vals_list:
            notices += self._ar_announce_one(dict(vals))
        return notices

    def _ar_announce_one(self, vals):
        moves = self.env["account.move"].browse([ln["move_id"] for ln in vals["lines"]])
        debtor = self.env["ar.debtor"].browse(vals.get("debtor_id"))
        debtor = debtor or self.env["ar.debtor"]._ar_of_moves(moves)
        known = vals.get("source_key") and self.search(
            [
                ("company_id", "=", debtor.company_id.id),
                ("source", "=", vals["source"]),
                ("source_key", "=", vals["source_key"]),
            ]
        )
        if known:
            return known
        if len(debtor) != 1 or len(moves.currency_id) > 1:
            raise UserError(
                self.env._(
                    "A payment notice takes invoices of one account and one currency."
                )
            )
        company = debtor.company_id
        lines = self._ar_announced_lines(vals["lines"], moves)
        # Who may announce is checked here; the status is ours to set.
        self.check_access("create")
        notice = self.sudo().create(
            {
                "debtor_id": debtor.id,
                "company_id": company.id,
                "source": vals["source"],
                "source_key": vals.get("source_key") or False,
                "payment_id": vals.get("payment_id"),
                "reference": vals.get("reference"),
                "note": vals.get("note"),
                "currency_id": (moves.currency_id or company.currency_id).id,
                "amount": vals.get("amount") or sum(ln["amount"] for ln in lines),
                "notice_date": vals.get("notice_date") or company._ar_today(),
                "expected_date": vals["expected_date"],
                "hold_until": vals.get("hold_until"),
                "state": vals.get("state") or "active",
                "attachment_ids": [Command.set(vals.get("attachment_ids") or [])],
                "line_ids": [Command.create(line) for line in lines],
            }
        )
        notice._ar_event(
            "notice_announced", vals.get("actor"), vals.get("event_payload")
        )
        return notice.with_env(self.env)

    @api.model
    def _ar_announced_lines(self, lines, moves):
        """Lines of a notice, each capped by what is open on its invoice."""
        residuals, paid = moves._ar_residuals(), moves._ar_paid()
        kept = []
        for line in lines:
            move = moves.browse(line["move_id"])
            unit = 10**move.currency_id.decimal_places
            cents = min(round(line["amount"] * unit), residuals.get(move.id, 0))
            residuals[move.id] = residuals.get(move.id, 0) - max(cents, 0)
            if cents > 0:
                before = paid.get(move.id, 0) / unit
                kept.append({**line, "amount": cents / unit, "paid_before": before})
        return kept

    def _ar_event(self, kind, actor=None, payload=None):
        """Write one event per notice on the timeline of account and invoices."""
        self.env["ar.event"]._ar_record(
            [
                {
                    "kind": kind,
                    "company_id": notice.company_id.id,
                    "debtor_id": notice.debtor_id.id,
                    "move_ids": notice.line_ids.move_id.ids,
                    "actor": actor,
                    "res_model": notice._name,
                    "res_id": notice.id,
                    "summary": notice._ar_summary(),
                    "payload": payload,
                }
                for notice in self
            ]
        )

    def _ar_summary(self):
        self.ensure_one()
        sources = dict(self._fields["source"]._description_selection(self.env))
        states = dict(self._fields["state"]._description_selection(self.env))
        return self.env._(
            "%(name)s, %(kind)s: %(amount)s expected on %(date)s (%(state)s)",
            name=self.name,
            kind=sources[self.source],
            amount=format_amount(self.env, self.amount, self.currency_id),
            date=format_date(self.env, self.expected_date),
            state=states[self.state],
        )

    def _ar_set(self, state, kind, values=None, strict=False, actor=None):
        """Change the status, with its event and a refresh of the account."""
        moved = self._update_state(state, values, strict=strict)
        moved._ar_event(kind, actor)
        moved._ar_mark_dirty()
        return moved

    def action_accept(self):
        """A collector accepts what the customer sent; it holds as announced."""
        self.check_access("write")
        self._ar_set(NoticeState.ACTIVE, "notice_accepted", strict=True)

    def action_refuse(self):
        """A collector refuses what the customer sent; chasing goes on."""
        self.check_access("write")
        self._ar_set(NoticeState.REFUSED, "notice_refused", strict=True)

    def action_withdraw(self):
        """Whoever announced the payment changed his mind."""
        self.check_access("write")
        self._ar_set(NoticeState.WITHDRAWN, "notice_withdrawn", strict=True)

    def _ar_withdraw(self, actor=None):
        """Its source takes the announcement back (machine's way)."""
        return self._ar_set(NoticeState.WITHDRAWN, "notice_withdrawn", actor=actor)
