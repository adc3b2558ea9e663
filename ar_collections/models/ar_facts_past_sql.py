"""Set-based reads of the past: one statement each per group of accounts."""

#: Entries that may have had something open on a day of the period.
CANDIDATES_THEN = """
    SELECT DISTINCT aml.move_id
      FROM fam
      JOIN account_move_line aml ON aml.partner_id = fam.id
      JOIN account_account a ON a.id = aml.account_id
     WHERE a.account_type = 'asset_receivable' AND aml.date <= %(last)s
       AND (aml.move_id = ANY(%(revived)s)
            OR aml.parent_state = 'posted'
               AND (aml.reconciled IS NOT TRUE
                    OR aml.id IN (SELECT line_id FROM undone)
                    OR EXISTS (
                        SELECT 1 FROM account_partial_reconcile q
                         WHERE q.debit_move_id = aml.id
                           AND (q.max_date > %(first)s OR q.create_date > %(first)s))
                    OR EXISTS (
                        SELECT 1 FROM account_partial_reconcile q
                         WHERE q.credit_move_id = aml.id
                           AND (q.max_date > %(first)s OR q.create_date > %(first)s))))
"""

#: The whole of each line: what was matched by a day is counted apart.
OPEN_WHOLE = "r.amount_currency AS open_currency, r.balance AS open_company"

#: Since when each line is dated, and since when it was known.
KNOWN_SQL = """
SELECT l.id, l.date, COALESCE(i.seen_on,
       (m.create_date AT TIME ZONE 'UTC' AT TIME ZONE %(tz)s)::date), m.state = 'posted'
  FROM account_move_line l
  JOIN account_move m ON m.id = l.move_id
  LEFT JOIN ar_item i ON i.move_line_id = l.id
 WHERE l.id = ANY(%(lines)s)
"""

#: What each line received, from whom, since when; signed like the line.
MATCHES_SQL = """
SELECT p.line_id, o.move_id, round(p.in_currency * p.factor)::bigint,
       round(p.in_company * p.company_factor)::bigint, p.max_date,
       (p.create_date AT TIME ZONE 'UTC' AT TIME ZONE %(tz)s)::date,
       o.parent_state = 'posted'
  FROM (SELECT q.debit_move_id AS line_id, q.credit_move_id AS other_id,
               q.debit_amount_currency AS in_currency, q.amount AS in_company,
               q.max_date, q.create_date,
               power(10::numeric, -round(log(c.rounding))) AS factor,
               power(10::numeric, -round(log(k.rounding))) AS company_factor
          FROM account_partial_reconcile q
          JOIN account_move_line l ON l.id = q.debit_move_id
          JOIN res_currency c ON c.id = l.currency_id
          JOIN res_currency k ON k.id = l.company_currency_id
         WHERE q.debit_move_id = ANY(%(lines)s)
         UNION ALL
        SELECT q.credit_move_id, q.debit_move_id, -q.credit_amount_currency, -q.amount,
               q.max_date, q.create_date,
               power(10::numeric, -round(log(c.rounding))),
               power(10::numeric, -round(log(k.rounding)))
          FROM account_partial_reconcile q
          JOIN account_move_line l ON l.id = q.credit_move_id
          JOIN res_currency c ON c.id = l.currency_id
          JOIN res_currency k ON k.id = l.company_currency_id
         WHERE q.credit_move_id = ANY(%(lines)s)) p
  JOIN account_move_line o ON o.id = p.other_id
"""

#: Contacts that were made, with the items that they moved.
TOUCHES_SQL = """
SELECT r.debtor_id, r.unit_key,
       (COALESCE(r.sent_at, r.sending_since) AT TIME ZONE 'UTC'
        AT TIME ZONE %(tz)s)::date AS day,
       line.item_id, CASE WHEN line.step_id ~ '^[0-9]+$' THEN line.step_delay END
  FROM ar_reminder r
 CROSS JOIN LATERAL jsonb_to_recordset(
           COALESCE(NULLIF(r.content, 'null'::jsonb) -> 'lines', '[]'::jsonb))
       AS line(item_id int, step_id text, step_delay int)
 WHERE r.debtor_id = ANY(%(debtors)s) AND r.state = 'done'
   AND r.purpose NOT IN ('thanks', 'info')
   AND line.item_id IS NOT NULL
 ORDER BY COALESCE(r.sent_at, r.sending_since), r.id
"""

#: Every reminder of these accounts, from plan to end.
REMINDERS_SQL = """
SELECT r.id, r.debtor_id, r.unit_key, r.planned_date,
       (CASE WHEN r.state = 'done' THEN r.sent_at
             WHEN r.state = 'cancelled' THEN r.write_date END
        AT TIME ZONE 'UTC' AT TIME ZONE %(tz)s)::date
  FROM ar_reminder r
 WHERE r.debtor_id = ANY(%(debtors)s) AND r.purpose NOT IN ('thanks', 'info')
 ORDER BY r.debtor_id, r.id
"""

#: What went wrong with reminders, and when.
TROUBLES_SQL = """
SELECT e.res_id, l.kind, (l.event_date AT TIME ZONE 'UTC' AT TIME ZONE %(tz)s)::date
  FROM ar_event_link l
  JOIN ar_event e ON e.id = l.event_id
 WHERE l.debtor_id = ANY(%(debtors)s) AND e.res_model = 'ar.reminder'
   AND l.kind IN ('reminder_failed', 'reminder_in_doubt', 'reminder_cancelled')
 ORDER BY l.event_date, l.id
"""

#: Items of accounts whose ladder begins again.
SETTLED_SQL = """
SELECT i.debtor_id, i.id, COALESCE(i.confirmed_due_date, i.due_date),
       CASE WHEN NOT i.is_open THEN i.closed_date END,
       CASE WHEN i.step_id IS NOT NULL THEN i.step_delay END, i.last_contact_date
  FROM ar_item i
 WHERE i.debtor_id = ANY(%(debtors)s) AND i.is_credit IS NOT TRUE
   AND i.last_contact_date IS NOT NULL
"""

#: Receipts of recognised payers that were not matched on that day.
RECEIPTS_THEN_SQL = """
SELECT d.id, sum(l.amount), cur.name, -round(log(cur.rounding))::int
  FROM account_bank_statement_line l
  JOIN account_move m ON m.id = l.move_id AND m.state = 'posted'
  JOIN account_journal j ON j.id = l.journal_id
  JOIN res_partner p ON p.id = l.partner_id
  JOIN ar_debtor d ON d.partner_id = p.commercial_partner_id
                  AND d.company_id = %(company)s
  JOIN res_currency cur ON cur.id = l.currency_id
 WHERE l.company_id = ANY(%(companies)s) AND l.amount > 0 AND d.id = ANY(%(debtors)s)
   AND m.date <= %(as_of)s
   AND (NOT %(watched)s OR %(known)s <= %(as_of)s)
   AND (NOT l.is_reconciled OR %(matched)s > %(as_of)s)
 GROUP BY d.id, cur.name, cur.rounding
 ORDER BY d.id, cur.name
"""

#: Day on which a bank line was matched: that of its youngest counterpart.
MATCHED_ON = """(
    SELECT max(((GREATEST(c.create_date, q.create_date)) AT TIME ZONE 'UTC'
                AT TIME ZONE %(tz)s)::date)
      FROM account_move_line c
      LEFT JOIN account_partial_reconcile q
        ON q.debit_move_id = c.id OR q.credit_move_id = c.id
     WHERE c.move_id = m.id)"""
