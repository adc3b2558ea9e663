"""Set-based reads behind ``ar.claim``: one statement per chunk of invoices."""

#: Invoices that may bear a claim, in the order of their ids. Those that were settled
#: stay here while a claim on them lives, so that whatever is undone is seen.
CANDIDATES_SQL = """
SELECT DISTINCT i.move_id
  FROM ar_item i
  JOIN ar_debtor d ON d.id = i.debtor_id
  JOIN res_company c ON c.id = d.company_id
 WHERE i.move_id > %(after)s AND NOT i.is_credit
   AND (c.ar_interest OR c.ar_indemnity)
   AND i.scope_code IS NULL AND i.due_date < %(day)s
   AND (i.is_open
        OR (i.closed_date >= c.ar_claims_since AND i.closed_date > i.due_date)
        OR EXISTS (SELECT 1 FROM ar_claim k
                    WHERE k.move_id = i.move_id AND k.state <> 'waived'))
 ORDER BY i.move_id
 LIMIT %(limit)s
"""

#: Receivable lines of invoices with what the items know of them.
LINES_SQL = """
SELECT r.id AS line_id, r.move_id, r.move_rank::int AS move_rank, r.due,
       r.currency_id, cur.name AS currency, -round(log(cur.rounding))::int AS places,
       round(r.amount_currency * power(10::numeric, -round(log(cur.rounding))))::bigint
           AS cents,
       i.debtor_id, i.scope_code, i.interest_start, i.buyer_status,
       round(COALESCE(i.disputed, 0)
             * power(10::numeric, -round(log(cur.rounding))))::bigint AS disputed
  FROM (SELECT l.id, l.move_id, l.currency_id, l.amount_currency,
               COALESCE(l.date_maturity, l.date) AS due,
               row_number() OVER (
                   PARTITION BY l.move_id
                   ORDER BY COALESCE(l.date_maturity, l.date), l.id) AS move_rank
          FROM account_move_line l
          JOIN account_move m ON m.id = l.move_id AND m.state = 'posted'
           AND m.move_type IN ('out_invoice', 'out_receipt')
          JOIN account_account a ON a.id = l.account_id
                                AND a.account_type = 'asset_receivable'
         WHERE l.move_id = ANY(%(moves)s)) r
  JOIN res_currency cur ON cur.id = r.currency_id
  JOIN ar_item i ON i.move_id = r.move_id AND i.move_rank = r.move_rank
 WHERE r.amount_currency > 0
   AND NOT EXISTS (SELECT 1 FROM ar_claim_settlement s
                     JOIN account_move_line sl ON sl.id = s.line_id
                    WHERE sl.move_id = r.move_id)
 ORDER BY r.move_id, r.move_rank
"""

#: What those lines were matched with, by day. A credit note on the invoice says that
#: so much was never owed; anything else pays on its own day.
PAID_SQL = """
SELECT p.debit_move_id AS line_id, o.date AS day,
       COALESCE(om.move_type = 'out_refund' AND om.reversed_entry_id = l.move_id, FALSE)
           AS never_owed,
       round(sum(p.debit_amount_currency)
             * power(10::numeric, -round(log(max(cur.rounding)))))::bigint AS cents
  FROM account_partial_reconcile p
  JOIN account_move_line l ON l.id = p.debit_move_id
  JOIN res_currency cur ON cur.id = l.currency_id
  JOIN account_move_line o ON o.id = p.credit_move_id AND o.parent_state = 'posted'
  JOIN account_move om ON om.id = o.move_id
 WHERE p.debit_move_id = ANY(%(lines)s)
 GROUP BY p.debit_move_id, o.date, never_owed
HAVING sum(p.debit_amount_currency) <> 0
 ORDER BY o.date
"""
