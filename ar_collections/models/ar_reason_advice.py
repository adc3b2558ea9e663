from odoo import api, fields, models


class ArReasonAdvice(models.Model):
    """What can be done about a reason, for who wants it to go away."""

    _inherit = "ar.reason"

    advice = fields.Char("What to do", translate=True)

    @api.model
    def _ar_advice(self, code):
        """What to do about this code, in the reader's language; False for nothing."""
        return self.sudo().search([("code", "=", code)], limit=1).advice
