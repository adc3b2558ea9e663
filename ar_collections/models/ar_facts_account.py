from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from ..engine.calendars import working_days_between
from ..engine.facts import Reason

#: A bank journal without a statement for longer than this is not in use.
BANK_IN_USE_DAYS = 60


class ArFactsAccount(models.AbstractModel):
    """Facts of the account itself: holds, contacts, address, bank feed."""

    _inherit = "ar.facts"

    def _ar_account_facts(self, company, debtors, as_of, extra):
        """Keyword arguments of ``engine.facts.Debtor``, per account."""
        stale = self._ar_stale_bank(company, as_of)
        receipts = self._ar_unmatched_receipts(company, debtors)
        contacts = self._ar_contacts(debtors, as_of)
        replies = self._ar_replies(company, debtors, as_of)
        running = self._ar_running(debtors)
        addresses = self._ar_addresses(debtors)
        facts = {}
        for debtor in debtors:
            holds = self._ar_holds(debtor, as_of)
            holds += stale
            holds += receipts.get(debtor.id, [])
            holds += [
                Reason(b["code"], b.get("params") or {})
                for b in extra.get(debtor.id, ())
                if not b.get("move_id") and not (b.get("until") and b["until"] <= as_of)
            ]
            state, planned = running.get(debtor.id, (None, None))
            facts[debtor.id] = {
                "holds": tuple(holds),
                "contact_dates": tuple(contacts.get(debtor.id, ())),
                "waits": tuple(replies.get(debtor.id, ())),
                "open_reminder": state,
                "open_reminder_date": planned,
                "has_address": bool(addresses.get(debtor.id)),
            }
        return facts

    def _ar_holds(self, debtor, as_of):
        """What people decided about the account as a whole."""
        holds = []
        if debtor.insolvency and (debtor.insolvency_date or as_of) <= as_of:
            holds.append(Reason("insolvency"))
        if debtor.no_chasing:
            holds.append(Reason("no_chasing"))
        if debtor.hold_until and debtor.hold_until > as_of:
            day = {"date": debtor.hold_until.isoformat()}
            holds.append(Reason("hold_until", {"date": day}))
        return holds

    @api.model
    def _ar_stale_bank(self, company, as_of):
        """A bank journal in use whose last statement line is too old.

        What arrived since cannot be known, so nobody of this company is contacted.
        """
        limit = company.ar_stale_bank_days
        if not limit:
            return []
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
            SELECT j.id, max(m.date)
              FROM account_bank_statement_line l
              JOIN account_move m ON m.id = l.move_id
              JOIN account_journal j ON j.id = l.journal_id
             WHERE l.company_id = ANY(%s) AND j.type = 'bank' AND j.active
               AND m.date <= %s
             GROUP BY j.id HAVING max(m.date) >= %s""",
                self._ar_collected(company),
                as_of,
                as_of - timedelta(days=BANK_IN_USE_DAYS),
            )
        )
        found = []
        for journal_id, last in self.env.cr.fetchall():
            days = working_days_between(last, as_of)
            if days > limit:
                journal = self.env["account.journal"].sudo().browse(journal_id)
                params = {"journal": journal.name, "days": days}
                found.append(Reason("stale_bank", params))
        return found

    def _ar_unmatched_receipts(self, company, debtors):
        """Receipts of a recognised payer that nobody has matched yet."""
        if not company.ar_unmatched_receipts:
            return {}
        self.env.cr.execute(
            SQL(
                """
            SELECT d.id, sum(l.amount), cur.name, -round(log(cur.rounding))::int
              FROM account_bank_statement_line l
              JOIN account_move m ON m.id = l.move_id AND m.state = 'posted'
              JOIN account_journal j ON j.id = l.journal_id
              JOIN res_partner p ON p.id = l.partner_id
              JOIN ar_debtor d ON d.partner_id = p.commercial_partner_id
                              AND d.company_id = %s
              JOIN res_currency cur ON cur.id = l.currency_id
             WHERE l.company_id = ANY(%s) AND NOT l.is_reconciled AND l.amount > 0
               AND d.id = ANY(%s)
             GROUP BY d.id, cur.name, cur.rounding
             ORDER BY d.id, cur.name""",
                company.id,
                self._ar_collected(company),
                debtors.ids,
            )
        )
        receipts = {}
        for debtor_id, total, currency, dp in self.env.cr.fetchall():
            money = {"cents": round(total * 10**dp), "currency": currency}
            reason = Reason("unmatched_receipt", {"amount": money})
            receipts.setdefault(debtor_id, []).append(reason)
        return receipts

    def _ar_collected(self, company):
        """Ids of the companies whose receivables this one collects."""
        mapping = self.env["res.company"]._ar_collecting_map()
        return [i for i, collector in mapping.items() if collector == company.id]

    def _ar_contacts(self, debtors, as_of):
        """Dates of the contacts made so far, whatever the strategy or channel."""
        self.env.cr.execute(
            SQL(
                """
            SELECT debtor_id, day FROM (
                SELECT r.debtor_id, (COALESCE(r.sent_at, r.sending_since)
                       AT TIME ZONE 'UTC'
                       AT TIME ZONE COALESCE(c.ar_tz, 'Europe/Paris'))::date AS day
                  FROM ar_reminder r
                  JOIN res_company c ON c.id = r.company_id
                 WHERE r.debtor_id = ANY(%s)
                   AND r.state IN ('done', 'in_doubt', 'sending')) contacts
             WHERE day <= %s""",
                debtors.ids,
                as_of,
            )
        )
        contacts = {}
        for debtor_id, day in self.env.cr.fetchall():
            contacts.setdefault(debtor_id, []).append(day)
        return contacts

    def _ar_replies(self, company, debtors, as_of):
        """A customer who has just answered is left alone for a few days."""
        pause = company.ar_reply_pause_days
        if not pause:
            return {}
        self.env["ar.event.link"].flush_model()
        self.env.cr.execute(
            SQL(
                """
            SELECT debtor_id, max(day) FROM (
                SELECT debtor_id,
                       (event_date AT TIME ZONE 'UTC' AT TIME ZONE %s)::date AS day
                  FROM ar_event_link
                 WHERE debtor_id = ANY(%s) AND kind = 'reply') replies
             WHERE day <= %s GROUP BY debtor_id""",
                company.ar_tz or "Europe/Paris",
                debtors.ids,
                as_of,
            )
        )
        waits = {}
        for debtor_id, day in self.env.cr.fetchall():
            until = day + timedelta(days=pause)
            params = {"date": {"date": until.isoformat()}}
            waits[debtor_id] = [(until, Reason("recent_reply", params))]
        return waits

    def _ar_running(self, debtors):
        """``{debtor: (state, planned date)}`` of the reminder under way.

        A failed one counts while nothing came after it: a person must look first,
        or the same address would be tried again every night.
        """
        self.env["ar.reminder"].flush_model()
        self.env.cr.execute(
            SQL(
                """
            SELECT DISTINCT ON (debtor_id) debtor_id, state, planned_date
              FROM ar_reminder r
             WHERE debtor_id = ANY(%s)
               AND (state IN ('planned', 'approved', 'sending', 'in_doubt')
                    OR (state = 'failed' AND NOT EXISTS (
                        SELECT 1 FROM ar_reminder n
                         WHERE n.debtor_id = r.debtor_id AND n.id > r.id)))
             ORDER BY debtor_id, state = 'failed'""",
                debtors.ids,
            )
        )
        return {debtor: (state, day) for debtor, state, day in self.env.cr.fetchall()}

    def _ar_addresses(self, debtors):
        """Accounts for which somebody with an e-mail address is known."""
        self.env.cr.execute(
            SQL(
                """
            SELECT d.id FROM ar_debtor d
             WHERE d.id = ANY(%s) AND EXISTS (
                SELECT 1 FROM res_partner p
                 WHERE COALESCE(p.email, '') <> ''
                   AND (p.id IN (d.contact_id, d.partner_id, d.paying_centre_id)
                        OR (p.parent_id = d.partner_id AND p.active
                            AND p.type = 'invoice')))""",
                debtors.ids,
            )
        )
        return {row[0]: True for row in self.env.cr.fetchall()}
