import logging
from functools import partial

from odoo import api, fields, models
from odoo.tools import SQL

from ..engine.payer import (
    Instalment,
    classify,
    measure,
    parts,
    remembered,
    trend,
    year_before,
)

_logger = logging.getLogger(__name__)

CHUNK = 500
CLASSES = [
    ("A", "A: good payer"),
    ("B", "B: late payer"),
    ("C", "C: very late payer"),
    ("D", "D: bad payer"),
    ("new", "Not enough invoices"),
]
TRENDS = [("better", "Better"), ("steady", "Steady"), ("worse", "Worse")]
#: Fields of the account that show the profile.
SHOWN_ON_ACCOUNT = ["payer_profile_ids", "payer_delay_days", "payer_line"]
#: Machine columns, with their SQL types.
COLUMNS = {
    "debtor_id": "int",
    "company_id": "int",
    "as_of": "date",
    "payer_class": "varchar",
    "delay_days": "int",
    "invoice_count": "int",
    "amount": "numeric",
    "amount_unpaid": "numeric",
    "previous_delay_days": "int",
    "previous_invoice_count": "int",
    "trend": "varchar",
}

#: Every due amount of customer invoices that was open, or settled, since a day; one
#: row per settlement, one without when there is none. A payment is what a bank or
#: cash journal booked: a credit note or a write-off settles without being one.
INSTALMENTS_SQL = """
SELECT d.id, l.id, l.move_id, COALESCE(l.date_maturity, l.date),
       round(l.balance * f.factor)::bigint, l.no_followup,
       s.day, round(s.amount * f.factor)::bigint, s.is_payment
  FROM ar_debtor d
  JOIN res_company k ON k.id = d.company_id
  JOIN (SELECT id, power(10::numeric, -round(log(rounding))) AS factor
          FROM res_currency) f ON f.id = k.currency_id
  JOIN res_partner p ON p.commercial_partner_id = d.partner_id OR p.id = d.partner_id
  JOIN account_move_line l ON l.partner_id = p.id AND l.parent_state = 'posted'
   AND l.balance > 0 AND l.date <= %(as_of)s
  JOIN unnest(%(companies)s::int[]) AS own(company_id) ON own.company_id = l.company_id
  JOIN account_account a ON a.id = l.account_id
   AND a.account_type = 'asset_receivable' AND a.non_trade IS NOT TRUE
  JOIN account_move m ON m.id = l.move_id
   AND m.move_type IN ('out_invoice', 'out_receipt')
  LEFT JOIN ar_company_excluded_account_rel x
    ON x.res_company_id = d.company_id AND x.account_account_id = a.id
  LEFT JOIN LATERAL (
       SELECT r.max_date AS day, r.amount,
              j.type IN ('bank', 'cash', 'credit')
                  OR om.origin_payment_id IS NOT NULL
                  OR om.statement_line_id IS NOT NULL AS is_payment
         FROM account_partial_reconcile r
         JOIN account_move_line o ON o.id = r.credit_move_id
          AND o.parent_state = 'posted'
         JOIN account_move om ON om.id = o.move_id
         JOIN account_journal j ON j.id = om.journal_id
        WHERE r.debit_move_id = l.id) s ON TRUE
 WHERE d.id = ANY(%(debtors)s) AND x.account_account_id IS NULL
   AND (l.reconciled IS NOT TRUE OR EXISTS (
        SELECT 1 FROM account_partial_reconcile r
         WHERE r.debit_move_id = l.id AND r.max_date > %(since)s))
 ORDER BY d.id, l.id, s.day
"""

#: What was contested of each of these due amounts, in the currency of the company:
#: of the whole invoice in proportion, when the dispute names no instalment.
CONTESTED_SQL = """
SELECT l.id,
       (t.opened_at AT TIME ZONE 'UTC'
        AT TIME ZONE COALESCE(k.ar_tz, 'Europe/Paris'))::date,
       (t.closed_at AT TIME ZONE 'UTC'
        AT TIME ZONE COALESCE(k.ar_tz, 'Europe/Paris'))::date,
       round(t.amount_asked * power(10::numeric, -round(log(c.rounding)))
             * CASE WHEN t.item_id IS NULL
                    THEN l.balance / NULLIF(m.amount_total, 0)
                    ELSE l.balance / NULLIF(l.amount_currency, 0) END)::bigint
  FROM ar_dispute t
  JOIN res_company k ON k.id = t.company_id
  JOIN res_currency c ON c.id = k.currency_id
  JOIN account_move m ON m.id = t.move_id
  LEFT JOIN ar_item i ON i.id = t.item_id
  JOIN account_move_line l ON l.move_id = t.move_id
   AND (t.item_id IS NULL OR i.move_line_id = l.id)
 WHERE l.id = ANY(%(lines)s) AND t.amount_asked > 0
"""


