from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL, format_amount

from ..engine.dispute_amounts import Contested, free, split
from ..engine.states import DisputeState
from .ar_bulk import sql_array

OPEN = DisputeState.OPEN.value


class ArDisputeLedger(models.Model):
    """What a dispute holds back follows what is open on its invoice.

    ``amount_asked`` is what people contested; ``amount`` what of it is still open,
    kept up to date whenever the account is refreshed. See
    ``engine.dispute_amounts`` for the one rule behind both.
    """

    _inherit = "ar.dispute"

    amount_asked = fields.Monetary(
        "Contested at first",
        readonly=True,
        copy=False,
        help="What is disputed shrinks when the invoice is paid or credited, and "
        "grows back to this when that is undone.",
    )
    closed_by_ledger = fields.Selection(
        [("settled", "Nothing was left to pay"), ("credited", "Credit note booked")],
        "Closed by",
        readonly=True,
        copy=False,
        help="Closed by the books alone: it opens again when that is undone.",
    )

    def init(self):
        """Disputes of an earlier version contested what they held."""
        result = super().init()
        self.env.cr.execute(
            "UPDATE ar_dispute SET amount_asked = amount WHERE amount_asked IS NULL"
        )
        return result

    def write(self, vals):
        if "amount" in vals and "amount_asked" not in vals:
            vals = {**vals, "amount_asked": vals["amount"]}
        return super().write(vals)

    # What is open, and free to be disputed.

    @api.model
    def _ar_running(self, moves):
        """Open disputes of these invoices, oldest first."""
        return self.sudo().search(
            [("move_id", "in", moves.ids), ("state", "=", OPEN)],
            order="opened_at, id",
        )

    @api.model
    def _ar_rooms(self, lines):
        """``{invoice id: {instalment: open cents}}`` out of receivable lines.

        An instalment is told by the id of its item, by its rank before it has one.
        """
        rooms = {}
        for line in lines:
            key = line["item_id"] or ("rank", line["move_rank"])
            rooms.setdefault(line["move_id"], {})[key] = line["residual"]
        return rooms

    @api.model
    def _ar_rooms_of(self, moves):
        posted = moves.sudo().filtered(lambda m: m.state == "posted")
        receivable = posted.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        partners = receivable.partner_id.commercial_partner_id
        rooms = self._ar_rooms(self.env["ar.facts"]._ar_lines(partners.ids))
        return {move.id: rooms.get(move.id, {}) for move in moves}

    def _ar_contested(self):
        """These disputes for the engine, oldest first."""
        return [
            Contested(d.id, _cents(d.amount_asked, d.currency_id), d.item_id.id or None)
            for d in self.sorted(lambda d: (d.opened_at, d.id))
        ]

    @api.model
    def _ar_free(self, move, but=None, item=None):
        """What is open on an invoice and not disputed yet, in its currency.

        :param but: a dispute that is not counted
        :param item: the instalment (``ar.item``) it is asked for; else the invoice
        """
        others = self._ar_running(move)
        if but:
            others -= but.sudo()
        rooms = self._ar_rooms_of(move)[move.id]
        cents = free(rooms, others._ar_contested(), item.id or None if item else None)
        return _units(cents, move.currency_id)

    @api.constrains("amount", "move_id", "item_id")
    def _check_amount(self):
        """Nobody disputes more than what is open and not disputed by others."""
        for dispute in self.sudo().filtered(lambda d: d.state == OPEN):
            move, currency = dispute.move_id, dispute.currency_id
            room = dispute._ar_free(move, but=dispute, item=dispute.item_id)
            over = currency.compare_amounts(dispute.amount, room) > 0
            if dispute.amount < 0 or (dispute.amount and over):
                raise ValidationError(
                    dispute.env._(
                        "%(move)s: %(total)s would be disputed, but only "
                        "%(residual)s is open and undisputed.",
                        move=move.display_name,
                        total=format_amount(self.env, dispute.amount, currency),
                        residual=format_amount(self.env, room, currency),
                    )
                )

    # Following the books.

    @api.model
    def _ar_follow(self, debtors, lines):
        """Bring the disputes of these accounts up to what is open now.

        One that cannot be brought up to date stays as it is; the others go on.

        :param lines: receivable lines of all these accounts (``ar.facts._ar_lines``)
        """
        disputes = self.sudo()._ar_to_follow(debtors, lines)
        if not disputes:
            return
        rooms = self._ar_rooms(lines)
        self.env["ar.bulk"]._ar_safely(
            disputes.move_id,
            lambda moves: disputes._ar_follow_moves(moves, rooms),
            lambda moves, error: disputes._ar_follow_failed(moves, error),
        )

    def _ar_to_follow(self, debtors, lines):
        """Disputes that the books may close, open or change.

        Asked of every chunk of a night's plan, whose lines are ten thousand.
        """
        self.flush_model()
        self.env.cr.execute(
            SQL(
                "SELECT id FROM ar_dispute WHERE debtor_id = ANY(%s) AND (state = %s"
                " OR (closed_by_ledger IS NOT NULL AND move_id = ANY(%s)))",
                debtors.ids,
                OPEN,
                sql_array({line["move_id"] for line in lines}, "int"),
            )
        )
        return self.browse(row[0] for row in self.env.cr.fetchall())

    def _ar_follow_failed(self, moves, error):
        """Tell on the timeline why disputes no longer follow their invoice."""
        ours = self.filtered(lambda d: d.move_id in moves and d.state == OPEN)
        ours._ar_event_failed(error)

    def _ar_follow_moves(self, moves, rooms):
        for move in moves:
            ours = self.filtered(lambda d, move=move: d.move_id == move)
            ours._ar_follow_move(move, rooms.get(move.id, {}))

    def _ar_follow_move(self, move, room):
        """Close what the books have settled, open what they took back, share out."""
        settled = not any(cents > 0 for cents in room.values())
        for dispute in self:
            if dispute.state == OPEN:
                why = dispute._ar_ended(settled)
                if why:
                    dispute._ar_close_by_ledger(why)
            elif dispute._ar_taken_back(settled):
                dispute._ar_set(OPEN, "dispute_reopened", {"closed_at": False})
        self.filtered(lambda d: d.state == OPEN)._ar_share(room)

    def _ar_ended(self, settled):
        """Why the books end this dispute: a value of ``closed_by_ledger``."""
        if settled and self.move_id.state in ("posted", "cancel"):
            return "settled"
        return False

    def _ar_taken_back(self, settled):
        """Whether what the books closed it for is undone."""
        return self.closed_by_ledger == "settled" and not settled

    def _ar_close_by_ledger(self, why):
        """The books leave nothing to decide; a decision that was taken stands."""
        self.ensure_one()
        resolution = self.resolution or self._ar_outcome_of_books()
        values = {
            "closed_at": fields.Datetime.now(),
            "resolution": resolution,
            "closed_by_ledger": why,
        }
        self._ar_set(DisputeState.RESOLVED, "dispute_closed", values)

    def _ar_outcome_of_books(self):
        """How it ended, by what settled the invoice: paid, or credited."""
        move = self.move_id
        if move.state == "cancel":
            return "customer_right"
        owed = _cents(move.amount_total, move.currency_id)
        credited = owed - move._ar_paid().get(move.id, 0)
        if credited <= 0:
            return "paid"
        asked = _cents(self.amount_asked, self.currency_id)
        return "customer_right" if credited >= asked else "settled"

    def _ar_share(self, room):
        """Write what each of these running disputes of one invoice holds back."""
        held = split(room, self._ar_contested()).held
        for dispute in self:
            before, now = dispute.amount, _units(held[dispute.id], dispute.currency_id)
            if dispute.currency_id.compare_amounts(before, now):
                dispute.write({"amount": now, "amount_asked": dispute.amount_asked})
                dispute._ar_event(
                    "dispute_amount", before=_cents(before, dispute.currency_id)
                )

    def _ar_settle(self):
        """Amounts after a change of status: contested once closed, held once open."""
        for dispute in self:
            if dispute.state != OPEN:
                asked = dispute.amount_asked
                dispute.write({"amount": asked, "amount_asked": asked})
                continue
            dispute.write(dispute._ar_undecided())
            move = dispute.move_id
            running = self._ar_running(move)
            held = split(self._ar_rooms_of(move)[move.id], running._ar_contested()).held
            now = _units(held[dispute.id], dispute.currency_id)
            dispute.write({"amount": now, "amount_asked": dispute.amount_asked})

    def _ar_undecided(self):
        """What a dispute that opens again forgets."""
        return {"closed_by_ledger": False, "resolution": False}


def _cents(amount, currency):
    return round(amount * 10**currency.decimal_places)


def _units(cents, currency):
    return currency.round(cents / 10**currency.decimal_places)
