from odoo import fields, models


class MailActivityCase(models.Model):
    _inherit = "mail.activity"

    ar_case_key = fields.Char(help="What an activity of a recovery case is about.")
