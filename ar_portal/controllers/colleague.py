"""Pages behind a colleague's link: no log-in, the token is the right to see them."""

from decimal import Decimal

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from ..engine.colleague_forms import AdviceForm, read_advice
from . import actions
from .colleague_wording import advice_mistakes
from .pages import page, set_language, too_many
from .visitor import allow, behind, network, send_again


def closed(token, sent=False):
    """The one answer to a colleague's link that opens nothing, whatever the reason."""
    set_language()
    return page(
        "ar_portal.colleague_closed_page",
        {"again_url": f"/ar/c/{token}/again", "sent": sent},
        status=200 if sent else 404,
    )


def enter(token, scope, **limits):
    """The link behind a token, or the answer to give instead.

    :param str scope: the only scope that this page serves
    :param limits: names of more limits, and whom they count for
    :return: ``(link, None)`` or ``(None, response)``
    """
    links = request.env["ar.colleague.link"].sudo()
    link, refusal = behind(
        lambda: links._ar_find(token).filtered(lambda found: found.scope == scope),
        lambda: closed(token),
    )
    if refusal:
        return None, refusal
    own = f"colleague:{link.id}"
    counted = {
        "look": own,
        **{n: network() if n.endswith("_from") else own for n in limits},
    }
    if not allow(link.company_id, **counted):
        return None, too_many()
    set_language(link.lang or link.company_id._ar_lang())
    company = link.company_id
    link = link.with_env(request.env(su=True)).with_company(company)
    return link, None


class ColleagueController(http.Controller):
    """One dispute, shown to one colleague; his answer decides nothing."""

    def _values(self, link, token, form=None, mistakes=None, refusals=(), written=""):
        dispute = link.dispute_id
        return {
            "link": link,
            "base": f"/ar/c/{token}",
            "dispute": dispute,
            "company": link.company_id,
            "answerable": dispute.state == "open" and not dispute.decided_at,
            "told": link.advice_ids.filtered(lambda a: a.state != "replaced"),
            "form": form or AdviceForm(),
            "shown_amount": written,
            "mistakes": mistakes or {},
            "files_said": refusals,
            **actions.file_limits(link.company_id),
        }

    @http.route(
        "/ar/c/<string:token>",
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
    )
    def dispute(self, token, sent=None, **_kw):
        """The dispute and the form of the answer; opening it only counts a visit."""
        link, refusal = enter(token, "dispute")
        if refusal:
            return refusal
        if request.httprequest.method == "GET":
            link._ar_count_visit()
        values = {**self._values(link, token), "sent": bool(sent)}
        return page("ar_portal.colleague_dispute", values, link.company_id)

    @http.route(
        "/ar/c/<string:token>",
        type="http",
        auth="public",
        methods=["POST"],
        sitemap=False,
        max_content_length=actions.MAX_REQUEST,
    )
    def answer(self, token, **post):
        """Take the answer in, for the collector to validate."""
        link, refusal = enter(token, "dispute", proof=True, proof_from=True)
        if refusal:
            return refusal
        dispute, company = link.dispute_id, link.company_id
        places = dispute.currency_id.decimal_places
        form = read_advice(post, Decimal(f"{dispute.amount:.{places}f}"), places)
        mistakes = advice_mistakes(request.env, form.mistakes)
        # The costly part last: no file is read for a form that comes back anyway.
        files, refusals = ([], []) if mistakes else actions.checked_files(company)
        if not (mistakes or refusals):
            try:
                with request.env.cr.savepoint():
                    request.env["ar.dispute.advice"]._ar_submit(link, form, files)
                return request.redirect(f"/ar/c/{token}?sent=1", code=303)
            except UserError as error:
                mistakes = {"verdict": error.args[0]}
        written = post.get("amount") or ""
        values = self._values(link, token, form, mistakes, refusals, written)
        return page("ar_portal.colleague_dispute", values, link.company_id, status=422)

    @http.route(
        "/ar/c/<string:token>/file/<int:attachment_id>",
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
    )
    def file(self, token, attachment_id, **_kw):
        """One of the files that this link may show; always as a download."""
        link, refusal = enter(token, "dispute", pdf=True)
        if refusal:
            return refusal
        found = link.attachment_ids.filtered(lambda a: a.id == attachment_id)
        if not found or not found.raw:
            return closed(token)
        answer = actions.document(found.raw, "pdf", found.name, "attachment")
        # Whatever it is: as bytes, so that no browser runs it.
        answer.headers["Content-Type"] = "application/octet-stream"
        return answer

    @http.route(
        "/ar/c/<string:token>/invoice",
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
    )
    def invoice(self, token, **_kw):
        """The contested invoice, when this link shows it."""
        link, refusal = enter(token, "dispute", pdf=True)
        if refusal:
            return refusal
        if not link.with_invoice:
            return closed(token)
        move = link.dispute_id.move_id
        content, kind = move._ar_portal_document()
        name = move._ar_portal_file_name(kind)
        return actions.document(content, kind, name, "inline")

    @http.route(
        "/ar/c/<string:token>/again",
        type="http",
        auth="public",
        methods=["POST"],
        sitemap=False,
    )
    def again(self, token, **_kw):
        """Mail a fresh link to where the old one was sent; always the same answer."""
        links = request.env["ar.colleague.link"].sudo()
        return send_again(
            links, token, lambda: closed(token, sent=True), who="colleague:"
        )
