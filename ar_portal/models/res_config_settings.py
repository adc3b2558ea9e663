from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    ar_portal_enabled = fields.Boolean(
        related="company_id.ar_portal_enabled", readonly=False
    )
    ar_portal_link_days = fields.Integer(
        related="company_id.ar_portal_link_days", readonly=False
    )
    ar_portal_proof = fields.Boolean(
        related="company_id.ar_portal_proof", readonly=False
    )
    ar_portal_promise = fields.Boolean(
        related="company_id.ar_portal_promise", readonly=False
    )
    ar_portal_problem = fields.Boolean(
        related="company_id.ar_portal_problem", readonly=False
    )
    ar_portal_promise_days = fields.Integer(
        related="company_id.ar_portal_promise_days", readonly=False
    )
    ar_portal_promise_changes = fields.Integer(
        related="company_id.ar_portal_promise_changes", readonly=False
    )
    ar_portal_qr = fields.Boolean(related="company_id.ar_portal_qr", readonly=False)
