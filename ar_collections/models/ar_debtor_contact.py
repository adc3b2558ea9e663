from odoo import fields, models


class ArDebtorContact(models.Model):
    """Contacts of an account besides those of the ladder itself."""

    _inherit = "ar.debtor"

    approver_contact_id = fields.Many2one(
        "res.partner",
        "Approver or buyer's service",
        ondelete="set null",
        help="Who approves the invoices at the customer, such as the service named "
        "on the buyer's platform.",
    )
    paying_centre_id = fields.Many2one(index="btree_not_null")
