from odoo import models

from ..engine.ladder import step_for


class ArReminderOpensCase(models.Model):
    """A step of the ladder that opens a case writes to nobody."""

    _inherit = "ar.reminder"

    def _ar_open_case(self):
        """Open the case that this planned step asks for.

        Items that were in a case before are left to people: the reminder stays.

        :return: whether a case was opened
        """
        self.ensure_one()
        debtor, step = self.debtor_id, self.step_id
        fact = self.env["ar.facts"]._ar_load(debtor)[debtor.id]
        come = [
            item.id
            for item in fact.items
            if self.unit_key in ("account", f"move:{item.move_id}")
            and item.chaseable > 0
            and getattr(step_for(fact, item)[0], "id", None) == step.id
        ]
        items = self.env["ar.item"].browse(come)
        items -= items._ar_ever_in_case()
        if not items:
            self.mode = "manual"
            return False
        say = self._ar_in_company_language()
        self._ar_cancel("case_opened")
        self.env["ar.case"]._ar_open(
            {
                "debtor_id": debtor.id,
                "item_ids": items.ids,
                "origin": "ladder",
                "reason": say.env._("Step “%(step)s”", step=say.step_id.name),
            }
        )
        return True
