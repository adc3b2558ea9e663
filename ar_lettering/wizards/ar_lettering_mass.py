from odoo import api, fields, models

PROPOSED = [("state", "=", "proposed"), ("rank", "=", 1)]


class ArLetteringMass(models.TransientModel):
    """Validate at once all proposals that are likely enough."""

    _name = "ar.lettering.mass"
    _description = "Validate likely proposals"

    probability = fields.Float(
        "Probability from", default=0.95, required=True, help="Between 0 and 100 %."
    )
    with_gaps = fields.Boolean(
        "Also with a gap",
        help="Also proposals that write a difference off, or leave one open.",
    )
    company_id = fields.Many2one(
        "res.company", default=lambda self: self.env.company, required=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    count = fields.Integer("Receipts", compute="_compute_count")
    amount = fields.Monetary("Total", compute="_compute_count")

    @api.depends("probability", "with_gaps", "company_id")
    def _compute_count(self):
        for mass in self:
            proposals = mass._ar_proposals()
            mass.count = len(proposals)
            mass.amount = sum(
                p.st_line_id.amount
                for p in proposals
                if p.currency_id == mass.currency_id
            )

    def _ar_proposals(self):
        domain = [
            *PROPOSED,
            ("probability", ">=", self.probability),
            ("company_id", "=", self.company_id.id),
        ]
        if not self.with_gaps:
            domain.append(("gap_kind", "in", (False, "none")))
        return self.env["ar.lettering.proposal"].search(domain)

    def action_validate(self):
        """Book them, in batches, and tell how many were."""
        self.ensure_one()
        proposals = self._ar_proposals()
        booked, failed = proposals._ar_validate()
        return proposals._ar_notify_validated(booked, failed)
