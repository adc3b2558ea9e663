from odoo import models

from .ar_change import HEIGHT
from .ar_debtor import DECIDING


class ArDebtorChange(models.Model):
    """Settings of accounts are kept when they change: decisions can be told later."""

    _inherit = "ar.debtor"

    def write(self, vals):
        names = DECIDING & vals.keys()
        Change = self.env["ar.change"].sudo()
        before = Change._ar_values(self, names) if names else {}
        result = super().write(vals)
        if before:
            Change._ar_record_writes(self, names, before)
        return result

    def _ar_assign_strategies(self):
        before = {debtor.id: debtor.strategy_id.id for debtor in self}
        result = super()._ar_assign_strategies()
        self.env["ar.change"].sudo()._ar_record(
            self._name,
            [
                (debtor.id, "strategy_id", old, debtor.strategy_id.id)
                for debtor in self
                # The first one is no change: the account begins with it.
                for old in [before[debtor.id]]
                if old and old != debtor.strategy_id.id
            ],
        )
        return result

    def _ar_forget_heights(self, facts):
        before = {i: fact.ladder_level for i, fact in facts.items()}
        result = super()._ar_forget_heights(facts)
        self.env["ar.change"].sudo()._ar_record(
            self._name,
            [
                (debtor_id, HEIGHT, level, None)
                for debtor_id, level in before.items()
                if level is not None and facts[debtor_id].ladder_level is None
            ],
        )
        return result

    def _ar_skip_step(self, reminders):
        items = self.env["ar.item"].sudo()
        items = items.search([("debtor_id", "in", reminders.debtor_id.ids)])
        Change = self.env["ar.change"].sudo()
        before = Change._ar_values(items, ["step_delay"])
        result = super()._ar_skip_step(reminders)
        Change._ar_record_writes(items, ["step_delay"], before)
        return result
