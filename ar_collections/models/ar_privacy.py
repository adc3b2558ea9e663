from datetime import date

from odoo import api, models
from odoo.tools import SQL

from ..engine.personal import Keep, first_reason

#: Invoices of these accounts that something still needs, why, and from which day on
#: the facts of the account may be about them.
UNPAID_SQL = """
SELECT i.debtor_id, i.move_id, 'unpaid', COALESCE(m.invoice_date, m.date)
  FROM ar_item i JOIN account_move m ON m.id = i.move_id
 WHERE i.debtor_id = ANY(%(debtors)s) AND i.is_credit IS NOT TRUE
   AND m.state = 'posted'
   AND (i.is_open OR m.move_type <> 'entry'
        AND m.payment_state NOT IN ('paid', 'reversed', 'invoicing_legacy'))
"""
DISPUTE_SQL = """
SELECT t.debtor_id, t.move_id, 'dispute', COALESCE(m.invoice_date, m.date)
  FROM ar_dispute t JOIN account_move m ON m.id = t.move_id
 WHERE t.debtor_id = ANY(%(debtors)s) AND t.state = 'open'
"""
CLAIM_SQL = """
SELECT c.debtor_id, c.move_id, 'claim', COALESCE(m.invoice_date, m.date)
  FROM ar_claim c JOIN account_move m ON m.id = c.move_id
 WHERE c.debtor_id = ANY(%(debtors)s) AND c.state IN ('accruing', 'claimed')
   AND c.amount_open > 0
"""
CASE_SQL = """
SELECT c.debtor_id, l.move_id, 'case',
       LEAST(c.opened_at, COALESCE(m.invoice_date, m.date), c.create_date::date)
  FROM ar_case c
  LEFT JOIN ar_case_line l ON l.case_id = c.id
  LEFT JOIN account_move m ON m.id = l.move_id
 WHERE c.debtor_id = ANY(%(debtors)s) AND c.state <> 'closed'
"""
SETTLED_SQL = """
SELECT l.move_id, max(r.max_date) FROM account_partial_reconcile r
  JOIN account_move_line l ON l.id = r.debit_move_id
 WHERE l.move_id = ANY(%(moves)s) GROUP BY l.move_id
"""


class ArPrivacy(models.AbstractModel):
    """What may not be erased yet, and why.

    The same answer for the rules of retention, their preview, and the request of a
    person. GDPR, art. 17(3): erasure gives way to a legal duty (b), and to legal
    claims (e).
    """

    _name = "ar.privacy"
    _description = "What may not be erased yet"

    @api.model
    def _ar_keep_labels(self):
        """Why something stays, in words."""
        _ = self.env._
        return {
            Keep.HOLD: _("The account is under legal hold"),
            Keep.CASE: _("Needed for an open recovery case"),
            Keep.DISPUTE: _("Needed for an open dispute"),
            Keep.CLAIM: _("Needed for interest or an indemnity still claimed"),
            Keep.UNPAID: _("Needed for an invoice that is not paid"),
            Keep.BOOKS: _("On invoices, which the law has kept for ten years"),
            Keep.USER: _("Has a user account: an administrator closes it first"),
            Keep.OTHER: _("Another company still needs this contact"),
            Keep.SEALED: _("Name of a colleague, sealed with what he decided"),
        }

    @api.model
    def _ar_queries(self):
        """SQL of whatever needs invoices, by account; add-ons add theirs.

        Each tells (account, invoice or none, value of ``Keep``, first day).
        """
        return [UNPAID_SQL, DISPUTE_SQL, CLAIM_SQL, CASE_SQL]

    @api.model
    def _ar_needed(self, debtors):
        """``{account id: [(invoice id or None, Keep, first day or None)]}``."""
        found = {}
        if not debtors:
            return found
        self.env.flush_all()
        for query in self._ar_queries():
            self.env.cr.execute(SQL(query, debtors=debtors.ids))
            for debtor_id, move_id, keep, day in self.env.cr.fetchall():
                found.setdefault(debtor_id, []).append((move_id, Keep(keep), day))
        for debtor in debtors.sudo().filtered("legal_hold"):
            found.setdefault(debtor.id, []).append((None, Keep.HOLD, None))
        return found

    @api.model
    def _ar_kept(self, things):
        """Why each of these stays for now.

        What names invoices stays while one of them is needed. What names none stays
        when it is of the time of an invoice that is needed.

        :param things: ``{key: (account or none, invoice ids, day)}``
        :return: ``{key: Keep}`` of those that stay
        """
        debtors = self.env["ar.debtor"].sudo()
        debtors = debtors.union(*(debtor for debtor, _moves, _day in things.values()))
        needed = self._ar_needed(debtors)
        kept = {}
        for key, (debtor, move_ids, day) in things.items():
            reasons = {
                keep
                for move_id, keep, since in needed.get(debtor.id, ())
                if keep is Keep.HOLD
                or (move_id in move_ids if move_ids else not since or day >= since)
            }
            reason = first_reason(reasons)
            if reason:
                kept[key] = reason
        return kept

    @api.model
    def _ar_settled(self, move_ids):
        """Day on which each of these invoices was last settled: ``{id: date}``."""
        if not move_ids:
            return {}
        self.env.flush_all()
        self.env.cr.execute(SQL(SETTLED_SQL, moves=list(move_ids)))
        return dict(self.env.cr.fetchall())

    @api.model
    def _ar_things(self, records):
        """What :meth:`_ar_kept` asks about these records: ``{id: (…)}``."""
        if records._name == "ar.event":
            return {event.id: self._ar_thing_of_event(event) for event in records}
        source = self.env["ar.person"]._ar_sources()[records._name]
        things = {}
        for record in records.sudo():
            moves = self._ar_path(record, source.moves, "account.move")
            debtor = self._ar_path(record, source.account, "ar.debtor")
            if not source.account and moves:
                debtor = self._ar_accounts_of(moves)
            day = self._ar_day_of(record, source)
            things[record.id] = (debtor[:1], moves.ids, day)
        return things

    @api.model
    def _ar_accounts_of(self, moves):
        """Accounts that these invoices have already."""
        items = self.env["ar.item"].sudo().search([("move_id", "in", moves.ids)])
        return items.debtor_id

    @api.model
    def _ar_path(self, record, path, model):
        if path == ".":
            return record
        return record.mapped(path) if path else self.env[model]

    @api.model
    def _ar_day_of(self, record, source):
        if source.account == ".":
            return date.max  # a role is of today
        moment = record[source.date] or record.create_date
        return moment.date() if hasattr(moment, "date") else moment

    @api.model
    def _ar_thing_of_event(self, event):
        links = event.sudo().link_ids
        return links.debtor_id[:1], links.move_id.ids, event.event_date.date()
