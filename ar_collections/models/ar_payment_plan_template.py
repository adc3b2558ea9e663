from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine.instalments import WHOLE, Terms, propose
from .ar_payment_plan import RULES

#: Fields that a plan takes over, and that the dialog lets people change before.
PLAN_FIELDS = ("deposit_first", "fail_rule", "grace_days", "freeze_claims")


class ArPaymentPlanTemplate(models.Model):
    """The shape of a plan: 3 × 30 days, half and half, a deposit then months…"""

    _name = "ar.payment.plan.template"
    _description = "Template of instalment plans"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company", help="Empty: of all companies.", ondelete="cascade"
    )
    count = fields.Integer(
        "Instalments",
        default=3,
        required=True,
        help="Equal instalments, after the first payment if there is one.",
    )
    every = fields.Integer(default=1, required=True)
    unit = fields.Selection(
        [("days", "Days"), ("months", "Months")], default="months", required=True
    )
    after = fields.Integer(
        "First after",
        default=1,
        help="From the start of the plan to its first equal instalment.",
    )
    month_end = fields.Boolean("At the end of the month")
    deposit_percent = fields.Float(
        "First payment (%)",
        digits=(5, 2),
        help="Part of the whole that is due on the day the plan starts; 0: none.",
    )
    deposit_first = fields.Boolean("Stands on its first payment")
    fail_rule = fields.Selection(RULES, "Fails", default="first", required=True)
    grace_days = fields.Integer("Days of grace", default=8)
    freeze_claims = fields.Boolean("Suspend late interest")

    @api.constrains("count", "every", "after", "deposit_percent", "grace_days")
    def _check_shape(self):
        for template in self:
            if (
                not 1 <= template.count <= 120
                or template.every < 1
                or template.after < 0
                or template.grace_days < 0
                or not 0 <= template.deposit_percent < 100
            ):
                raise ValidationError(
                    template.env._(
                        "A plan has 1 to 120 instalments, at least one day or month "
                        "apart, and a first payment of less than 100 %."
                    )
                )

    def _ar_terms(self):
        """The engine's :class:`engine.instalments.Terms`."""
        self.ensure_one()
        return Terms(
            count=self.count,
            every=self.every,
            unit=self.unit,
            after=self.after,
            deposit=round(self.deposit_percent * WHOLE / 100),
            month_end=self.month_end,
        )

    def _ar_lines(self, total, currency, start):
        """Values of the instalments of that amount.

        :return: ``[{"due_date", "amount"}]``
        """
        unit = 10**currency.decimal_places
        return [
            {"due_date": one.due, "amount": currency.round(one.cents / unit)}
            for one in propose(round(total * unit), self._ar_terms(), start)
        ]

    def _ar_plan_values(self):
        """Rules that a plan takes over from its template."""
        return {name: self[name] for name in PLAN_FIELDS}
