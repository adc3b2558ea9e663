from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResPartner(models.Model):
    _inherit = "res.partner"

    ar_legal_delay = fields.Integer(
        "Legal payment delay (days)",
        help="Public buyers: 30 days for the State and local bodies, 50 for public "
        "health establishments, 60 for other public undertakings. 0: as the connection "
        "to their platform says.",
    )

    @api.constrains("ar_legal_delay")
    def _check_ar_legal_delay(self):
        if any(not 0 <= partner.ar_legal_delay <= 60 for partner in self):
            raise ValidationError(
                self.env._("The legal payment delay is 60 days at most.")
            )

    def write(self, vals):
        result = super().write(vals)
        if "ar_legal_delay" in vals:
            links = self.env["ar.platform.invoice"].sudo()
            links = links.search([("move_id.commercial_partner_id", "in", self.ids)])
            links.stale = True
        return result


class ArPlatformDelay(models.Model):
    """The delay of its own that a public buyer has."""

    _inherit = "ar.platform.invoice"

    def _delay_days(self, move):
        own = move.commercial_partner_id.ar_legal_delay
        return own or super()._delay_days(move)
