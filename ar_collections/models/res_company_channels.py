from odoo import fields, models


class ResCompanyChannels(models.Model):
    """Who carries the SMS and the letters of a company, and what each costs."""

    _inherit = "res.company"

    ar_sms_provider = fields.Selection(
        selection=lambda self: self.env["ar.reminder"]._ar_providers()["sms"],
        string="SMS carried by",
        default="odoo",
        required=True,
    )
    ar_letter_provider = fields.Selection(
        selection=lambda self: self.env["ar.reminder"]._ar_providers()["letter"],
        string="Letters carried by",
        default="print",
        required=True,
    )
    ar_sms_cost = fields.Monetary(
        "Cost of an SMS",
        help="Of one part: a long text is sent, and paid for, in several.",
    )
    ar_letter_cost = fields.Monetary(
        "Cost of a letter", help="Paper, envelope and postage."
    )

    def _ar_provider(self, channel):
        """Code of who carries the contacts of this channel, False when nobody does."""
        field = f"ar_{channel}_provider"
        return self[field] if field in self._fields else False
