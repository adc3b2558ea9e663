from odoo import api, models
from odoo.tools import format_amount


class ResCurrency(models.Model):
    _inherit = "res.currency"

    @api.model
    def _ar_of(self, code):
        """The currency of an ISO code, also one that is no longer active."""
        known = self.env.cr.cache.setdefault("ar_currencies", {})
        if code not in known:
            currencies = self.with_context(active_test=False)
            known[code] = currencies.search([("name", "=", code)], limit=1).id
        return self.browse(known[code])

    def _ar_amount(self, cents):
        """An amount in minor units, as a number of this currency."""
        return cents / 10**self.decimal_places

    def _ar_written(self, cents):
        """An amount in minor units, as people read it in the current language."""
        return format_amount(self.env, self._ar_amount(cents), self)

    def _ar_printed(self, amount):
        """An amount for mails and letters, in the current language.

        A line break inside would make two amounts of it; the invisible joiner after
        the sign shows as a box in some mail readers.
        """
        text = format_amount(self.env, amount, self)
        return text.replace(" ", "\u00a0").replace("\ufeff", "")
