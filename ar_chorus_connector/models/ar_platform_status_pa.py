from odoo import api, fields, models

from .ar_platform_pa import PA, PA_KINDS


class ArPlatformStatus(models.Model):
    """Every accredited platform speaks the codes of one table."""

    _inherit = "ar.platform.status"

    kind = fields.Selection(selection_add=PA_KINDS[:1], ondelete={"pa": "cascade"})

    @api.model
    def _table_kind(self, kind):
        return "pa" if kind in PA else super()._table_kind(kind)
