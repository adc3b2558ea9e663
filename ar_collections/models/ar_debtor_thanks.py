from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..engine.facts import Step

#: A payment that comes later than this after the reminder is not its answer.
THANKS_DAYS = 60
#: Holds after which a friendly word would be out of place too.
NO_THANKS = ("insolvency", "no_chasing", "hold_until")

#: Last contact of each account that asks for thanks, when all that it asked for was
#: settled, some of it by a payment, and nothing is overdue.
THANKS_SQL = """
SELECT d.id, r.id
  FROM ar_debtor d
  JOIN ar_strategy s ON s.id = d.strategy_id AND s.thank_you
  JOIN LATERAL (
       SELECT c.id, c.sent_at FROM ar_reminder c
        WHERE c.debtor_id = d.id AND c.state = 'done' AND c.channel <> 'task'
          AND c.purpose NOT IN ('thanks', 'info')
        ORDER BY c.sent_at DESC, c.id DESC LIMIT 1) r ON TRUE
 WHERE d.partner_id = ANY(%(partners)s) AND d.active
   AND r.sent_at >= %(since)s
   AND COALESCE(d.amount_overdue, 0) <= 0
   AND d.insolvency IS NULL AND d.no_chasing IS NOT TRUE
   AND (d.hold_until IS NULL OR d.hold_until <= %(today)s)
   AND NOT EXISTS (SELECT 1 FROM ar_reminder t WHERE t.thanks_for_id = r.id)
   AND NOT EXISTS (
       SELECT 1 FROM ar_reminder_line l JOIN ar_item i ON i.id = l.item_id
        WHERE l.reminder_id = r.id AND i.is_open)
   AND EXISTS (
       SELECT 1 FROM ar_reminder_line l JOIN account_move m ON m.id = l.move_id
        WHERE l.reminder_id = r.id
          AND (m.move_type = 'entry' OR m.payment_state IN ('paid', 'in_payment')))
 ORDER BY d.id
"""


class ArDebtorThanks(models.Model):
    """A word of thanks for those who have paid what a reminder asked for."""

    _inherit = "ar.debtor"

    def _ar_plan_chunk(self, partner_ids):
        summary = super()._ar_plan_chunk(partner_ids)
        thanks = self._ar_plan_thanks(partner_ids)
        if thanks:
            summary["thanks"] = len(thanks)
        return summary

    @api.model
    def _ar_plan_thanks(self, partner_ids):
        """Plan the thanks that these customers deserve; once per last reminder.

        :return: the reminders planned, of purpose ``thanks``
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                THANKS_SQL,
                partners=list(partner_ids),
                since=fields.Datetime.now() - timedelta(days=THANKS_DAYS),
                today=fields.Date.context_today(self),
            )
        )
        now = fields.Datetime.now()
        return (
            self.env["ar.reminder"]
            .sudo()
            .create(
                [
                    self.sudo().browse(debtor_id)._ar_thanks_values(reminder_id, now)
                    for debtor_id, reminder_id in self.env.cr.fetchall()
                ]
            )
        )

    def _ar_thanks_values(self, reminder_id, now):
        strategy = self.strategy_id
        hours = strategy.confirm_hours if strategy.mode == "confirm" else 0
        step = Step(0, "", 0, channel="email", mode=strategy.mode)
        return {
            "debtor_id": self.id,
            "company_id": self.company_id.id,
            "unit_key": f"thanks:{reminder_id}",
            "thanks_for_id": reminder_id,
            "purpose": "thanks",
            "strategy_id": strategy.id,
            "channel": "email",
            "mode": strategy.mode,
            "planned_date": self.company_id._ar_today(),
            "release_at": self._ar_release_at(
                strategy, step, now + timedelta(hours=hours)
            ),
            "reasons": [{"code": "thanks", "params": {}}],
            "user_id": self.collector_id.id,
        }

    @api.model
    def _ar_recheck(self, reminders):
        thanks = reminders.filtered(lambda r: r.purpose == "thanks")
        others = reminders - thanks
        told = super()._ar_recheck(others) if others else {}
        return told | self._ar_recheck_thanks(thanks)

    def _ar_recheck_thanks(self, reminders):
        """Whether thanks are still due: read live, like everything that leaves."""
        facts, told = self._ar_live_facts(reminders), {}
        for reminder in reminders:
            fact = facts[reminder.debtor_id.id]
            asked = set(reminder.thanks_for_id.line_ids.item_id.ids)
            debits = [i for i in fact.items if not i.is_credit and i.in_scope]
            late = [i for i in debits if i.due_date < fact.as_of or i.id in asked]
            code = "no_thanks_due" if late else False
            if any(hold.code in NO_THANKS for hold in fact.holds):
                code = "held_since"
            told[reminder.id] = self._ar_asks_nothing(code)
        return told

    @api.model
    def _ar_live_facts(self, reminders):
        """``{account id: facts}`` of these reminders, read now."""
        if not reminders:
            return {}
        debtors = reminders.debtor_id.sudo()
        _debtors, lines = self.sudo()._ar_sync_chunk(debtors.partner_id.ids)
        return self.env["ar.facts"]._ar_load(debtors, lines=lines)

    @api.model
    def _ar_asks_nothing(self, code):
        """What is found of a message without items; ``code`` says why it is dropped."""
        return {"ok": not code, "code": code, "lines": [], "credits": [], "totals": {}}
