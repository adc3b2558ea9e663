from odoo import fields, models

from ..engine.payment_form import Payable, PayRules


class ArDebtorPay(models.Model):
    """Paying on the customer's page."""

    _inherit = "ar.debtor"

    ar_pay_closed = fields.Boolean(
        "No online payment",
        tracking=True,
        help="This customer does not pay by Stripe on his page.",
    )

    def _ar_portal_offers(self):
        offers = super()._ar_portal_offers()
        account = self.sudo()
        if not account.ar_pay_closed and account.company_id._ar_pay_provider():
            offers = offers | {"pay"}
        return offers

    def _ar_pay_items(self, items):
        """Of these items, those that can be paid now.

        :param items: as returned by :meth:`_ar_portal_items`
        :return: ``{item id: (item, Payable)}``, oldest first
        """
        self.ensure_one()
        lines = (
            self.env["ar.payment.request.line"]
            .sudo()
            .search(
                [
                    ("item_id", "in", [i["page"].id for i in items if i["page"].id]),
                    ("live", "=", True),
                    ("request_id.state", "!=", "draft"),
                ]
            )
        )
        under_way = set(lines.item_id.ids)
        return {
            item["page"].id: (
                item,
                Payable(item["page"].id, item["page"].residual, item["page"].disputed),
            )
            for item in items
            if item["page"].residual > 0
            and item["page"].id
            and item["page"].id not in under_way
        }

    def _ar_pay_rules(self, currency):
        """What the company allows, in minor units of this currency."""
        self.ensure_one()
        company = self.company_id.sudo()
        minimum = company.currency_id._convert(
            company.ar_pay_minimum, currency, company, company._ar_today()
        )
        return PayRules(
            company.ar_pay_partial,
            round(minimum * 10**currency.decimal_places),
            currency.decimal_places,
        )

    def _ar_pay_recent(self, limit=5):
        """Payments of this page that the customer should see, latest first."""
        self.ensure_one()
        shown = self.env["ar.payment.request"].sudo()
        return shown.search(
            [
                ("debtor_id", "=", self.id),
                ("state", "in", ("pending", "authorized", "done", "error")),
            ],
            limit=limit,
        )
