from odoo import models


class ArItemCase(models.Model):
    """The recovery case that an instalment is in."""

    _inherit = "ar.item"

    def _ar_case(self):
        """The open case of this item, or none."""
        self.ensure_one()
        line = self.env["ar.case.line"].sudo()
        return line.search([("item_id", "=", self.id), ("holds", "=", True)]).case_id
