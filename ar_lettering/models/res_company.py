from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    ar_lettering_auto = fields.Boolean(
        "Book certain matches",
        default=True,
        help="Receipts that name what they pay, to the cent and with nothing against "
        "it, are matched and booked by themselves. Otherwise they are proposed.",
    )
