from odoo import fields, models


class ArDebtorPrivacy(models.Model):
    """What only some may read of an account, and what may not be erased yet."""

    _inherit = "ar.debtor"

    note = fields.Html(groups="ar_collections.group_notes")
    legal_hold = fields.Boolean(
        tracking=True,
        help="Nothing about this account is erased, by no rule and at no request:"
        " a court, an auditor or an inspection may ask for it.",
    )
    legal_hold_reason = fields.Char("Held because of", tracking=True)
