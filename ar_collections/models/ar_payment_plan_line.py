from odoo import api, fields, models


class ArPaymentPlanLine(models.Model):
    """One instalment: a date and an amount."""

    _name = "ar.payment.plan.line"
    _description = "Instalment of a plan"
    _order = "plan_id, due_date, id"
    _rec_name = "due_date"

    plan_id = fields.Many2one(
        "ar.payment.plan", required=True, ondelete="cascade", index=True
    )
    currency_id = fields.Many2one(related="plan_id.currency_id")
    due_date = fields.Date("Due on", required=True)
    amount = fields.Monetary(required=True)
    # Written when the plan is judged: payments go to the oldest instalment first.
    amount_received = fields.Monetary("Received", readonly=True, copy=False)
    status = fields.Selection(
        [
            ("ahead", "To come"),
            ("partly", "Partly paid"),
            ("late", "Late"),
            ("paid", "Paid"),
        ],
        compute="_compute_status",
    )

    _amount_positive = models.Constraint(
        "CHECK(amount > 0)", "An instalment must be positive."
    )

    @api.depends("due_date", "amount", "amount_received")
    def _compute_status(self):
        today = {c: c._ar_today() for c in self.plan_id.company_id}
        for line in self:
            left = line.amount - line.amount_received
            if line.currency_id.compare_amounts(left, 0) <= 0:
                line.status = "paid"
            elif line.due_date and line.due_date < today.get(
                line.plan_id.company_id, line.due_date
            ):
                line.status = "late"
            else:
                line.status = "partly" if line.amount_received else "ahead"

    @api.model_create_multi
    def create(self, vals_list):
        plans = self.env["ar.payment.plan"].browse(v["plan_id"] for v in vals_list)
        plans._ar_change_terms()
        return super().create(vals_list)

    def write(self, vals):
        if {"due_date", "amount", "plan_id"} & vals.keys():
            self.plan_id._ar_change_terms()
        return super().write(vals)

    def unlink(self):
        self.plan_id._ar_change_terms()
        return super().unlink()
