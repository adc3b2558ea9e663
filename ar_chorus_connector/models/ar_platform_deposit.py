from datetime import timedelta

from odoo import api, fields, models

from ..clients.errors import PlatformError
from ..engine.deposits import DepositState
from .ar_platform_retry import OPEN

#: A deposit is asked about this often, until it is over.
AGAIN = timedelta(hours=12)
#: Pending for longer is told to the person in charge.
PATIENCE = timedelta(days=3)
#: Older deposits are history.
OLDEST = timedelta(days=120)
MOST = 50


class ArPlatformDeposit(models.Model):
    """A deposit whose invoices the platform does not show: what became of it."""

    _name = "ar.platform.deposit"
    _description = "Deposit on a buyer's platform"
    _order = "id desc"
    _rec_name = "number"

    platform_id = fields.Many2one(
        "ar.platform", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="platform_id.company_id", store=True, index=True
    )
    number = fields.Char("Deposit number", required=True, readonly=True)
    state = fields.Selection(
        [
            (DepositState.PENDING.value, "Being checked"),
            (DepositState.DONE.value, "Taken in"),
            (DepositState.PARTIAL.value, "Partly refused"),
            (DepositState.REJECTED.value, "Refused"),
            (DepositState.UNKNOWN.value, "Unknown state"),
        ],
        readonly=True,
    )
    code = fields.Char("State as written", readonly=True)
    words = fields.Text("What is wrong", readonly=True)
    first_seen = fields.Datetime(readonly=True, default=fields.Datetime.now)
    checked_at = fields.Datetime("Asked on", readonly=True)

    _number_unique = models.Constraint(
        "UNIQUE(platform_id, number)", "This deposit is known already."
    )

    def _to_ask(self, now):
        """Whether the platform may have something new to say."""
        self.ensure_one()
        over = (DepositState.REJECTED.value, DepositState.PARTIAL.value)
        return self.state not in over and (
            not self.checked_at or self.checked_at < now - AGAIN
        )

    def _take(self, deposit, moves):
        """Keep the state of a deposit; its refused invoices are contested.

        :param deposit: :class:`~..engine.deposits.Deposit`
        :param moves: our invoices in it
        """
        self.ensure_one()
        told = [f"{number}: {words}" for number, words in deposit.refused.items()]
        self.write(
            {
                "state": deposit.state.value,
                "code": deposit.code,
                "words": "\n".join(filter(None, [deposit.words, *told])) or False,
                "checked_at": fields.Datetime.now(),
            }
        )
        for move in moves:
            words = deposit.refusal(move.name)
            if words is not None and move._ar_residual() > 0:
                self._contest(move, words)
        pending = deposit.state in (DepositState.PENDING, DepositState.UNKNOWN)
        if pending and self.first_seen < fields.Datetime.now() - PATIENCE:
            self.platform_id._alert(
                self.env._("Deposit %(number)s is not taken in", number=self.number),
                self.env._("State: %(code)s.", code=deposit.code or "?"),
            )

    def _contest(self, move, words):
        key = ("deposit", self.platform_id.id, self.number, move.id)
        self.env["ar.dispute"].sudo()._ar_raise(
            [
                {
                    "move_id": move.id,
                    "source": "platform",
                    "source_key": "/".join(map(str, key)),
                    "reason_code": "rejected",
                    "description": self.env._(
                        "Deposit %(number)s refused: %(words)s",
                        number=self.number,
                        words=words,
                    ),
                }
            ]
        )


class ArPlatform(models.Model):
    _inherit = "ar.platform"

    deposit_ids = fields.One2many("ar.platform.deposit", "platform_id")

    def _pull_chorus_pro(self, client, summary, keep):
        result = super()._pull_chorus_pro(client, summary, keep)
        self._ask_deposits(client, summary, keep)
        return result

    def _ask_deposits(self, client, summary, keep):
        """Ask about the deposits whose invoices no list shows; each on its own."""
        for number, moves in list(self._hidden_deposits().items())[:MOST]:
            deposit = self._deposit(number)
            try:
                told = client.deposit(number)
            except PlatformError as error:
                if error.stops_round:
                    raise
                # Asked again later: the others are not kept waiting.
                deposit.write(
                    {
                        "words": self._words(error),
                        "checked_at": fields.Datetime.now(),
                    }
                )
                summary["failed"] += 1
            else:
                deposit._take(told, moves)
            keep(1)

    @api.model
    def _open_moves(self):
        """Domain of the invoices that may hide in a deposit."""
        oldest = fields.Date.today() - OLDEST
        return [
            ("payment_state", "in", OPEN),
            ("invoice_date", ">=", oldest),
        ]

    def _hidden_deposits(self):
        """``{deposit number: invoices}`` that the platform has not shown yet."""
        Link = self.env["ar.platform.invoice"]
        found = {}
        for field in Link._deposit_fields():
            moves = self.env["account.move"].search(
                [
                    (field, "!=", False),
                    ("ar_platform_invoice_ids", "=", False),
                    *Link._ours(self.company_id),
                    *self._open_moves(),
                ]
            )
            for move in moves:
                number = move.mapped(field)[0]
                found[number] = found.get(number, moves.browse()) | move
        known = self.deposit_ids.grouped("number")
        now = fields.Datetime.now()
        return {
            number: moves
            for number, moves in found.items()
            if number not in known or known[number]._to_ask(now)
        }

    def _deposit(self, number):
        known = self.deposit_ids.filtered(lambda d: d.number == number)
        return known or known.create({"platform_id": self.id, "number": number})
