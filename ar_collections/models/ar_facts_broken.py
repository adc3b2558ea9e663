from datetime import date, timedelta

from odoo import api, models
from odoo.tools import SQL

from ..engine.broken import TRIGGER
from ..engine.facts import Broken

#: What broke longer ago has been overtaken by the ladder.
REMEMBERED_DAYS = 60

#: Announcements that broke, or would if nothing came, and the days of contact with
#: their account: what a person called off of that step is one too. The day on which
#: one breaks is the first after its hold, whenever it was judged.
BROKEN_SQL = """
SELECT n.debtor_id, n.name, n.expected_date, n.hold_until + 1,
       array_agg(DISTINCT l.move_id), last.days
  FROM ar_payment_notice n
  JOIN (SELECT id, COALESCE(ar_tz, 'Europe/Paris') AS tz FROM res_company) k
    ON k.id = n.company_id
  JOIN ar_payment_notice_line l ON l.notice_id = n.id
 CROSS JOIN LATERAL (
       SELECT array_agg(COALESCE(
                  (COALESCE(r.sent_at, r.sending_since)
                   AT TIME ZONE 'UTC' AT TIME ZONE k.tz)::date,
                  r.planned_date)) AS days
         FROM ar_reminder r LEFT JOIN ar_strategy_step s ON s.id = r.step_id
        WHERE r.debtor_id = n.debtor_id
          AND ((r.state IN ('done', 'in_doubt', 'sending')
                AND r.purpose NOT IN ('thanks', 'info') AND r.channel <> 'task')
               OR (r.state = 'cancelled' AND r.cancel_code = 'by_person'
                   AND s.trigger = 'broken'))) last
 WHERE n.debtor_id = ANY(%(debtors)s) AND n.hold_until + 1 > %(since)s
   AND n.state IN ('active', 'to_review', 'broken', 'partly')
 GROUP BY n.id, last.days
 ORDER BY n.debtor_id, n.id
"""


class ArFactsBroken(models.AbstractModel):
    """Which announced payments did not come, with nobody contacted since."""

    _inherit = "ar.facts"

    def _ar_account_facts(
        self, company, debtors, as_of, extra, settings, history=None, walk=None
    ):
        facts = super()._ar_account_facts(
            company, debtors, as_of, extra, settings, history, walk
        )
        for debtor_id, broken in self._ar_broken(debtors, as_of, walk).items():
            facts[debtor_id]["broken"] = broken
        return facts

    @api.model
    def _ar_broken(self, debtors, as_of, walk=None):
        """``{account id: (engine.facts.Broken, ...)}`` on that day."""
        since = as_of - timedelta(days=REMEMBERED_DAYS)
        # Of all days for a simulation, of those that count for one day.
        first = since if walk is None else date.min
        rows = self._ar_once(
            walk, "broken", lambda: self._ar_broken_rows(debtors, first)
        )
        found = {}
        for debtor_id, name, expected, day, moves, contacts in rows:
            if not since < day <= as_of:
                continue
            if any(day <= contact <= as_of for contact in contacts or ()):
                continue
            one = Broken(name, day, frozenset(moves), expected)
            found[debtor_id] = (*found.get(debtor_id, ()), one)
        return found

    @api.model
    def _ar_broken_rows(self, debtors, since=date.min):
        steps = self.env["ar.strategy.step"].sudo()
        if not debtors or not steps.search_count([("trigger", "=", TRIGGER)], limit=1):
            return []
        self.env["ar.payment.notice"].flush_model()
        self.env["ar.payment.notice.line"].flush_model()
        self.env["ar.reminder"].flush_model()
        self.env.cr.execute(SQL(BROKEN_SQL, debtors=debtors.ids, since=since))
        return self.env.cr.fetchall()
