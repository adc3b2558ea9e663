from datetime import timedelta

from odoo import api, fields, models

from ..engine.states import DISPUTE_TRANSITIONS, DisputeState
from .ar_state_mixin import selection

SOURCES = [
    ("person", "A colleague"),
    ("reply", "Reply of the customer"),
    ("portal", "Customer's page"),
    ("platform", "Buyer's platform"),
    ("lettering", "Short payment"),
]
STATES = selection(
    DisputeState,
    {
        DisputeState.OPEN: "Open",
        DisputeState.RESOLVED: "Resolved",
        DisputeState.WITHDRAWN: "Withdrawn",
    },
)
RESOLUTIONS = [
    ("customer_right", "Customer right"),
    ("customer_wrong", "Customer wrong"),
    ("corrected", "Corrected invoice"),
    ("settled", "Settled"),
    ("paid", "Paid after all"),
]


class ArDispute(models.Model):
    """A customer contests an invoice, or a part of it.

    The disputed part is never chased; the rest still is.
    """

    _name = "ar.dispute"
    _inherit = ["mail.thread", "mail.activity.mixin", "ar.state.mixin"]
    _description = "Dispute"
    _order = "opened_at desc, id desc"
    _mail_post_access = "read"

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
    move_id = fields.Many2one(
        "account.move", "Invoice", required=True, ondelete="cascade", index=True
    )
    item_id = fields.Many2one(
        "ar.item", "Instalment", ondelete="set null", index="btree_not_null"
    )
    currency_id = fields.Many2one("res.currency", required=True)
    amount = fields.Monetary(
        "Disputed amount", help="Including tax; at most the open amount."
    )
    reason_id = fields.Many2one("ar.dispute.reason", required=True, tracking=True)
    description = fields.Text()
    owner_id = fields.Many2one("res.users", tracking=True, index=True)
    target_date = fields.Date("To answer by", tracking=True)
    state = fields.Selection(
        STATES,
        default=DisputeState.OPEN.value,
        required=True,
        readonly=True,
        tracking=True,
        copy=False,
        index=True,
    )
    resolution = fields.Selection(RESOLUTIONS, tracking=True, copy=False)
    successor_move_id = fields.Many2one(
        "account.move", "Corrected invoice", ondelete="set null", copy=False
    )
    source = fields.Selection(SOURCES, default="person", required=True, readonly=True)
    source_key = fields.Char(readonly=True, copy=False)
    opened_at = fields.Datetime(readonly=True, default=fields.Datetime.now, copy=False)
    closed_at = fields.Datetime(readonly=True, copy=False)

    _source_unique = models.UniqueIndex(
        "(company_id, source, source_key) WHERE source_key IS NOT NULL",
        "This fact has opened its dispute already.",
    )

    def _ar_transitions(self):
        return DISPUTE_TRANSITIONS

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("name", "/") == "/":
                vals["name"] = self.env["ir.sequence"].next_by_code("ar.dispute")
            self._ar_complete(vals)
        disputes = super().create(vals_list)
        disputes._ar_event("dispute_opened")
        disputes._ar_mark_dirty()
        return disputes

    @api.model
    def _ar_complete(self, vals):
        """Fill what follows from the invoice and the reason, in place."""
        move = self.env["account.move"].browse(vals["move_id"])
        reason = self.env["ar.dispute.reason"].browse(vals["reason_id"])
        debtor = self.env["ar.debtor"].browse(vals.get("debtor_id"))
        debtor = debtor or self.env["ar.debtor"]._ar_of_moves(move)
        today = debtor.company_id._ar_today()
        vals["debtor_id"] = debtor.id
        vals["company_id"] = debtor.company_id.id
        vals["currency_id"] = move.currency_id.id
        if not vals.get("owner_id"):
            vals |= self._ar_find_owner(reason, debtor, move)
        if not vals.get("target_date"):
            vals["target_date"] = today + timedelta(days=reason.target_days)
        item = self.env["ar.item"].browse(vals.get("item_id"))
        if vals.get("amount") is None:
            vals["amount"] = self._ar_free(move, item=item)
        vals["amount_asked"] = vals["amount"]

    @api.model
    def _ar_raise(self, vals_list):
        """Open disputes; the same (source, key) is one dispute.

        When the whole invoice is disputed already, the running dispute is the one:
        a second one would have nothing left to hold back.

        :param vals_list: dictionaries with ``move_id``, ``source``,
            ``source_key``, ``reason_code`` (or ``reason_id``), and any of
            ``amount`` (capped by what is open and not disputed; default all of
            it), ``description``, ``item_id``, ``owner_id``, ``target_date``
        :return: the disputes, new or known, in the order given
        """
        disputes = self.browse()
        for vals in vals_list:
            disputes += self._ar_raise_one(dict(vals))
        return disputes

    def _ar_raise_one(self, vals):
        move = self.env["account.move"].browse(vals["move_id"])
        debtor = self.env["ar.debtor"]._ar_of_moves(move)
        known = self._ar_known(debtor.company_id, vals)
        if known:
            return known
        code = vals.pop("reason_code", None)
        if code:
            Reason = self.env["ar.dispute.reason"]
            reason = Reason._ar_of_code(code, debtor.company_id)
            reason = reason or self.env.ref("ar_collections.reason_other")
            vals["reason_id"] = reason.id
        item = self.env["ar.item"].browse(vals.get("item_id"))
        running = self._ar_running(move).sorted("id")
        free = self._ar_free(move, item=item)
        if running and move.currency_id.is_zero(free):
            same = running.filtered(lambda d: d.item_id in (item, item.browse()))
            first = (same or running)[0]
            first._ar_join(vals)
            return self.browse(first.id)
        vals["amount"] = min(vals.get("amount") or free, free)
        return self._ar_create_once(vals)

    def _ar_mark_dirty(self):
        self.env["ar.dirty"]._ar_mark(self.debtor_id.partner_id.ids, "dispute")

    def _ar_set(self, state, kind, values=None, strict=False, actor=None):
        moved = self._update_state(state, values, strict=strict)
        moved.sudo()._ar_settle()
        moved._ar_event(kind, actor)
        moved._ar_mark_dirty()
        return moved

    def action_withdraw(self):
        """The customer, or the colleague who opened it, takes it back."""
        self.check_access("write")
        now = fields.Datetime.now()
        self._ar_set(
            DisputeState.WITHDRAWN, "dispute_closed", {"closed_at": now}, strict=True
        )

    def action_reopen(self):
        """Open again, with nothing decided."""
        self.check_access("write")
        for dispute in self:
            dispute._ar_set(
                DisputeState.OPEN, "dispute_reopened", {"closed_at": False}, strict=True
            )

    def _ar_withdraw(self, actor=None):
        """Its source takes it back (machine's way)."""
        values = {"closed_at": fields.Datetime.now()}
        return self._ar_set(
            DisputeState.WITHDRAWN, "dispute_closed", values, actor=actor
        )
