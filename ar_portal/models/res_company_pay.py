from odoo import fields, models


class ResCompanyPay(models.Model):
    """How customers pay on their page."""

    _inherit = "res.company"

    ar_pay = fields.Boolean(
        "Online payment",
        default=True,
        help="Customers pay on their page, by Stripe, once a Stripe provider of this "
        "company is published and has the signing secret of its notifications.",
    )
    ar_pay_partial = fields.Boolean(
        "Customers may pay a part",
        default=True,
        help="A customer who pays a part only says why.",
    )
    ar_pay_minimum = fields.Monetary(
        "Smallest online payment", default=1.0, currency_field="currency_id"
    )
    ar_pay_card = fields.Boolean("Cards", default=True)
    ar_pay_sepa = fields.Boolean(
        "SEPA direct debit",
        default=True,
        help="Euro only. It takes several days to settle; the invoices are not chased "
        "meanwhile.",
    )
    ar_pay_minutes = fields.Integer(
        "A payment page is open for (minutes)",
        default=60,
        help="Between 35 minutes and a day.",
    )

    _ar_pay_range = models.Constraint(
        "CHECK(ar_pay_minutes BETWEEN 35 AND 1430 AND ar_pay_minimum >= 0)",
        "A payment page is open for 35 to 1,430 minutes, and the smallest payment is "
        "not negative.",
    )

    def _ar_pay_provider(self):
        """The provider that customers of this company pay with, as superuser.

        :return: ``payment.provider``, empty when there is none that is ready
        """
        self.ensure_one()
        company = self.sudo()
        if not (company.ar_pay and (company.ar_pay_card or company.ar_pay_sepa)):
            return self.env["payment.provider"].sudo()
        providers = (
            self.env["payment.provider"]
            .sudo()
            .search(
                [
                    ("code", "=", "stripe"),
                    ("state", "in", ("enabled", "test")),
                    ("is_published", "=", True),
                    ("company_id", "parent_of", company.id),
                    ("ar_webhook_secret", "!=", False),
                ]
            )
        )
        return providers.filtered(lambda p: p.stripe_secret_key and p.journal_id)[:1]
