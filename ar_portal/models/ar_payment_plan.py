from odoo import fields, models


class ArPaymentPlan(models.Model):
    _inherit = "ar.payment.plan"

    def _ar_portal_terms(self):
        """What a customer agrees to, in data that no language changes."""
        self.ensure_one()
        return {
            "plan": self.id,
            "currency": self.currency_id.name,
            "instalments": [
                (fields.Date.to_string(line.due_date), f"{line.amount:.6f}")
                for line in self._ar_instalments()
            ],
            "invoices": sorted(
                (part.move_id.name or "", part.item_id.id, f"{part.amount:.6f}")
                for part in self.part_ids
            ),
            "rules": (
                self.fail_rule,
                self.grace_days,
                self.deposit_first,
                self.freeze_claims,
            ),
        }
