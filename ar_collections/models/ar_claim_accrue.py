import json
import logging
from decimal import Decimal
from functools import partial

from odoo import api, fields, models
from odoo.tools import SQL

from ..engine.claim_states import ClaimState, state_of
from .ar_claim_sql import CANDIDATES_SQL

_logger = logging.getLogger(__name__)

CHUNK = 1000
#: Machine columns of a claim, with their SQL types.
COLUMNS = {
    "debtor_id": "int",
    "currency_id": "int",
    "amount": "numeric",
    "amount_open": "numeric",
    "as_of": "date",
    "working": "jsonb",
    "problem": "jsonb",
}
#: Problems that are worth a row although nothing was computed.
TOLD = ("missing_rate", "no_exchange_rate")


class ArClaimAccrue(models.Model):
    """The nightly computation, chunk by chunk; only what differs is written."""

    _inherit = "ar.claim"

    @api.model
    def _cron_accrue(self):
        """Compute every claim to today; each chunk is committed.

        :return: how many invoices were computed
        """
        progress = self.env["ir.cron"]._commit_progress
        self.env["ar.interest.rate"]._ar_warn()
        after = done = 0
        while True:
            chunk = self._ar_candidates(after)
            if not chunk:
                break
            self._ar_patiently(partial(self.sudo()._ar_accrue_safely, chunk))
            after, done = chunk[-1], done + len(chunk)
            if not progress(len(chunk), remaining=len(self._ar_candidates(after))):
                break
        return done

    @api.model
    def _ar_candidates(self, after=0, limit=CHUNK):
        """Ids of the next invoices to compute."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                CANDIDATES_SQL,
                after=after,
                day=fields.Date.context_today(self),
                limit=limit,
            )
        )
        return [row[0] for row in self.env.cr.fetchall()]

    @api.model
    def _ar_accrue_safely(self, move_ids):
        """An invoice that cannot be computed fails alone, and says so."""
        self._ar_safely(move_ids, self._ar_accrue, self._ar_accrue_failed)

    @api.model
    def _ar_accrue_failed(self, move_ids, error):
        _logger.warning("Claims on invoice %s", *move_ids, exc_info=error)
        problem = {"code": "error", "error": str(error) or repr(error)}
        claims = self.search([("move_id", "in", move_ids)])
        rows = [(claim.id, json.dumps(problem)) for claim in claims]
        self._ar_bulk_update(rows, {"problem": "jsonb"})

    @api.model
    def _ar_accrue(self, move_ids, as_of=None):
        """Bring the claims on these invoices up to date.

        What was waived stays as it was; what is no longer an invoice of ours counts
        nothing; without anything to claim no row is made.
        """
        computed = self._ar_compute(move_ids, as_of)
        known = self._ar_known(move_ids)
        inserts, updates = [], []
        for key, made in computed.items():
            if key not in known:
                problem = (made["problem"] or {}).get("code")
                if made["cents"] or problem in TOLD:
                    inserts.append((key, made))
            elif known[key]["state"] != ClaimState.WAIVED.value:
                row = known[key]
                updates.append((row["id"], *_values(made, row["settled"])))
        updates += self._ar_no_longer(known, computed, move_ids)
        self._ar_bulk_update(updates, COLUMNS)
        self._ar_insert(inserts)
        self.search(
            [("move_id", "in", list(move_ids)), ("settlement_ids", "!=", False)]
        )._ar_follow()

    def _ar_known(self, move_ids):
        """``{(move, kind): {"id", "state", "settled"}}`` of the rows there are."""
        self.flush_model()
        self.env.cr.execute(
            SQL(
                "SELECT move_id, kind, id, state, amount_settled FROM ar_claim"
                " WHERE move_id = ANY(%s)",
                list(move_ids),
            )
        )
        return {
            (move, kind): {"id": id_, "state": state, "settled": settled or 0}
            for move, kind, id_, state, settled in self.env.cr.fetchall()
        }

    def _ar_no_longer(self, known, computed, move_ids):
        """Rows of claims on entries that were reset to draft or cancelled."""
        gone = self.env["account.move"].sudo().browse(move_ids).exists()
        gone = gone.filtered(lambda move: move.state != "posted")
        rows = []
        for claim in self.browse(
            row["id"]
            for (move_id, _kind), row in known.items()
            if move_id in gone.ids and row["state"] != ClaimState.WAIVED.value
        ):
            rows.append(
                (
                    claim.id,
                    claim.debtor_id.id,
                    claim.currency_id.id,
                    Decimal(0),
                    Decimal(0),
                    claim.as_of,
                    json.dumps({**(claim.working or {}), "lines": []}),
                    json.dumps({"code": "not_posted"}),
                )
            )
        return rows

    def _ar_insert(self, inserts):
        """Insert new claims; one that another transaction makes now is made once."""
        if not inserts:
            return
        names = ["move_id", "kind", "company_id", *COLUMNS]
        kinds = ["int", "varchar", "int", *COLUMNS.values()]
        rows = [(*key, made["company_id"], *_values(made, 0)) for key, made in inserts]
        self._ar_bulk(
            SQL(
                """
            INSERT INTO ar_claim (%(names)s, amount_settled, state, create_uid,
                                  write_uid, create_date, write_date)
            SELECT v.*, 0, 'accruing', %(uid)s, %(uid)s, now() AT TIME ZONE 'UTC',
                   now() AT TIME ZONE 'UTC'
              FROM unnest(%(arrays)s) AS v
            ON CONFLICT (move_id, kind) DO NOTHING""",
                names=SQL(", ").join(SQL.identifier(n) for n in names),
                uid=self.env.uid,
                arrays=self._ar_arrays(rows, kinds),
            )
        )

    def _ar_follow(self):
        """Settled amount and status follow what became of the settlements."""
        rows, states = [], {}
        claims = self.sudo()
        for claim in claims:
            counting = claim.settlement_ids.filtered(lambda s: s._ar_counts())
            currency = claim.currency_id
            settled = currency.round(sum(s._ar_amount() for s in counting))
            left = max(currency.round(claim.amount - settled), 0)
            waived = claim.state == ClaimState.WAIVED.value
            rows.append((claim.id, settled, 0 if waived else left))
            if not waived:
                unit = 10**currency.decimal_places
                state = state_of(
                    round(claim.amount * unit),
                    round(settled * unit),
                    set(counting.mapped("how")),
                    bool(claim.claimed_on),
                )
                states[state] = states.get(state, claims.browse()) + claim
        claims._ar_bulk_update(
            [(id_, Decimal(str(a)), Decimal(str(b))) for id_, a, b in rows],
            {"amount_settled": "numeric", "amount_open": "numeric"},
        )
        for state, moved in states.items():
            moved._update_state(state)

    def action_refresh(self):
        """Compute these claims to today."""
        self.check_access("read")
        self.sudo()._ar_accrue(self.move_id.ids)


def _values(made, settled):
    """What was computed, in the order of ``COLUMNS``."""
    amount = Decimal(made["cents"]).scaleb(-made["places"])
    left = max(amount - Decimal(str(settled)), Decimal(0))
    return (
        made["debtor_id"],
        made["currency_id"],
        amount,
        left,
        made["as_of"],
        json.dumps(made["working"]),
        json.dumps(made["problem"]) if made["problem"] else None,
    )
