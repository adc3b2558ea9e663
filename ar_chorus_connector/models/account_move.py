from odoo import api, fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    ar_platform_invoice_ids = fields.One2many(
        "ar.platform.invoice", "move_id", "On the buyer's platform", readonly=True
    )
    ar_platform_status = fields.Char(
        "Buyer's status", compute="_compute_ar_platform", compute_sudo=True
    )
    ar_platform_date = fields.Datetime(
        "Buyer's status on", compute="_compute_ar_platform", compute_sudo=True
    )
    ar_platform_comment = fields.Text(
        "Buyer's comment", compute="_compute_ar_platform", compute_sudo=True
    )
    ar_platform_effect = fields.Char(
        "Effect on chasing", compute="_compute_ar_platform", compute_sudo=True
    )

    @api.depends(
        "ar_platform_invoice_ids.status_code",
        "ar_platform_invoice_ids.comment",
        "ar_platform_invoice_ids.effect_text",
    )
    @api.depends_context("lang")
    def _compute_ar_platform(self):
        for move in self:
            # Decided together: the links of one invoice all say the same.
            link = move.ar_platform_invoice_ids[:1]
            move.ar_platform_status = link.status_label
            move.ar_platform_date = link.status_date
            move.ar_platform_comment = link.comment
            move.ar_platform_effect = link.effect_text if link else False
