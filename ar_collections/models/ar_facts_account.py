from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from ..engine.calendars import working_days_between
from ..engine.decide import ASKS
from ..engine.facts import Reason

#: A bank journal without a statement for longer than this is not in use.
BANK_IN_USE_DAYS = 60
#: How long a contact made to a paying centre counts for its other customers.
SHARED_CONTACT_DAYS = 92

#: Days of contact per account; a contact about a single invoice has no unit, one of
#: a recovery case has.
CONTACTS_SQL = """
WITH made AS (
    SELECT r.debtor_id, r.company_id, r.recipient_id,
           (COALESCE(r.sent_at, r.sending_since) AT TIME ZONE 'UTC'
           AT TIME ZONE COALESCE(c.ar_tz, 'Europe/Paris'))::date AS day,
           CASE WHEN r.unit_key = 'account' OR r.purpose = 'case'
                THEN COALESCE(r.lead_id, r.id) END AS unit
      FROM ar_reminder r
      JOIN res_company c ON c.id = r.company_id
     WHERE r.channel <> 'task' AND r.purpose NOT IN ('thanks', 'info')
       AND r.state IN ('done', 'in_doubt', 'sending')
       AND %(whose)s
), own AS (
    SELECT debtor_id, day, unit FROM made
     WHERE debtor_id = ANY(%(debtors)s)
), shared AS MATERIALIZED (
    SELECT DISTINCT s.paying_centre_id, m.company_id, m.day, m.unit
      FROM made m
      JOIN ar_debtor s ON s.id = m.debtor_id
      JOIN res_partner k ON k.id = s.paying_centre_id
      JOIN res_partner p ON p.id = m.recipient_id
       AND p.commercial_partner_id = k.commercial_partner_id
     WHERE m.day > %(shared_since)s
)
SELECT debtor_id, day, unit FROM (
    SELECT * FROM own
    UNION
    SELECT d.id, h.day, h.unit
      FROM shared h
      JOIN ar_debtor d ON d.paying_centre_id = h.paying_centre_id
                      AND d.company_id = h.company_id
     WHERE d.id = ANY(%(debtors)s)) contacts
 WHERE day < %(as_of)s OR (day = %(as_of)s AND unit IS NOT NULL)
 GROUP BY debtor_id, day, unit
"""


