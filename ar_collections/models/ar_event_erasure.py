from odoo import fields, models


class ArEventErasure(models.Model):
    """That the words of a fact were erased, and which fact tells so."""

    _name = "ar.event.erasure"
    _description = "Erased words of a fact"
    _log_access = False
    _order = "id"
    _rec_name = "event_id"

    event_id = fields.Many2one(
        "ar.event", required=True, readonly=True, ondelete="restrict"
    )
    told_by_id = fields.Many2one(
        "ar.event", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict"
    )
    erased_at = fields.Datetime(required=True, readonly=True)
    basis = fields.Char(
        required=True, readonly=True, help="Under which rule, or at whose request."
    )

    _event_unique = models.Constraint(
        "UNIQUE(event_id)", "The words of an event are erased once."
    )
