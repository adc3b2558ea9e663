from odoo import fields, models

from ..models.ar_strategy_step import CHANNELS


class ArPreviewLine(models.TransientModel):
    """One contact of a simulation, or one that really went out."""

    _name = "ar.preview.line"
    _description = "Contact of a preview"
    _order = "date, source, debtor_id, id"

    preview_id = fields.Many2one(
        "ar.preview", required=True, readonly=True, ondelete="cascade", index=True
    )
    source = fields.Selection(
        [("would", "Simulated"), ("sent", "Really sent")],
        "What",
        required=True,
        readonly=True,
    )
    date = fields.Date(readonly=True)
    debtor_id = fields.Many2one(
        "ar.debtor", "Account", readonly=True, ondelete="cascade"
    )
    step_id = fields.Many2one("ar.strategy.step", readonly=True, ondelete="set null")
    channel = fields.Selection(CHANNELS, readonly=True)
    mode = fields.Selection(
        [("manual", "Manual"), ("confirm", "To confirm"), ("auto", "Automatic")],
        readonly=True,
    )
    recipient = fields.Selection(
        lambda self: (
            self.env["ar.strategy.step"]
            ._fields["recipient"]
            ._description_selection(self.env)
        ),
        readonly=True,
    )
    numbers = fields.Char("Invoices", readonly=True)
    amount = fields.Monetary("Asked for", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    why = fields.Char(readonly=True)
    reminder_id = fields.Many2one("ar.reminder", readonly=True, ondelete="set null")

    def action_open_debtor(self):
        """The account of this contact."""
        self.ensure_one()
        return self.debtor_id._get_records_action(context={})
