from odoo import fields, models


class ArPayerWhyLine(models.TransientModel):
    """One payment, or one unpaid rest, and what it weighs."""

    _name = "ar.payer.why.line"
    _description = "Payment behind a payer profile"
    _order = "id"

    wizard_id = fields.Many2one("ar.payer.why", required=True, ondelete="cascade")
    move_id = fields.Many2one("account.move", "Invoice", readonly=True)
    due_date = fields.Date("Due on", readonly=True)
    paid_date = fields.Date("Paid on", readonly=True)
    amount = fields.Monetary(readonly=True)
    currency_id = fields.Many2one(related="wizard_id.currency_id")
    days = fields.Integer("Days late", readonly=True)
    added = fields.Float(
        "Days added to the mean", digits=(8, 1), readonly=True, help="What it weighs."
    )

    def action_open_invoice(self):
        """The invoice itself."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.move_id.id,
            "view_mode": "form",
        }