class ArPayerProfile(models.Model):
    """How the customer of an account pays, worked out every night.

    The figure is the mean delay of the last twelve months, weighted by amount; see
    ``engine.payer`` for the formula and what it leaves out, and the published
    method of the market (A up to 30 days, B to 60, C to 90, D beyond).

    Purpose, and nothing else (GDPR, art. 5): to choose how a customer is reminded.
    It rests on the company's own invoices and their payments alone: no other
    source, no trait of a person, no decision to refuse a sale. It forgets what is
    older than two years, shows whoever may read it which invoices it comes from,
    goes with the account, and can be switched off for a company
    (``ar_payer_profiles``), which removes the profiles.
    """

    _name = "ar.payer.profile"
    _inherit = ["ar.bulk"]
    _description = "Payer profile"
    _log_access = False
    _order = "delay_days desc, id"
    _rec_name = "debtor_id"

    debtor_id = fields.Many2one(
        "ar.debtor", "Account", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade", index=True
    )
    partner_id = fields.Many2one(related="debtor_id.partner_id")
    collector_id = fields.Many2one(related="debtor_id.collector_id")
    currency_id = fields.Many2one(related="company_id.currency_id")
    as_of = fields.Date("Worked out on", required=True, readonly=True)
    payer_class = fields.Selection(CLASSES, "Class", required=True, readonly=True)
    delay_days = fields.Integer(
        "Mean delay",
        readonly=True,
        aggregator="avg",
        help="Days after the due date, weighted by amount, over twelve months.",
    )
    invoice_count = fields.Integer("Invoices", readonly=True)
    amount = fields.Monetary(
        "Amount looked at", readonly=True, help="Paid in the year, or overdue now."
    )
    amount_unpaid = fields.Monetary("Of which overdue", readonly=True)
    previous_delay_days = fields.Integer(
        "Mean delay a year ago", readonly=True, aggregator="avg"
    )
    previous_invoice_count = fields.Integer("Invoices a year ago", readonly=True)
    trend = fields.Selection(TRENDS, readonly=True)

    _debtor_unique = models.Constraint(
        "UNIQUE(debtor_id)", "An account has one payer profile."
    )

    @api.model
    def _cron_profile(self):
        """Work out the profiles that are not of today yet, in committed chunks.

        :return: number of accounts looked at
        """
        progress = self.env["ir.cron"]._commit_progress
        todo = self.sudo()._ar_outdated()
        progress(remaining=len(todo))
        done = 0
        for start in range(0, len(todo), CHUNK):
            chunk = todo[start : start + CHUNK]
            self._ar_patiently(partial(self.sudo()._ar_profile_safely, chunk))
            done += len(chunk)
            if not progress(len(chunk)) and done < len(todo):
                self.env.ref("ar_collections.ar_profile_cron").sudo()._trigger()
                progress()
                break
        return done

    @api.model
    def _ar_outdated(self):
        """Accounts without a profile of today, where the company wants them."""
        debtors = self.env["ar.debtor"].browse()
        companies = self.env["res.company"].search([("ar_payer_profiles", "=", True)])
        for company in companies:
            fresh = [("as_of", "=", company._ar_today())]
            debtors += debtors.search(
                [
                    ("company_id", "=", company.id),
                    ("payer_profile_ids", "not any", fresh),
                ],
                order="id",
            )
        return debtors

    @api.model
    def _ar_profile_safely(self, debtors):
        """Work these out; an account that cannot be keeps its old profile."""
        self._ar_safely(debtors, self._ar_profile, self._ar_profile_failed)

    @api.model
    def _ar_profile_failed(self, debtors, error):
        _logger.warning("No payer profile of %s", debtors, exc_info=error)

    @api.model
    def _ar_profile(self, debtors, as_of=None):
        """Work out and write the profiles of these accounts.

        :param as_of: day of the question, the company's today when not given
        :return: ids of the accounts whose profile changed
        """
        changed, classes = [], []
        for company, group in debtors.grouped("company_id").items():
            day = as_of or company._ar_today()
            books = self._ar_instalments(group, day)
            rows = [self._ar_row(debtor, day, books) for debtor in group]
            classes += [(row[0], row[3]) for row in rows]
            changed += self._ar_upsert(rows)
        debtors._ar_bulk_update(classes, {"payer_class": "varchar"})
        return changed

    @api.model
    def _ar_row(self, debtor, day, books):
        """One profile, in the order of ``COLUMNS``."""
        company, mine = debtor.company_id, books.get(debtor.id, ())
        minimum = max(company.ar_payer_min_invoices, 1)
        since = company._ar_incidents_since(day)
        now = measure(remembered(parts(mine, day), since))
        last = year_before(day)
        # Half forgotten, the year before would look better than it was.
        whole = since <= year_before(last)
        before = measure(parts(mine, last) if whole else ())
        unit = 10**company.currency_id.decimal_places
        return (
            debtor.id,
            company.id,
            day,
            classify(now, company._ar_payer_limits(), minimum),
            now.delay,
            now.invoices,
            now.amount / unit,
            now.unpaid / unit,
            before.delay,
            before.invoices,
            trend(now, before, minimum),
        )

    @api.model
    def _ar_upsert(self, rows):
        names = list(COLUMNS)
        columns = SQL(", ").join(SQL.identifier(n) for n in names)
        old = SQL(", ").join(SQL.identifier("t", n) for n in names)
        new = SQL(", ").join(SQL.identifier("excluded", n) for n in names)
        query = SQL(
            "INSERT INTO ar_payer_profile AS t (%(columns)s)"
            " SELECT * FROM unnest(%(arrays)s)"
            " ON CONFLICT (debtor_id) DO UPDATE SET (%(columns)s) = ROW(%(new)s)"
            " WHERE (%(old)s) IS DISTINCT FROM (%(new)s) RETURNING debtor_id",
            columns=columns,
            arrays=self._ar_arrays(rows, COLUMNS.values()),
            old=old,
            new=new,
        )
        changed = [row[0] for row in self._ar_bulk(query)]
        self.env["ar.debtor"].invalidate_model(SHOWN_ON_ACCOUNT)
        return changed

    @api.model
    def _ar_instalments(self, debtors, day):
        """What these accounts, of one company, were invoiced and what became of it.

        :param day: day of the question; two years before it are read
        :return: ``{account id: [engine.payer.Instalment]}``
        """
        company = debtors.company_id
        mapping = self.env["res.company"]._ar_collecting_map()
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                INSTALMENTS_SQL,
                as_of=day,
                since=year_before(year_before(day)),
                companies=[i for i, by in mapping.items() if by == company.id],
                debtors=debtors.ids,
            )
        )
        lines = {}
        for *line, paid_on, cents, is_payment in self.env.cr.fetchall():
            settled = lines.setdefault(tuple(line), [])
            if paid_on:
                settled.append((paid_on, cents, is_payment))
        contested = self._ar_contested([line[1] for line in lines])
        books = {}
        for (debtor, line, move, due, cents, unwanted), settled in lines.items():
            # What the company itself does not ask for is not paid late.
            apart = ((due, None, cents),) if unwanted else contested.get(line, ())
            one = Instalment(line, move, due, cents, tuple(settled), tuple(apart))
            books.setdefault(debtor, []).append(one)
        return books

    @api.model
    def _ar_contested(self, line_ids):
        self.env.cr.execute(SQL(CONTESTED_SQL, lines=line_ids))
        contested = {}
        for line_id, first, end, cents in self.env.cr.fetchall():
            contested.setdefault(line_id, []).append((first, end, cents or 0))
        return contested

    def action_explain(self):
        """Which invoices this profile comes from."""
        self.ensure_one()
        return self.debtor_id.action_payer_why()
