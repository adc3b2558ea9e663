from collections import defaultdict
from dataclasses import replace

from odoo import models

from ..engine.in_case import in_case_on, with_cases

#: Lines of cases of some accounts, those that hold their item or ever did.
CASES_SQL = """
SELECT i.debtor_id, l.id, l.item_id, c.name, l.opened_on, l.holds
  FROM ar_case_line l
  JOIN ar_item i ON i.id = l.item_id
  JOIN ar_case c ON c.id = l.case_id
 WHERE i.debtor_id = ANY(%(debtors)s) AND l.opened_on IS NOT NULL
   AND (l.holds OR %(past)s)
 ORDER BY l.id
"""


class ArFactsCase(models.AbstractModel):
    """Items in an open recovery case have left the ladder, on past days too."""

    _inherit = "ar.facts"

    def _ar_load_company(self, company, debtors, as_of, lines, history=None, walk=None):
        facts = super()._ar_load_company(
            company, debtors, as_of, lines, history=history, walk=walk
        )
        if self.env.context.get("ar_within_case"):
            # The case itself asks what may be asked for.
            return facts
        kept = self._ar_once(walk, "cases", lambda: self._ar_cases(debtors, history))
        for debtor_id, rows in kept.items():
            if debtor_id in facts:
                fact = facts[debtor_id]
                items = with_cases(fact.items, in_case_on(rows, as_of))
                facts[debtor_id] = replace(fact, items=items)
        return facts

    def _ar_cases(self, debtors, history=None):
        """``{account id: rows of engine.in_case.in_case_on}``.

        :param history: of a past day: cases that have ended count too
        """
        self.env["ar.case.line"].flush_model()
        rows = self._ar_rows(CASES_SQL, debtors=debtors.ids, past=bool(history))
        ids = [row[1] for row in rows]
        changes = self._ar_changed("ar.case.line", ids, "holds", history)
        found = defaultdict(list)
        for debtor_id, line_id, item_id, name, since, holds in rows:
            since_then = changes.get(line_id, ())
            found[debtor_id].append((item_id, name, since, holds, since_then))
        return dict(found)
