from odoo import fields, models


class ArReminderPrivacy(models.Model):
    """What was said on the phone is a personal note."""

    _inherit = "ar.reminder"

    call_note = fields.Text(groups="ar_collections.group_notes")
