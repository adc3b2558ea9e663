from odoo import api, fields, models

ROLES = [
    ("collections", "Collections"),
    ("billing", "Billing"),
    ("sales", "Sales"),
    ("logistics", "Logistics"),
    ("service", "Customer service"),
    ("accounting", "Accounting"),
    ("treasury", "Treasury"),
    ("it", "IT"),
]


class ArDisputeReason(models.Model):
    """Why a customer contests, and who answers for it."""

    _name = "ar.dispute.reason"
    _description = "Dispute reason"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", help="Empty: for every company.")
    owner_role = fields.Selection(
        ROLES,
        default="collections",
        required=True,
        help="Sales is the salesperson of the invoice, collections the collector of "
        "the account; who the others are is set per company.",
    )
    owner_id = fields.Many2one(
        "res.users",
        "Person",
        domain=[("share", "=", False)],
        help="Answers for this reason, whatever the role.",
    )
    team_id = fields.Many2one(
        "ar.dispute.team",
        ondelete="set null",
        help="Answers for this reason, unless a person is named: whoever of the team "
        "has the fewest open disputes.",
    )
    target_days = fields.Integer(
        "Days to answer",
        default=10,
        help="Past that day the dispute goes to the lead or the manager.",
    )

    _code_unique = models.UniqueIndex(
        "(code, COALESCE(company_id, 0))", "This code exists already."
    )

    @api.model
    def _ar_of_code(self, code, company):
        """The reason with this code, the company's own first; empty without one."""
        if not code:
            return self.browse()
        return self.search(
            [("code", "=", code), ("company_id", "in", (False, company.id))],
            order="company_id",
            limit=1,
        )
