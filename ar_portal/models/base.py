from odoo import models


class Base(models.AbstractModel):
    """What we add to Odoo's own models is for the people of the company.

    A portal user reads his own invoices, partners and the company by RPC, and with
    them every field that an add-on puts there. Ours are read for him by the pages.
    """

    _inherit = "base"

    def _has_field_access(self, field, operation):
        if field.name.startswith("ar_") and not self.env.su and self.env.user.share:
            return False
        return super()._has_field_access(field, operation)
