from odoo import fields, models


class ArPayerProfileWord(models.Model):
    """The word of the customer, beside how late he pays."""

    _inherit = "ar.payer.profile"

    word_count = fields.Integer(related="debtor_id.word_count")
    word_share = fields.Integer(related="debtor_id.word_share")
