from odoo import api, fields, models


class ResCompany(models.Model):
    """From when on a match is booked without a person."""

    _inherit = "res.company"

    ar_lettering_auto_probability = fields.Float(
        "Booked from probability",
        default=0.995,
        digits=(5, 4),
        help="Matches at least this likely, with nothing against them, are booked by "
        "themselves: 0.995 means one error in two hundred at most.",
    )
    ar_lettering_earn = fields.Integer(
        "Confirmations that an error costs",
        default=3,
        help="After a match without a citation was refused or undone, so many "
        "confirmations of the same customer are needed before such matches are "
        "booked by themselves again.",
    )

    ar_lettering_parts = fields.Boolean(
        "Book part payments",
        default=True,
        help="A known customer who pays a part of the one invoice that he names, less "
        "by more than a bank fee, has it booked on that invoice; the rest stays open, "
        "in dispute when it seems to be a deduction.",
    )

    _ar_lettering_probability_range = models.Constraint(
        "CHECK (ar_lettering_auto_probability BETWEEN 0.5 AND 1)",
        "The probability is between 0.5 and 1.",
    )

    @api.private
    def _ar_with_branches(self):
        """:return: these companies and their branches"""
        return self.search([("id", "child_of", self.ids)])
