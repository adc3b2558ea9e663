from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    ar_portal_enabled = fields.Boolean(
        "Customer page",
        default=True,
        help="Reminders carry a link to a page where the customer sees what is due "
        "and can answer. Without it, links already sent open nothing.",
    )
    ar_portal_link_days = fields.Integer("Links are valid for (days)", default=60)

    _ar_portal_link_days_range = models.Constraint(
        "CHECK(ar_portal_link_days BETWEEN 1 AND 365)",
        "A link to the customer page is valid for 1 to 365 days.",
    )
