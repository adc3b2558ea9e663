from odoo import fields, models

from .ar_bulk import Many2oneSoft


class ArReminderLine(models.Model):
    """What a sent reminder said about one item, as values."""

    _name = "ar.reminder.line"
    _description = "Item of a reminder"
    _log_access = False
    _order = "reminder_id, due_date, id"
    _rec_name = "number"

    reminder_id = fields.Many2one(
        "ar.reminder", required=True, readonly=True, ondelete="cascade", index=True
    )
    item_id = Many2oneSoft("ar.item", readonly=True, index=True)
    move_id = Many2oneSoft("account.move", "Invoice", readonly=True)
    number = fields.Char(readonly=True)
    invoice_date = fields.Date(readonly=True)
    due_date = fields.Date(readonly=True)
    days_overdue = fields.Integer(readonly=True)
    currency_id = Many2oneSoft("res.currency", readonly=True)
    amount = fields.Monetary("Open amount", readonly=True)
    status = fields.Char("Status at the buyer", readonly=True)
