from odoo import fields, models


class ResPartnerCall(models.Model):
    _inherit = "res.partner"

    ar_wrong_number = fields.Boolean(
        "Wrong contact",
        copy=False,
        help="A collector found that this is not who deals with payments: somebody "
        "else is proposed. A new phone number lifts it.",
    )

    def write(self, vals):
        if "phone" in vals and "ar_wrong_number" not in vals:
            vals = {**vals, "ar_wrong_number": False}
        return super().write(vals)
