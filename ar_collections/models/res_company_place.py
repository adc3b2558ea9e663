from odoo import models

from ..engine.places import place_of
from ..engine.windows import Place


class ResCompanyPlace(models.Model):
    """The country whose calendar the company's own working days follow."""

    _inherit = "res.company"

    def _ar_place(self):
        """Where the company is (``engine.windows.Place``)."""
        self.ensure_one()
        company, tz = self.sudo(), self.ar_tz or "Europe/Paris"
        place = place_of(
            company.country_id.code, company.state_id.code, company.zip, tz
        )
        return place or Place(tz)
