"""Set-based reads behind ``ar.facts``: one statement per chunk of accounts."""

LINES_SQL = """
WITH money AS MATERIALIZED (
    -- Minor units per unit: computed once, not for each line.
    SELECT id, name, -round(log(rounding))::int AS places,
           power(10::numeric, -round(log(rounding))) AS factor
      FROM res_currency
), fam AS (
    SELECT id, COALESCE(commercial_partner_id, id) AS partner_id FROM res_partner
     WHERE commercial_partner_id = ANY(%(partners)s) OR id = ANY(%(partners)s)
), undone AS (
    -- Partials whose other side is no longer posted: they do not count.
    SELECT CASE WHEN p.debit_move_id = d.id THEN p.credit_move_id
                ELSE p.debit_move_id END AS line_id,
           sum(CASE WHEN p.debit_move_id = d.id THEN -p.credit_amount_currency
                    ELSE p.debit_amount_currency END) AS in_currency,
           sum(CASE WHEN p.debit_move_id = d.id THEN -p.amount
                    ELSE p.amount END) AS in_company
      FROM account_move_line d
      JOIN account_partial_reconcile p
        ON p.debit_move_id = d.id OR p.credit_move_id = d.id
     WHERE d.parent_state <> 'posted' AND d.matching_number IS NOT NULL
       AND d.partner_id = ANY(ARRAY(SELECT id FROM fam))
     GROUP BY 1
), cand AS (
    %(candidates)s
), ranked AS (
    SELECT e.*, a.non_trade, a.id AS acc_id,
           row_number() OVER (PARTITION BY e.move_id ORDER BY e.due, e.id) AS move_rank
      FROM cand
     CROSS JOIN LATERAL (
           -- Entry by entry (OFFSET keeps it so): a chunk never reads the whole table.
           SELECT aml.id, aml.move_id, aml.partner_id, aml.account_id, aml.company_id,
                  aml.journal_id, aml.currency_id, aml.company_currency_id,
                  aml.amount_currency, aml.balance, aml.amount_residual_currency,
                  aml.amount_residual, aml.no_followup,
                  COALESCE(aml.date_maturity, aml.date) AS due
             FROM account_move_line aml WHERE aml.move_id = cand.move_id
           OFFSET 0) e
      JOIN account_account a ON a.id = e.account_id
                            AND a.account_type = 'asset_receivable'
), live AS (
    SELECT r.*, %(open_amounts)s
      FROM ranked r
      LEFT JOIN undone u ON u.line_id = r.id
), told AS (
    SELECT fam.partner_id, cm.collector_id AS company_id, l.id AS line_id, l.move_id,
           l.move_rank::int AS move_rank, l.due AS due_date,
           COALESCE(m.name, '/') AS number, m.invoice_date, l.currency_id,
           cur.name AS currency, cur.places AS dp, ccur.places AS company_dp,
           l.amount_currency AS in_currency, l.open_currency, l.open_company,
           round(l.amount_currency * cur.factor)::bigint AS amount,
           round(l.open_currency * cur.factor)::bigint AS residual,
           round(l.open_company * ccur.factor)::bigint AS company_residual,
           l.balance < 0 OR (l.balance = 0 AND l.amount_currency < 0) AS is_credit,
           m.move_type AS kind,
           m.origin_payment_id IS NOT NULL OR m.statement_line_id IS NOT NULL
               AS is_payment,
           CASE WHEN l.non_trade THEN 'scope_non_trade'
                WHEN x.account_account_id IS NOT NULL THEN 'scope_account'
                WHEN j.type = 'general'
                     AND NOT COALESCE(comp.ar_include_opening, FALSE)
                     AND l.balance > 0 AND l.no_followup THEN 'scope_opening'
                WHEN l.no_followup AND j.type <> 'general' AND l.balance > 0
                     THEN 'scope_no_followup'
           END AS scope_code,
           COALESCE(comp.ar_tz, 'Europe/Paris') AS tz
      FROM live l
      JOIN fam ON fam.id = l.partner_id
      JOIN account_move m ON m.id = l.move_id AND %(posted)s
      JOIN account_journal j ON j.id = l.journal_id
      JOIN unnest(%(companies)s::int[], %(collectors)s::int[])
           AS cm(company_id, collector_id) ON cm.company_id = l.company_id
      JOIN res_company comp ON comp.id = cm.collector_id
      JOIN money cur ON cur.id = l.currency_id
      JOIN money ccur ON ccur.id = l.company_currency_id
      LEFT JOIN ar_company_excluded_account_rel x
           ON x.res_company_id = cm.collector_id AND x.account_account_id = l.acc_id
)
SELECT t.partner_id, t.company_id, t.line_id, t.move_id, t.move_rank, t.due_date,
       t.number, t.invoice_date, t.currency_id, t.currency, t.dp, t.company_dp,
       t.amount, t.residual, t.company_residual, t.is_credit, t.kind, t.is_payment,
       t.scope_code, d.id AS debtor_id, i.id AS item_id,
       CASE WHEN i.step_id IS NOT NULL THEN i.step_delay END AS step_delay,
       i.hold_until, i.confirmed_due_date, i.last_contact_date, i.buyer_status_code,
       (i.buyer_status_date AT TIME ZONE 'UTC' AT TIME ZONE t.tz)::date AS status_date,
       i.move_line_id IS DISTINCT FROM t.line_id AS moved,
       (i.debtor_id, i.move_line_id, i.is_open, i.is_credit, i.scope_code, i.due_date,
        i.currency_id, i.amount, i.residual, i.company_residual)
       IS DISTINCT FROM
       (d.id, t.line_id, TRUE, t.is_credit, t.scope_code, t.due_date, t.currency_id,
        round(t.in_currency, t.dp), round(t.open_currency, t.dp),
        round(t.open_company, t.company_dp)) AS differs
  FROM told t
  LEFT JOIN ar_debtor d ON d.company_id = t.company_id AND d.partner_id = t.partner_id
  LEFT JOIN ar_item i ON i.move_id = t.move_id AND i.move_rank = t.move_rank
 WHERE t.residual <> 0
 ORDER BY t.partner_id, t.due_date, t.line_id
"""

