from odoo import fields, models
from odoo.tools import SQL


class ArItemPlan(models.Model):
    """An item in an instalment plan: the dates of its instalments count."""

    _inherit = "ar.item"

    instalments = fields.Json(
        readonly=True,
        help="While a plan is in force: date and amount, in the currency of the "
        "company, of each instalment still to pay. No value otherwise.",
    )
    status = fields.Selection(selection_add=[("planned", "In a plan"), ("held",)])

    _planned = models.Index("(debtor_id) WHERE instalments IS NOT NULL")

    def _ar_in_plans(self, debtor_ids):
        """Ids of items whose instalments are kept, settled ones too."""
        self.flush_model()
        self.env.cr.execute(
            SQL(
                "SELECT id FROM ar_item"
                " WHERE debtor_id = ANY(%s) AND instalments IS NOT NULL",
                debtor_ids,
            )
        )
        return [row[0] for row in self.env.cr.fetchall()]

    def _ar_plan_wizard(self):
        """Dialog that prepares an instalment plan for these items."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Instalment plan"),
            "res_model": "ar.payment.plan.new",
            "view_mode": "form",
            "target": "new",
            "context": {"default_item_ids": self.ids},
        }

    def action_new_plan(self):
        """Prepare an instalment plan for these items."""
        return self._ar_plan_wizard()

    def _ar_due_days(self):
        """Days on which the parts of this item fall due."""
        self.ensure_one()
        if self.instalments:
            return [fields.Date.to_date(one["due"]) for one in self.instalments]
        due = self.confirmed_due_date or self.due_date
        return [due] if due else []

    def _compute_days_overdue(self):
        result = super()._compute_days_overdue()
        today = fields.Date.context_today(self)
        for item in self.filtered(lambda i: i.is_open and i.instalments):
            item.days_overdue = (today - min(item._ar_due_days())).days
        return result

    def _ar_status(self):
        status = super()._ar_status()
        if status == "held" and self.instalments:
            return "overdue" if self.days_overdue > 0 else "planned"
        return status
