from odoo import api, fields, models

CODES = [
    ("serve", "Time to serve an order to pay"),
    ("oppose", "Time of the debtor to oppose"),
    ("enforce", "Time after which the order is enforced without opposition"),
    ("notice", "Time that a formal notice leaves"),
    ("contribution", "Contribution for economic justice"),
    ("collector_text", "Text that a collector reproduces"),
]


class ArLegalTerm(models.Model):
    """A time or an amount of the law, since when, and where it is written."""

    _name = "ar.legal.term"
    _description = "Rule of procedure"
    _order = "code, valid_from desc"

    name = fields.Char(required=True, translate=True)
    code = fields.Selection(CODES, "Rule", required=True)
    number = fields.Integer(required=True)
    unit = fields.Selection(
        [("days", "Days"), ("months", "Months"), ("amount", "Euros")], required=True
    )
    valid_from = fields.Date(
        required=True, help="First day; of an order, the day it was issued."
    )
    valid_until = fields.Date(help="Last day; empty: no end is known.")
    source = fields.Char(required=True, help="Article of law.")
    note = fields.Text(translate=True, help="Who is concerned; what is not certain.")
    law_text = fields.Text("Text of the law", help="Reproduced word for word.")
    checked_on = fields.Date("Checked on", help="When the source was last read.")

    _code_unique = models.Constraint(
        "UNIQUE(code, valid_from)", "This rule has a row for that day."
    )
    _number_positive = models.Constraint(
        "CHECK(number >= 0)", "A rule of procedure has no negative number."
    )

    @api.model
    def _ar_term(self, code, day):
        """The rule in force on a day; empty when there is none."""
        return self.sudo().search(
            [
                ("code", "=", code),
                ("valid_from", "<=", day),
                "|",
                ("valid_until", "=", False),
                ("valid_until", ">=", day),
            ],
            order="valid_from desc",
            limit=1,
        )
