"""The same pages under /my, for customers who log in."""

from odoo import http
from odoo.http import request

from odoo.addons.account_payment.controllers.portal import PortalAccount

from ..engine.branding import palette
from . import actions
from .answers import ANSWERS, NAMES
from .visitor import allow, by_login, may_answer, my_debtors

HEADERS = {
    "Content-Security-Policy": "frame-ancestors 'self'",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
    "Cache-Control": "no-store, private",
}


class MyReceivables(PortalAccount):
    """Accounts of the visitor's own commercial entity."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "ar_receivables_count" in counters:
            values["ar_receivables_count"] = len(my_debtors())
        return values

    def _ar_page(self, template, values, status=200):
        company = values.get("company") or request.env.company.sudo()
        values = {
            **self._prepare_portal_layout_values(),
            **values,
            "page_name": "ar_receivables",
            "palette": palette(company.primary_color),
            "csrf_token": request.csrf_token(),
        }
        response = request.render(template, values, status=status)
        response.headers.update(HEADERS)
        return response

    @http.route(
        "/my/receivables", type="http", auth="user", website=True, sitemap=False
    )
    def ar_my_receivables(self, **_kw):
        """The account, or the choice of one when several companies sell to us."""
        debtors = my_debtors()
        if len(debtors) == 1:
            return request.redirect(f"/my/receivables/{debtors.id}")
        values = {
            "accounts": [
                {
                    "debtor": debtor,
                    "totals": debtor._ar_portal_totals(debtor._ar_portal_items()),
                }
                for debtor in debtors
            ]
        }
        return self._ar_page("ar_portal.my_accounts", values)

    @http.route(
        "/my/receivables/<int:debtor_id>",
        type="http",
        auth="user",
        website=True,
        sitemap=False,
    )
    def ar_my_account(self, debtor_id, sent=None, pick=None, **_kw):
        """The account page."""
        visitor = by_login(debtor_id)
        if not visitor:
            return request.redirect("/my")
        return self._ar_page(
            "ar_portal.my_account", actions.account_values(visitor, sent, pick)
        )

    @http.route(
        f"/my/receivables/<int:debtor_id>/<{NAMES}:answer>",
        type="http",
        auth="user",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    def ar_my_answer_form(self, debtor_id, answer, **_kw):
        """The form of one answer: already paid, will pay on…, a problem."""
        visitor = by_login(debtor_id)
        if not visitor:
            return request.redirect("/my")
        if answer not in visitor.debtor._ar_portal_offers():
            return request.redirect(visitor.url())
        values = ANSWERS[answer].values(visitor, asked=actions.asked_items())
        return self._ar_page(f"ar_portal.my_{answer}", values)

    @http.route(
        f"/my/receivables/<int:debtor_id>/<{NAMES}:answer>",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
        sitemap=False,
        max_content_length=actions.MAX_REQUEST,
    )
    def ar_my_answer(self, debtor_id, answer, **post):
        """Take an answer in, then show the account again."""
        visitor = by_login(debtor_id)
        if not visitor:
            return request.redirect("/my")
        if not may_answer(visitor):
            return self._ar_page("ar_portal.my_error", {"code": 429}, status=429)
        if answer not in visitor.debtor._ar_portal_offers():
            return request.redirect(visitor.url())
        told, values = ANSWERS[answer].send(visitor, post)
        if not told:
            return self._ar_page(f"ar_portal.my_{answer}", values, status=422)
        return request.redirect(visitor.url(sent=told.name), code=303)

    @http.route(
        "/my/receivables/<int:debtor_id>/statement.<any(pdf,xlsx,csv):kind>",
        type="http",
        auth="user",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    def ar_my_statement(self, debtor_id, kind, **_kw):
        """The statement of the account, as a PDF, a spreadsheet or plain text."""
        visitor = by_login(debtor_id)
        if not visitor:
            return request.redirect("/my")
        if not allow(statement=visitor.identity):
            return self._ar_page("ar_portal.my_error", {"code": 429}, status=429)
        return actions.statement_answer(visitor, kind) or request.redirect("/my")

    @http.route(
        "/my/receivables/<int:debtor_id>/invoice/<int:move_id>",
        type="http",
        auth="user",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    def ar_my_invoice(self, debtor_id, move_id, **_kw):
        """The PDF of one of the account's invoices."""
        visitor = by_login(debtor_id)
        answer = visitor and actions.invoice_answer(visitor, move_id)
        return answer or request.redirect("/my")

    @http.route(
        "/my/receivables/<int:debtor_id>/invoices.zip",
        type="http",
        auth="user",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    def ar_my_invoices(self, debtor_id, **_kw):
        """The documents of the ticked invoices, in one archive."""
        visitor = by_login(debtor_id)
        if not visitor:
            return request.redirect("/my")
        if not allow(archive=visitor.identity):
            return self._ar_page("ar_portal.my_error", {"code": 429}, status=429)
        return actions.invoices_answer(visitor) or request.redirect("/my")
