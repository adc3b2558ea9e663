"""Pages behind a link: no log-in, the token is the right to see them."""

from odoo import http
from odoo.http import request

from . import actions
from .answers import ANSWERS, NAMES
from .pages import not_found, page, too_many
from .visitor import allow, behind, by_link, network, send_again


class LinkController(http.Controller):
    """Each route resolves its visitor first; what it finds decides everything."""

    def _enter(self, token, lang=None, **limits):
        """The visitor, or the answer to give instead.

        :return: ``(visitor, None)`` or ``(None, response)``
        """
        visitor, refusal = behind(
            lambda: by_link(token, lang), lambda: not_found(token)
        )
        if refusal:
            return None, refusal
        wanted = {name: visitor.identity for name in ("look", *limits.get("own", ()))}
        if "shared" in limits:
            wanted.update({name: network() for name in limits["shared"]})
        if limits.get("account"):
            wanted[limits["account"]] = f"account:{visitor.debtor.id}"
        if not allow(visitor.company, **wanted):
            return None, too_many()
        return visitor, None

    @http.route(
        "/ar/a/<string:token>",
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
    )
    def account(self, token, lang=None, sent=None, pick=None, **_kw):
        """The account page. Opening it is a fact on the timeline, nothing more."""
        visitor, answer = self._enter(token, lang)
        if answer:
            return answer
        if request.httprequest.method == "GET":
            visitor.link._ar_opened()
        values = actions.account_values(visitor, sent, pick)
        return page("ar_portal.link_account", values, visitor.debtor.company_id)

    @http.route(
        f"/ar/a/<string:token>/<{NAMES}:answer>",
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
    )
    def answer_form(self, token, answer, lang=None, **_kw):
        """The form of one answer: already paid, will pay on…, a problem."""
        visitor, refusal = self._enter(token, lang)
        if refusal:
            return refusal
        if answer not in visitor.debtor._ar_portal_offers():
            return request.redirect(visitor.url(), code=303)
        values = ANSWERS[answer].values(visitor, asked=actions.asked_items())
        return page(f"ar_portal.link_{answer}", values, visitor.debtor.company_id)

    @http.route(
        f"/ar/a/<string:token>/<{NAMES}:answer>",
        type="http",
        auth="public",
        methods=["POST"],
        sitemap=False,
        max_content_length=actions.MAX_REQUEST,
    )
    def answer(self, token, answer, lang=None, **post):
        """Take an answer in, then show the account again."""
        visitor, refusal = self._enter(
            token,
            lang,
            own=["proof"],
            shared=["proof_from"],
            account="proof_account",
        )
        if refusal:
            return refusal
        if answer not in visitor.debtor._ar_portal_offers():
            return request.redirect(visitor.url(), code=303)
        told, values = ANSWERS[answer].send(visitor, post)
        if not told:
            template = f"ar_portal.link_{answer}"
            return page(template, values, visitor.debtor.company_id, status=422)
        return request.redirect(visitor.url(sent=told.name), code=303)

    @http.route(
        "/ar/a/<string:token>/statement.<any(pdf,xlsx,csv):kind>",
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
    )
    def statement(self, token, kind, lang=None, **_kw):
        """The statement of the account, as a PDF, a spreadsheet or plain text."""
        visitor, refusal = self._enter(token, lang, own=["statement"])
        return refusal or actions.statement_answer(visitor, kind) or not_found(token)

    @http.route(
        "/ar/a/<string:token>/invoice/<int:move_id>",
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
    )
    def invoice(self, token, move_id, lang=None, **_kw):
        """The PDF of one of the account's invoices."""
        visitor, answer = self._enter(token, lang, own=["pdf"])
        return answer or actions.invoice_answer(visitor, move_id) or not_found(token)

    @http.route(
        "/ar/a/<string:token>/invoices.zip",
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
    )
    def invoices(self, token, lang=None, **_kw):
        """The documents of the ticked invoices, in one archive."""
        visitor, answer = self._enter(token, lang, own=["archive"])
        return answer or actions.invoices_answer(visitor) or not_found(token)

    @http.route(
        "/ar/a/<string:token>/again",
        type="http",
        auth="public",
        methods=["POST"],
        sitemap=False,
    )
    def again(self, token, **_kw):
        """Mail a fresh link to where the old one was sent; always the same answer."""
        links = request.env["ar.portal.link"].sudo()
        return send_again(links, token, lambda: not_found(token, sent=True))
