from collections import Counter

from odoo import api, fields, models
from odoo.tools import SQL

from ..engine.memory import ACCOUNT, NAME, STEM, Counts, Memory, signs_of
from ..engine.states import ProposalState

SIGNS = [
    (ACCOUNT, "Bank account"),
    (NAME, "Payer's name"),
    (STEM, "Words of the label"),
]
TRUST, HABIT = "trust", "habit"
KINDS = [*SIGNS, (TRUST, "Matches without a citation"), (HABIT, "Habit")]
#: Habits: which of equal items is paid, escompte, silence, day of the month.
OLDEST, OTHER, DISCOUNT, MUTE, DAY = "oldest", "other", "discount", "mute", "day"


class ArLetteringMemory(models.Model):
    """What people taught about a payer: one sign or habit, and how often it held.

    Learned from validations and undos by people only. A row may be corrected or
    deleted: the matching forgets it at once.
    """

    _name = "ar.lettering.memory"
    _description = "Payers known by the matching"
    _order = "last_seen desc, id desc"
    _rec_name = "key"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
    )
    kind = fields.Selection(KINDS, required=True, default=ACCOUNT)
    key = fields.Char("Sign", required=True, help="As the matching compares it.")
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, ondelete="cascade", index=True
    )
    good = fields.Integer("Confirmed", help="Times that a person agreed.")
    bad = fields.Integer("Denied", help="Times that a person refused or undid.")
    last_seen = fields.Date()

    _sign_unique = models.UniqueIndex(
        "(company_id, kind, key, partner_id)",
        "This sign of this customer is known already.",
    )

    # Learning --------------------------------------------------------------------

    @api.model
    def _ar_learn(self, proposals, good=True):
        """Count a person's decision on proposals: validated, or refused and undone.

        The sign of a payer is denied only when a match is undone: who refuses a
        proposal may still agree with who paid.
        """
        rows = Counter()
        for proposal in proposals:
            receipt = self.env["ar.lettering.matcher"]._ar_receipt(proposal.st_line_id)
            partners = proposal.line_ids.partner_id or proposal.partner_id
            cited = (proposal.rule or "").startswith("cited")
            undone = proposal.state == ProposalState.UNDONE.value
            for partner in partners:
                place = (proposal.company_id.id, partner.commercial_partner_id.id)
                if good or undone:
                    for kind, key in signs_of(receipt):
                        rows[(*place, kind, key, good)] += 1
                if not cited:
                    rows[(*place, TRUST, "/", good)] += 1
            if good and len(partners) == 1:
                for habit in self._ar_habits(proposal):
                    rows[(*place, HABIT, habit, True)] += 1
        self._ar_count(rows)

    @api.model
    def _ar_learn_by_hand(self, st_lines):
        """Someone matched these receipts by other means: whose items did they pay?"""
        rows = Counter()
        for line in st_lines:
            receipt = self.env["ar.lettering.matcher"]._ar_receipt(line)
            for partner in self._ar_paid_customers(line):
                for kind, key in signs_of(receipt):
                    rows[line.company_id.id, partner.id, kind, key, True] += 1
        self._ar_count(rows)

    @api.model
    def _ar_paid_customers(self, line):
        items = line.line_ids.filtered(
            lambda item: item.account_id.account_type == "asset_receivable"
        )
        paid = (items.matched_debit_ids.debit_move_id | items).filtered("reconciled")
        return (paid - line.line_ids).partner_id.commercial_partner_id

    @api.model
    def _ar_habits(self, proposal):
        """Habits that a validated proposal shows."""
        day = proposal.receipt_date
        yield f"{DAY}_{day.day}"
        codes = {r["code"] for r in (proposal.explanation or {}).get("evidence", ())}
        if not codes & {"letter_cites", "letter_cites_last_digits"}:
            yield MUTE
        if (proposal.explanation or {}).get("gap_kind") == DISCOUNT:
            yield DISCOUNT
        if len(proposal.line_ids) == 1:
            yield from self._ar_choice(proposal.line_ids)

    @api.model
    def _ar_choice(self, part):
        """Whether the oldest of equal items was paid."""
        item = part.move_line_id
        twins = self.env["account.move.line"].search(
            [
                ("id", "!=", item.id),
                ("account_id", "=", item.account_id.id),
                ("partner_id.commercial_partner_id", "=", part.partner_id.id),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("amount_residual_currency", "=", part.open_amount),
            ]
        )
        if twins:
            due = min(twin.date_maturity or twin.date for twin in twins)
            yield OLDEST if part.due_date <= due else OTHER

    @api.model
    def _ar_count(self, rows):
        """Add to the counts, whoever else is adding to them."""
        values = [
            SQL(
                "(%s, %s, %s, %s, %s, %s)",
                company,
                partner,
                kind,
                key,
                count if good else 0,
                0 if good else count,
            )
            for (company, partner, kind, key, good), count in sorted(rows.items())
        ]
        if not values:
            return
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """
            INSERT INTO ar_lettering_memory AS m
                   (company_id, partner_id, kind, key, good, bad, last_seen,
                    create_uid, create_date, write_uid, write_date)
            SELECT v.company_id, v.partner_id, v.kind, v.key, sum(v.good), sum(v.bad),
                   %(today)s, %(uid)s, now() AT TIME ZONE 'UTC',
                   %(uid)s, now() AT TIME ZONE 'UTC'
              FROM (VALUES %(values)s)
                   AS v (company_id, partner_id, kind, key, good, bad)
             GROUP BY v.company_id, v.partner_id, v.kind, v.key
                ON CONFLICT (company_id, kind, key, partner_id) DO UPDATE
               SET good = m.good + EXCLUDED.good, bad = m.bad + EXCLUDED.bad,
                   last_seen = EXCLUDED.last_seen, write_uid = EXCLUDED.write_uid,
                   write_date = EXCLUDED.write_date""",
                today=fields.Date.context_today(self),
                uid=self.env.uid,
                values=SQL(", ").join(values),
            )
        )
        self.invalidate_model()

    # Reading ---------------------------------------------------------------------

    @api.model
    def _ar_memory(self, company, receipts):
        """What is known of these receipts' payers, for the engine.

        :param receipts: engine receipts
        :rtype: engine.memory.Memory
        """
        memory = Memory(earn=max(company.ar_lettering_earn, 1))
        keys = sorted({key for receipt in receipts for _kind, key in signs_of(receipt)})
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """
            SELECT m.kind, m.key, p.commercial_partner_id, m.good, m.bad
              FROM ar_lettering_memory m JOIN res_partner p ON p.id = m.partner_id
             WHERE m.company_id = %s AND p.active
               AND (m.kind IN ('trust', 'habit') OR m.key = ANY(%s))""",
                company.id,
                keys,
            )
        )
        for kind, key, partner, good, bad in self.env.cr.fetchall():
            counts = Counts(good or 0, bad or 0)
            if kind == TRUST:
                memory.trust[partner] = counts
            elif kind == HABIT:
                memory.habits[partner][key] += counts.good
            else:
                memory.signs[kind, key][partner] = counts
        return memory

    @api.model
    def _ar_decisions(self, company, limit=5000):
        """(raw probability, whether a person agreed) of past proposals.

        What the machine booked counts as agreed once a month passed without an undo:
        the books were closed on it.
        """
        self.env["ar.lettering.proposal"].flush_model()
        self.env.cr.execute(
            SQL(
                """
            SELECT (explanation->>'raw')::float, state IN %(agreed)s
              FROM ar_lettering_proposal
             WHERE company_id = %(company)s
               AND (state IN %(decided)s OR state = %(booked)s
                    AND decided_at < now() AT TIME ZONE 'UTC' - interval '30 days')
               AND jsonb_typeof(explanation->'raw') = 'number'
             ORDER BY id DESC LIMIT %(limit)s""",
                agreed=(ProposalState.VALIDATED.value, ProposalState.BOOKED.value),
                company=company.id,
                decided=(
                    ProposalState.VALIDATED.value,
                    ProposalState.REFUSED.value,
                    ProposalState.UNDONE.value,
                ),
                booked=ProposalState.BOOKED.value,
                limit=limit,
            )
        )
        return self.env.cr.fetchall()