class ArFactsAccount(models.AbstractModel):
    """Facts of the account itself: holds, contacts, address, bank feed."""

    _inherit = "ar.facts"

    def _ar_account_facts(
        self, company, debtors, as_of, extra, settings, history=None, walk=None
    ):
        """Keyword arguments of ``engine.facts.Debtor``, per account.

        :param dict settings: ``{account id: what people set}`` on that day
        """
        stale = self._ar_stale_bank(company, as_of, history)
        receipts = self._ar_unmatched_receipts(company, debtors, history, as_of)
        replies = self._ar_replies(company, debtors, as_of)
        contacts, running, reach, ladders = self._ar_contacting(
            debtors, as_of, history, walk
        )
        facts = {}
        for debtor in debtors:
            holds = self._ar_holds(settings[debtor.id], as_of)
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
                "reach": reach.get(debtor.id, frozenset()),
                **ladders.get(debtor.id, {}),
            }
        return facts

    def _ar_contacting(self, debtors, as_of, history=None, walk=None):
        """Contacts made, reminders under way, ways to reach, memories of ladders."""
        if walk is not None:
            if "contacting" not in walk:
                running = {} if history else self._ar_running(debtors)
                walk["contacting"] = ({}, running, self._ar_reach(debtors), {})
            return walk["contacting"]
        if history:
            running = history.running(debtors.ids, as_of)
            ladders = history.ladders(debtors, as_of)
        else:
            running = self._ar_running(debtors)
            ladders = self._ar_ladders(debtors, as_of)
        contacts = self._ar_contacts(debtors, as_of)
        return contacts, running, self._ar_reach(debtors), ladders

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
    def _ar_stale_bank(self, company, as_of, history=None):
        """A bank journal in use whose last statement line is too old.

        What arrived since cannot be known, so nobody of this company is contacted.
        On days to come the statements are taken to arrive.
        """
        limit = company.ar_stale_bank_days
        if not limit or as_of > company._ar_today():
            return []
        imported = SQL("TRUE")
        if history and history.watched(as_of):
            imported = SQL(
                "(l.create_date AT TIME ZONE 'UTC' AT TIME ZONE %s)::date <= %s",
                history.tz,
                as_of,
            )
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
            SELECT j.id, max(m.date)
              FROM account_bank_statement_line l
              JOIN account_move m ON m.id = l.move_id
              JOIN account_journal j ON j.id = l.journal_id
             WHERE l.company_id = ANY(%s) AND j.type = 'bank' AND j.active
               AND m.date <= %s AND %s
             GROUP BY j.id HAVING max(m.date) >= %s""",
                self._ar_collected(company),
                as_of,
                imported,
                as_of - timedelta(days=BANK_IN_USE_DAYS),
            )
        )
        found, place = [], company._ar_place()
        for journal_id, last in self.env.cr.fetchall():
            days = working_days_between(last, as_of, place.country, place.subdivision)
            if days > limit:
                journal = self.env["account.journal"].sudo().browse(journal_id)
                params = {"journal": journal.name, "days": days}
                found.append(Reason("stale_bank", params))
        return found

    def _ar_unmatched_receipts(self, company, debtors, history=None, as_of=None):
        """Receipts of a recognised payer that nobody has matched yet, or then."""
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
        return self._ar_receipt_reasons(self.env.cr.fetchall())

    def _ar_receipt_reasons(self, rows):
        """``{account: reasons}`` of rows (account, amount, currency, places)."""
        receipts = {}
        for debtor_id, total, currency, places in rows:
            money = {"cents": round(total * 10**places), "currency": currency}
            reason = Reason("unmatched_receipt", {"amount": money})
            receipts.setdefault(debtor_id, []).append(reason)
        return receipts

    def _ar_collected(self, company):
        """Ids of the companies whose receivables this one collects."""
        mapping = self.env["res.company"]._ar_collecting_map()
        return [i for i, collector in mapping.items() if collector == company.id]

    def _ar_contacts(self, debtors, as_of):
        """Dates of the contacts made so far, whatever the strategy or channel.

        Contacts about single invoices that leave on one day are one contact, so
        those of today do not stop each other. A contact made to a paying centre for one
        of its customers counts for all of them, since the office is the same; one
        e-mail for several counts once.
        """
        self.env.cr.execute(
            SQL(
                CONTACTS_SQL,
                debtors=debtors.ids,
                as_of=as_of,
                shared_since=as_of - timedelta(days=SHARED_CONTACT_DAYS),
                whose=self._ar_whose_contacts(debtors),
            )
        )
        contacts = {}
        for debtor_id, day, _unit in self.env.cr.fetchall():
            contacts.setdefault(debtor_id, []).append(day)
        return contacts

    def _ar_whose_contacts(self, debtors):
        """Whose reminders tell of contacts with these accounts, as SQL on ``r``."""
        centres = debtors.paying_centre_id
        own = SQL("r.debtor_id = ANY(%s)", debtors.ids)
        if not centres:
            return own
        return SQL(
            "(%s OR r.debtor_id IN ("
            "SELECT id FROM ar_debtor WHERE paying_centre_id = ANY(%s)))",
            own,
            centres.ids,
        )

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

        Where several invoices have theirs, the one that asks for a person is told.
        """
        running = {}
        for (debtor_id, _unit), told in self._ar_running_units(debtors).items():
            known = running.get(debtor_id)
            if not known or told[0] in ASKS:
                running[debtor_id] = told
        return running

    def _ar_running_units(self, debtors):
        """``{(debtor, unit): (state, planned date)}`` of the reminders under way.

        A failed one counts while nothing came after it: a person must look first,
        or the same address would be tried again every night.
        """
        self.env["ar.reminder"].flush_model()
        self.env.cr.execute(
            SQL(
                """
            SELECT DISTINCT ON (debtor_id, unit_key)
                   debtor_id, unit_key, state, planned_date
              FROM ar_reminder r
             WHERE debtor_id = ANY(%s) AND purpose NOT IN ('thanks', 'info')
               AND (state IN ('planned', 'approved', 'sending', 'in_doubt')
                    OR (state = 'failed' AND NOT EXISTS (
                        SELECT 1 FROM ar_reminder n
                         WHERE n.debtor_id = r.debtor_id AND n.id > r.id
                           AND n.unit_key IN (r.unit_key, 'account'))))
             ORDER BY debtor_id, unit_key, state = 'failed'""",
                debtors.ids,
            )
        )
        return {
            (debtor, unit): (state, day)
            for debtor, unit, state, day in self.env.cr.fetchall()
        }

    def _ar_reach(self, debtors):
        """``{debtor: ways to reach him}``: ``email``, ``phone``, ``post``."""
        self.env["res.partner"].flush_model()
        self.env.cr.execute(
            SQL(
                """
            SELECT d.id,
                   bool_or(COALESCE(p.email, '') <> ''),
                   bool_or(COALESCE(p.phone, '') <> ''),
                   bool_or(COALESCE(p.city, '') <> '' AND (COALESCE(p.street, '') <> ''
                           OR COALESCE(p.zip, '') <> ''))
              FROM ar_debtor d
              JOIN res_partner p
                ON p.id IN (d.contact_id, d.escalation_contact_id, d.partner_id,
                            d.approver_contact_id, d.paying_centre_id)
                   OR (p.parent_id IN (d.partner_id, d.paying_centre_id)
                       AND p.active AND p.type = 'invoice')
             WHERE d.id = ANY(%s) GROUP BY d.id""",
                debtors.ids,
            )
        )
        ways = ("email", "phone", "post")
        return {
            debtor: frozenset(w for w, known in zip(ways, told, strict=True) if known)
            for debtor, *told in self.env.cr.fetchall()
        }

    def _ar_ladders(self, debtors, as_of):
        """What the ladder of each account remembers beyond its open items.

        The height counts since nothing was late. It began again on the day on which
        an item was settled that had been reminded, and was the oldest of those.
        """
        self.env.cr.execute(
            SQL(
                """
            SELECT d.id, d.ladder_level, (
                SELECT max(c.closed_date) FROM ar_item c
                 WHERE s.when_paid = 'restart' AND c.debtor_id = d.id
                   AND NOT c.is_open AND c.step_id IS NOT NULL
                   AND c.closed_date <= %s AND c.last_contact_date <= c.closed_date
                   AND NOT EXISTS (
                       SELECT 1 FROM ar_item o
                        WHERE o.debtor_id = d.id AND o.is_open AND NOT o.is_credit
                          AND o.step_id IS NOT NULL AND o.due_date < c.due_date
                          AND o.last_contact_date <= c.closed_date))
              FROM ar_debtor d JOIN ar_strategy s ON s.id = d.strategy_id
             WHERE d.id = ANY(%s)
               AND (d.ladder_level IS NOT NULL OR s.when_paid = 'restart')""",
                as_of,
                debtors.ids,
            )
        )
        return {
            debtor: {"ladder_level": level, "restart_date": again}
            for debtor, level, again in self.env.cr.fetchall()
        }
