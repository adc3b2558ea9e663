"""The frame's page “pay all overdue invoices”, held to what is open."""

import math

from odoo import http
from odoo.exceptions import ValidationError
from odoo.http import request

from odoo.addons.account_payment.controllers.payment import PaymentPortal
from odoo.addons.account_payment.controllers.portal import PortalAccount


class OverduePage(PortalAccount):
    def _overdue_invoices_get_page_view_values(self, overdue_invoices, **kwargs):
        values = super()._overdue_invoices_get_page_view_values(
            overdue_invoices, **kwargs
        )
        if "payment" in values:
            open_now = sum(overdue_invoices.mapped("amount_residual"))
            values["payment"]["amount"] = values["amount"] = open_now
        return values


class OverduePayment(PaymentPortal):
    @http.route()
    def overdue_invoices_transaction(self, payment_reference, **kwargs):
        """Refuse more than is open."""
        moves = request.env["account.move"].search(self._get_overdue_invoices_domain())
        check_amount(kwargs.get("amount"), moves)
        return super().overdue_invoices_transaction(payment_reference, **kwargs)


def check_amount(amount, moves):
    """
    :raise ValidationError: when this is no amount, or more than these invoices owe
    """
    try:
        wanted = float(amount)
    except (TypeError, ValueError):
        wanted = math.nan
    currency = moves[:1].currency_id
    open_now = sum(moves.mapped("amount_residual"))
    fits = math.isfinite(wanted) and wanted > 0
    if not fits or (currency and currency.compare_amounts(wanted, open_now) > 0):
        raise ValidationError(
            request.env._("This is more than what is open. Please load the page again.")
        )
