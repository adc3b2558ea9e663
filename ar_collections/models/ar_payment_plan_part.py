from odoo import api, fields, models


class ArPaymentPlanPart(models.Model):
    """What a plan covers of one invoice."""

    _name = "ar.payment.plan.part"
    _description = "Invoice in a plan"
    _order = "plan_id, id"
    _rec_name = "move_id"

    plan_id = fields.Many2one(
        "ar.payment.plan", required=True, ondelete="cascade", index=True
    )
    currency_id = fields.Many2one(related="plan_id.currency_id")
    move_id = fields.Many2one(
        "account.move", "Invoice", required=True, ondelete="cascade", index=True
    )
    item_id = fields.Many2one("ar.item", ondelete="set null", index="btree_not_null")
    due_date = fields.Date("Due on", related="item_id.due_date")
    amount = fields.Monetary("Covered", required=True)
    residual = fields.Monetary("Open amount", related="item_id.residual")

    _amount_positive = models.Constraint(
        "CHECK(amount > 0)", "A plan covers an amount that is positive."
    )

    @api.model_create_multi
    def create(self, vals_list):
        plans = self.env["ar.payment.plan"].browse(v["plan_id"] for v in vals_list)
        plans._ar_change_terms()
        return super().create(vals_list)

    def write(self, vals):
        self.plan_id._ar_change_terms()
        return super().write(vals)

    def unlink(self):
        self.plan_id._ar_change_terms()
        return super().unlink()
