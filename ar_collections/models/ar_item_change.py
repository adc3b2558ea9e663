from odoo import fields, models

#: What people set on an item that changes the decision.
DECIDING = {"hold_until"}


class ArItemChange(models.Model):
    """Since when an item is known, and what people changed on it."""

    _inherit = "ar.item"

    seen_on = fields.Date(
        "Known since", readonly=True, help="Day on which it was first read as open."
    )

    def write(self, vals):
        Change = self.env["ar.change"].sudo()
        with Change._ar_watch(self, DECIDING & vals.keys()):
            return super().write(vals)
