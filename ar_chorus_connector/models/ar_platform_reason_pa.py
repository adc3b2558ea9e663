from odoo import fields, models

from .ar_platform_pa import PA_KINDS


class ArPlatformReason(models.Model):
    """Reason codes of the lifecycle (MDT-113)."""

    _inherit = "ar.platform.reason"

    kind = fields.Selection(selection_add=PA_KINDS[:1], ondelete={"pa": "cascade"})
