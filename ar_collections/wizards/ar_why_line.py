from odoo import fields, models

from ..models.ar_reason import CATEGORIES


class ArWhyLine(models.TransientModel):
    """One reason, or one item with its reasons, of a “Why?”."""

    _name = "ar.why.line"
    _description = "Reason shown by “Why?”"

    wizard_id = fields.Many2one("ar.why", required=True, ondelete="cascade")
    category = fields.Selection(CATEGORIES, "Kind", readonly=True)
    label = fields.Char("Reason", readonly=True)
    words = fields.Text("In words", readonly=True)
    advice = fields.Text("What to do", readonly=True)
    number = fields.Char(readonly=True)
    due_date = fields.Date(readonly=True)
    amount = fields.Char("Open amount", readonly=True)
    included = fields.Boolean("In this contact", readonly=True)
