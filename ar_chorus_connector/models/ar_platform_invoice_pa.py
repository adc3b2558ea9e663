from odoo import fields, models

from .ar_platform_pa import PA


class ArPlatformInvoice(models.Model):
    """Invoices that an accredited platform knows."""

    _inherit = "ar.platform.invoice"

    is_public = fields.Boolean(
        "Public buyer", readonly=True, help="As the platform's processing rule says."
    )

    def action_retry(self):
        """What failed on an accredited platform is read from its messages again."""
        mine = self.filtered(lambda link: link.platform_id.kind in PA)
        flows = self.env["ar.platform.flow"].search(
            [("link_ids", "in", mine.ids), ("error", "!=", False)]
        )
        flows.sudo().retry_at = False
        return super().action_retry()