#: Entries with something open now. In two parts, so that the first can use Odoo's
#: own index on what is not reconciled; as arrays, so that the planner does.
CANDIDATES_NOW = """
    SELECT aml.move_id
      FROM account_move_line aml
     WHERE aml.account_id = ANY(ARRAY(SELECT id FROM account_account
                                       WHERE account_type = 'asset_receivable'))
       AND aml.partner_id = ANY(ARRAY(SELECT id FROM fam))
       AND aml.reconciled IS NOT TRUE AND aml.parent_state = 'posted'
     UNION
    SELECT aml.move_id
      FROM undone
      JOIN account_move_line aml ON aml.id = undone.line_id
     WHERE aml.partner_id IN (SELECT id FROM fam) AND aml.parent_state = 'posted'
"""

#: What is open now: the stored residual, less what is no longer posted.
OPEN_NOW = """
    r.amount_residual_currency + COALESCE(u.in_currency, 0) AS open_currency,
    r.amount_residual + COALESCE(u.in_company, 0) AS open_company
"""

PAID_SQL = """
SELECT l.move_id, round(sum(CASE WHEN p.debit_move_id = l.id
                                 THEN p.debit_amount_currency
                                 ELSE -p.credit_amount_currency END)
                        * power(10::numeric, -round(log(max(c.rounding)))))::bigint
  FROM account_move_line l
  JOIN account_account a ON a.id = l.account_id
                        AND a.account_type = 'asset_receivable'
  JOIN res_currency c ON c.id = l.currency_id
  JOIN account_partial_reconcile p
    ON p.debit_move_id = l.id OR p.credit_move_id = l.id
  JOIN account_move_line o
    ON o.id = CASE WHEN p.debit_move_id = l.id THEN p.credit_move_id
                   ELSE p.debit_move_id END
   AND o.parent_state = 'posted'
  JOIN account_move om ON om.id = o.move_id
   AND om.move_type NOT IN ('out_invoice', 'out_refund', 'out_receipt')
 WHERE l.move_id = ANY(%(moves)s) %(until)s
 GROUP BY l.move_id
"""

#: Disputes in force, with what they contested at first: what is open on that day
#: caps it. And every announcement with whether it holds on that day:
#: those that no longer hold still took their share of the payments.
PARTS_SQL = """
SELECT d.move_id, 'dispute' AS kind, d.item_id,
       round(d.amount_asked * power(10::numeric, -round(log(c.rounding))))::bigint,
       0::bigint, d.target_date, d.state, TRUE, d.id
  FROM ar_dispute d
  JOIN res_currency c ON c.id = d.currency_id
  JOIN res_company k ON k.id = d.company_id
 WHERE d.move_id = ANY(%(moves)s)
   AND (d.opened_at AT TIME ZONE 'UTC'
        AT TIME ZONE COALESCE(k.ar_tz, 'Europe/Paris'))::date <= %(as_of)s
   AND (d.state = 'open'
        OR (d.closed_at AT TIME ZONE 'UTC'
            AT TIME ZONE COALESCE(k.ar_tz, 'Europe/Paris'))::date > %(as_of)s)
UNION ALL
SELECT l.move_id, 'notice', l.item_id,
       round(l.amount * power(10::numeric, -round(log(c.rounding))))::bigint,
       round(l.paid_before * power(10::numeric, -round(log(c.rounding))))::bigint,
       n.expected_date, n.state,
       n.hold_until >= %(as_of)s AND (
           n.state IN ('to_review', 'active', 'refused', 'withdrawn')
           OR (n.judged_at AT TIME ZONE 'UTC'
               AT TIME ZONE COALESCE(k.ar_tz, 'Europe/Paris'))::date > %(as_of)s),
       l.id
  FROM ar_payment_notice_line l
  JOIN ar_payment_notice n ON n.id = l.notice_id
  JOIN res_currency c ON c.id = n.currency_id
  JOIN res_company k ON k.id = n.company_id
 WHERE l.move_id = ANY(%(moves)s) AND n.notice_date <= %(as_of)s
   AND (n.state NOT IN ('refused', 'withdrawn')
        -- Refused or taken back later than that day: it still held then.
        OR EXISTS (SELECT 1 FROM ar_event_link el JOIN ar_event e ON e.id = el.event_id
                    WHERE el.move_id = l.move_id AND e.res_id = n.id
                      AND e.res_model = 'ar.payment.notice'
                      AND el.kind IN ('notice_refused', 'notice_withdrawn')
                      AND (el.event_date AT TIME ZONE 'UTC' AT TIME ZONE
                           COALESCE(k.ar_tz, 'Europe/Paris'))::date > %(as_of)s))
 ORDER BY 1, 2, 9
"""
