from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    ar_automation = fields.Boolean(related="company_id.ar_automation", readonly=False)
    ar_tz = fields.Selection(related="company_id.ar_tz", readonly=False)
    ar_net_credit_notes = fields.Boolean(
        related="company_id.ar_net_credit_notes", readonly=False
    )
    ar_net_payments = fields.Boolean(
        related="company_id.ar_net_payments", readonly=False
    )
    ar_net_entries = fields.Boolean(related="company_id.ar_net_entries", readonly=False)
    ar_excluded_account_ids = fields.Many2many(
        related="company_id.ar_excluded_account_ids", readonly=False
    )
    ar_include_opening = fields.Boolean(
        related="company_id.ar_include_opening", readonly=False
    )
    ar_stale_bank_days = fields.Integer(
        related="company_id.ar_stale_bank_days", readonly=False
    )
    ar_unmatched_receipts = fields.Boolean(
        related="company_id.ar_unmatched_receipts", readonly=False
    )
    ar_reply_pause_days = fields.Integer(
        related="company_id.ar_reply_pause_days", readonly=False
    )
    ar_grace_promise = fields.Integer(
        related="company_id.ar_grace_promise", readonly=False
    )
    ar_grace_proof = fields.Integer(related="company_id.ar_grace_proof", readonly=False)
    ar_grace_platform = fields.Integer(
        related="company_id.ar_grace_platform", readonly=False
    )
    ar_collector_id = fields.Many2one(
        related="company_id.ar_collector_id", readonly=False
    )
    ar_collecting = fields.Boolean(related="company_id.ar_collecting", readonly=False)
