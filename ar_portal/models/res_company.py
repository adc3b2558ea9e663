from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    ar_portal_enabled = fields.Boolean(
        "Customer page",
        default=True,
        help="Reminders carry a link to a page where the customer sees what is due "
        "and can answer. Without it, links already sent open nothing.",
    )
    ar_portal_proof = fields.Boolean("Customers send proofs of payment", default=True)
    ar_portal_promise = fields.Boolean("Customers promise a date", default=True)
    ar_portal_problem = fields.Boolean("Customers contest invoices", default=True)
    ar_portal_promise_days = fields.Integer("Promises reach ahead (days)", default=30)
    ar_portal_promise_changes = fields.Integer(
        "Changes of a promise",
        default=2,
        help="How often a customer may name another day for the same invoices "
        "within three months.",
    )
    ar_portal_qr = fields.Boolean(
        "QR code of the transfer",
        default=True,
        help="The page shows the bank details with a code that banks' apps read "
        "(SEPA, euro only).",
    )
    ar_portal_link_days = fields.Integer("Links are valid for (days)", default=60)

    _ar_portal_link_days_range = models.Constraint(
        "CHECK(ar_portal_link_days BETWEEN 1 AND 365)",
        "A link to the customer page is valid for 1 to 365 days.",
    )
    _ar_portal_promise_range = models.Constraint(
        "CHECK(ar_portal_promise_days BETWEEN 1 AND 180"
        " AND ar_portal_promise_changes BETWEEN 0 AND 20)",
        "A promise reaches 1 to 180 days ahead, and is changed 0 to 20 times.",
    )
