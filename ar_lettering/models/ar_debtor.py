from odoo import api, models
from odoo.tools import SQL


class ArDebtor(models.Model):
    _inherit = "ar.debtor"

    @api.model
    def _ar_extra_blockers(self, debtor_ids, as_of):
        """Do not chase someone whose money is here, recognised but not matched.

        The hub sees receipts whose contact is set on the bank line; here are those
        whose payer the matching recognised without booking.
        """
        blockers = super()._ar_extra_blockers(debtor_ids, as_of)
        if not debtor_ids:
            return blockers
        self.env["account.bank.statement.line"].flush_model()
        collecting = self.env["res.company"]._ar_collecting_map()
        self.env.cr.execute(
            SQL(
                """
            SELECT d.id, cur.name,
                   sum(round(l.amount * 10 ^ cur.decimal_places))::bigint
              FROM ar_debtor d
              JOIN account_bank_statement_line l ON l.ar_payer_id = d.partner_id
              JOIN unnest(%s::int[], %s::int[]) AS own (company_id, collector_id)
                ON own.company_id = l.company_id AND own.collector_id = d.company_id
              JOIN account_move m ON m.id = l.move_id
              JOIN res_currency cur ON cur.id = l.currency_id
              JOIN res_company c ON c.id = d.company_id AND c.ar_unmatched_receipts
             WHERE d.id = ANY(%s) AND m.date <= %s AND m.state = 'posted'
               AND l.partner_id IS NULL
               AND l.is_reconciled IS NOT TRUE AND l.amount > 0
             GROUP BY d.id, cur.name""",
                list(collecting),
                list(collecting.values()),
                list(debtor_ids),
                as_of,
            )
        )
        for debtor_id, currency, cents in self.env.cr.fetchall():
            amount = {"cents": cents, "currency": currency}
            blockers.setdefault(debtor_id, []).append(
                {
                    "code": "unmatched_receipt",
                    "params": {"amount": amount},
                    "until": None,
                    "move_id": None,
                }
            )
        return blockers
