from odoo import fields, models


class ArRetentionPreviewLine(models.TransientModel):
    """One thing that a rule of retention would erase."""

    _name = "ar.retention.preview.line"
    _description = "What a retention rule would erase"
    _order = "date, id"

    preview_id = fields.Many2one(
        "ar.retention.preview", readonly=True, ondelete="cascade", index=True
    )
    incident_preview_id = fields.Many2one(
        "ar.incident.preview", readonly=True, ondelete="cascade", index=True
    )
    date = fields.Date(readonly=True)
    what = fields.Char(readonly=True)
    account = fields.Char(readonly=True)
    reference = fields.Char(readonly=True)
