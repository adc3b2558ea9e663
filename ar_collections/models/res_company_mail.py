from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine import archive_link


class ResCompanyMail(models.Model):
    """What the company's reminders link to, carry along and copy."""

    _inherit = "res.company"

    ar_archive_url = fields.Char(
        "Address of the invoices in the archive",
        help="Such as https://docs.example.com/i/{number}?c={customer}. Placeholders: "
        "{number}, {date} (YYYY-MM-DD), {customer} (reference of the customer) and "
        "{amount}. Invoice numbers in reminders become links to it; nothing is "
        "fetched from there.",
    )
    ar_enclosure_limit = fields.Integer(
        "Weight of attachments (MB)",
        default=8,
        help="All attachments of one e-mail, as they weigh once encoded (a third "
        "more than the files). Beyond it the oldest invoices are kept, and the "
        "others are named as left out.",
    )
    ar_manager_id = fields.Many2one(
        "res.users",
        "Collectors' manager",
        help="Gets the copies “to the collector's manager” when the collector has no "
        "manager of his own.",
    )

    _ar_enclosure_limit_positive = models.Constraint(
        "CHECK(ar_enclosure_limit >= 0)",
        "The weight of attachments cannot be negative.",
    )

    @api.constrains("ar_archive_url")
    def _check_ar_archive_url(self):
        for company in self.filtered("ar_archive_url"):
            try:
                archive_link.check(company.ar_archive_url)
            except archive_link.PatternError as error:
                text = company._ar_archive_error(error.code) % {"part": error.detail}
                raise ValidationError(text) from error

    @api.model
    def _ar_archive_error(self, code):
        """What is wrong with an archive address, by code of ``archive_link``."""
        _ = self.env._
        known = " ".join(f"{{{name}}}" for name in archive_link.PLACEHOLDERS)
        texts = {
            "scheme": _(
                "The archive address must begin with http:// or https://, not with "
                "“%(part)s”."
            ),
            "host": _("“%(part)s” is not the name of a server."),
            "character": _("An address cannot contain the character “%(part)s”."),
            "braces": _("A brace is missing, or one too many, in “%(part)s”."),
            "unknown": _("“{%(part)s}” is not known here; use one of:") + f" {known}.",
            "constant": _("“%(part)s” is the same for every invoice; name one of:")
            + f" {known}.",
        }
        return texts[code]

    def _ar_archive_link(self, move):
        """Address of this entry in the company's archive, False when there is none.

        :param move: ``account.move``
        """
        self.ensure_one()
        pattern = self.sudo().ar_archive_url
        if not pattern or not move.is_sale_document(include_receipts=True):
            return False
        places = move.currency_id.decimal_places
        customer = move.commercial_partner_id
        return archive_link.fill(
            pattern,
            {
                "number": move.name,
                "date": fields.Date.to_string(move.invoice_date or move.date),
                "customer": customer.ref or str(customer.id),
                "amount": f"{move.amount_total:.{places}f}",
            },
        )

    def _ar_manager_of(self, user):
        """Who manages this collector: his own manager, else the company's choice."""
        self.ensure_one()
        own = user.browse()
        if "employee_parent_id" in user._fields:
            # Known when the employees' add-on is there.
            own = user.sudo().employee_parent_id.user_id
        return own or self.sudo().ar_manager_id
