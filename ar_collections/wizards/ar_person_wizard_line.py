from odoo import fields, models


class ArPersonWizardLine(models.TransientModel):
    """One piece of what is known of a person."""

    _name = "ar.person.wizard.line"
    _description = "Piece of what is known of a person"
    _order = "keep desc, id"

    wizard_id = fields.Many2one(
        "ar.person.wizard", required=True, readonly=True, ondelete="cascade", index=True
    )
    date = fields.Date(readonly=True)
    what = fields.Char(readonly=True)
    account = fields.Char(readonly=True)
    text = fields.Char(readonly=True)
    keep = fields.Char("Stays because", readonly=True)
