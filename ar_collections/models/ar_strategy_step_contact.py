from odoo import fields, models


class ArStrategyStepContact(models.Model):
    """Whom a step writes to, who gets a copy, and what goes along."""

    _inherit = "ar.strategy.step"

    recipient = fields.Selection(
        selection_add=[("approver", "Approver or buyer's service")],
        ondelete={"approver": "set default"},
        default="collections",
        help="Named on the account; when that contact is missing or has no address, "
        "the collections contact, then the billing contact is written to, and the "
        "reminder tells so.",
    )
    copy_manager = fields.Boolean("Copy to the collector's manager")
    copy_salesperson = fields.Boolean("Copy to the customer's salesperson")
    copy_partner_ids = fields.Many2many(
        "res.partner",
        "ar_strategy_step_copy_rel",
        "step_id",
        "partner_id",
        string="Copy to",
    )
    attach_invoices = fields.Boolean(
        "Attach the invoices",
        help="The PDF of each invoice as it was issued; never printed anew.",
    )
    attach_statement = fields.Boolean("Attach a statement of account")
