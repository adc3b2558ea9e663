from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine.upload_kinds import MAX_BYTES

MEGABYTES = MAX_BYTES // (1024 * 1024)


class ResCompanyPage(models.Model):
    """What an administrator says and limits on the customers' pages."""

    _inherit = "res.company"

    ar_portal_documents = fields.Boolean(
        "Customers download invoices and statements", default=True
    )
    ar_portal_plan = fields.Boolean("Customers accept plans", default=True)
    ar_portal_max_files = fields.Integer("Files per message", default=3)
    ar_portal_max_size = fields.Integer(
        "Size of one file (MB)", default=MEGABYTES, help="10 MB at most."
    )
    ar_portal_hourly = fields.Integer(
        "Answers per hour",
        default=10,
        help="How often one link is used to send something within an hour.",
    )
    ar_portal_welcome = fields.Text(
        "Words at the top",
        translate=True,
        help="Shown above the balance; plain text.",
    )
    ar_portal_help = fields.Text(
        "Words below the contact",
        translate=True,
        help="For instance your opening hours; plain text.",
    )
    ar_portal_footer = fields.Text(
        "Words at the bottom",
        translate=True,
        help="For instance where your customers read what you do with their data.",
    )

    _ar_portal_limits_range = models.Constraint(
        f"CHECK(ar_portal_max_files BETWEEN 1 AND 10"
        f" AND ar_portal_max_size BETWEEN 1 AND {MEGABYTES}"
        " AND ar_portal_hourly BETWEEN 1 AND 100)",
        "A message has 1 to 10 files of 1 to 10 MB, and a link sends 1 to 100 an hour.",
    )

    @api.constrains("ar_portal_welcome", "ar_portal_help", "ar_portal_footer")
    def _check_ar_portal_words(self):
        for company in self:
            words = (
                company.ar_portal_welcome,
                company.ar_portal_help,
                company.ar_portal_footer,
            )
            if any(len(text or "") > 1000 for text in words):
                raise ValidationError(
                    self.env._("A text of the customer page has 1,000 signs at most.")
                )
