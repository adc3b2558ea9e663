from odoo import fields, models

from .ar_dispute_reason import ROLES


class ArDisputeRole(models.Model):
    """Who holds a role in a company: a person or a team."""

    _name = "ar.dispute.role"
    _description = "Who answers disputes"
    _order = "company_id, role"
    _rec_name = "role"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
    )
    role = fields.Selection(
        [(code, label) for code, label in ROLES if code != "collections"],
        required=True,
        help="Sales is used for invoices without a salesperson.",
    )
    user_id = fields.Many2one("res.users", "Person", domain=[("share", "=", False)])
    team_id = fields.Many2one("ar.dispute.team", ondelete="cascade")

    _role_unique = models.UniqueIndex(
        "(company_id, role)", "Somebody holds this role in this company already."
    )
    _person_or_team = models.Constraint(
        "CHECK(num_nonnulls(user_id, team_id) = 1)",
        "A role is held by one person, or by one team.",
    )
