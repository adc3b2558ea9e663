from odoo import fields, models


class ArDisputeOrigin(models.Model):
    """A fact that joined a running dispute, so that it never opens another one."""

    _name = "ar.dispute.origin"
    _description = "Origin of a dispute"
    _order = "id"
    _rec_name = "source_key"

    dispute_id = fields.Many2one(
        "ar.dispute", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    source = fields.Char(required=True, readonly=True)
    source_key = fields.Char(required=True, readonly=True)

    _source_unique = models.UniqueIndex(
        "(company_id, source, source_key)",
        "This fact belongs to a dispute already.",
    )
