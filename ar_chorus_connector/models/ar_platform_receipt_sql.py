"""Cash of the invoices of one platform against what was told of it."""

from odoo.tools import SQL

#: In cents of the invoice's currency. Cash is what stands on a bank statement, a
#: payment matched with one, or a bank entry made by hand; a payment that is only
#: registered, a credit note or a write-off is none.
CASHED = """
WITH linked AS (
    SELECT DISTINCT k.move_id
      FROM ar_platform_invoice k
      JOIN account_move m ON m.id = k.move_id AND m.state = 'posted'
     WHERE k.platform_id = %(platform)s
       AND NOT COALESCE(k.is_public, FALSE)
       AND COALESCE(k.canonical, '') != ALL (%(dead)s)
       -- Without money, and nothing told, there is nothing to compare.
       AND (m.payment_state != 'not_paid' OR EXISTS (
            SELECT 1 FROM ar_platform_receipt r WHERE r.move_id = m.id))
), cash AS (
    SELECT l.move_id, max(o.date) AS day,
           round(sum(CASE WHEN p.debit_move_id = l.id
                          THEN p.debit_amount_currency
                          ELSE -p.credit_amount_currency END) * 100)::bigint AS cents
      FROM linked
      JOIN account_move_line l ON l.move_id = linked.move_id
      JOIN account_account a ON a.id = l.account_id
                            AND a.account_type = 'asset_receivable'
      JOIN account_partial_reconcile p
        ON p.debit_move_id = l.id OR p.credit_move_id = l.id
      JOIN account_move_line o
        ON o.id = CASE WHEN p.debit_move_id = l.id THEN p.credit_move_id
                       ELSE p.debit_move_id END
       AND o.parent_state = 'posted'
      JOIN account_move om ON om.id = o.move_id
      JOIN account_journal j ON j.id = om.journal_id
      LEFT JOIN account_payment y ON y.id = om.origin_payment_id
     WHERE om.statement_line_id IS NOT NULL
        OR (y.id IS NOT NULL AND y.is_matched)
        OR (y.id IS NULL AND j.type IN ('bank', 'cash', 'credit'))
     GROUP BY l.move_id
), told AS (
    SELECT r.move_id, sum(r.cents)::bigint AS cents
      FROM ar_platform_receipt r
     WHERE r.state != 'cancelled'
     GROUP BY r.move_id
)
SELECT linked.move_id, COALESCE(cash.cents, 0), cash.day
  FROM linked
  LEFT JOIN cash ON cash.move_id = linked.move_id
  LEFT JOIN told ON told.move_id = linked.move_id
 WHERE COALESCE(cash.cents, 0) != COALESCE(told.cents, 0)
   AND NOT EXISTS (
       SELECT 1 FROM ar_platform_invoice other
         JOIN ar_platform q ON q.id = other.platform_id
        WHERE other.move_id = linked.move_id AND q.kind = 'chorus_pro')
   AND (%(every)s OR EXISTS (
       SELECT 1 FROM account_move_line l
         JOIN account_move_line_account_tax_rel x ON x.account_move_line_id = l.id
         JOIN account_tax t ON t.id = x.account_tax_id
         LEFT JOIN account_tax_filiation_rel f
                ON f.parent_tax = t.id AND t.amount_type = 'group'
         LEFT JOIN account_tax c ON c.id = f.child_tax
        WHERE l.move_id = linked.move_id AND l.display_type = 'product'
          AND CASE WHEN t.amount_type = 'group' THEN c.tax_exigibility
                   ELSE t.tax_exigibility END = 'on_payment'))
 ORDER BY linked.move_id
 LIMIT %(limit)s
"""


def cashed(platform_id, dead, every, limit):
    """Query: ``(invoice, cents cashed, last day)`` where that is not what was told.

    :param dead: canonical statuses of invoices that nobody will pay
    :param bool every: not only the invoices with a VAT that is due on receipt
    """
    return SQL(CASHED, platform=platform_id, dead=list(dead), every=every, limit=limit)
