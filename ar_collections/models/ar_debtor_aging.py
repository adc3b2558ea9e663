from odoo import fields, models
from odoo.tools import SQL

from ..engine.statement import AGES

AGED = ("aged_not_due", "aged_1", "aged_31", "aged_61", "aged_91")

AGING_SQL = """
SELECT i.debtor_id,
       width_bucket(t.today - part.due, %(ages)s::int[]),
       sum(part.amount), count(*)
  FROM ar_item i
  JOIN unnest(%(debtors)s::int[], %(days)s::date[]) AS t(debtor_id, today)
    ON t.debtor_id = i.debtor_id
 CROSS JOIN LATERAL (
       SELECT COALESCE(i.confirmed_due_date, i.due_date) AS due,
              i.company_residual::numeric AS amount
        WHERE i.instalments IS NULL
        UNION ALL
       -- In a plan: by instalment.
       SELECT slice.due, slice.amount
         FROM jsonb_to_recordset(i.instalments) AS slice(due date, amount numeric)
      ) part
 WHERE i.is_open AND NOT COALESCE(i.is_credit, FALSE) AND i.scope_code IS NULL
 GROUP BY 1, 2
"""


class ArDebtorAging(models.Model):
    """What an account owes, by age, in the currency of the company.

    The parts add up to what is open within scope; those late to ``amount_overdue``.
    """

    _inherit = "ar.debtor"

    aged_not_due = fields.Monetary("Not due", compute="_compute_aged")
    aged_1 = fields.Monetary("1–30 days", compute="_compute_aged")
    aged_31 = fields.Monetary("31–60 days", compute="_compute_aged")
    aged_61 = fields.Monetary("61–90 days", compute="_compute_aged")
    aged_91 = fields.Monetary("Over 90 days", compute="_compute_aged")
    aging = fields.Json(compute="_compute_aged", export_string_translation=False)

    def _compute_aged(self):
        told = self._ar_aging()
        for debtor in self:
            parts = told.get(debtor.id, {})
            for number, name in enumerate(AGED):
                debtor[name] = parts.get(number, (0.0, 0))[0]
            debtor.aging = [
                {
                    "label": self._fields[name]._description_string(self.env),
                    "amount": debtor[name],
                    "count": parts.get(number, (0.0, 0))[1],
                    "from": number and AGES[number - 1],
                    "to": AGES[number] - 1 if number < len(AGES) else False,
                }
                for number, name in enumerate(AGED)
            ]

    def _ar_aging(self):
        """``{account id: {age: (amount, items)}}``; age 0 is not due."""
        if not self.ids:
            return {}
        self.env["ar.item"].flush_model()
        today = {c: c._ar_today() for c in self.company_id}
        self.env.cr.execute(
            SQL(
                AGING_SQL,
                ages=list(AGES),
                debtors=self.ids,
                days=[today[debtor.company_id] for debtor in self],
            )
        )
        told = {}
        for debtor_id, age, amount, count in self.env.cr.fetchall():
            told.setdefault(debtor_id, {})[age] = (amount, count)
        return told

    def action_open_aged(self, days_from, days_to):
        """Open items of one age.

        :param int days_from: first day late, 0: what is not due
        :param days_to: last day late, False: no end
        """
        self.ensure_one()
        self.check_access("read")
        today = self.company_id._ar_today()
        late = {
            item.id: [(today - due).days for due in item._ar_due_days()]
            for item in self.open_item_ids
            if not item.is_credit and not item.scope_code
        }
        last = days_to if days_to else float("inf" if days_from else 0)
        first = days_from or float("-inf")
        ids = [
            item_id
            for item_id, told in late.items()
            if any(first <= days <= last for days in told)
        ]
        action = self._ar_action("ar_item_action")
        action["domain"] = [("id", "in", ids)]
        return action
