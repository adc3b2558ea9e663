"""The company's own link: anybody who has it may ask, once his address confirms."""

from odoo import http
from odoo.http import request

from ..engine.colleague_forms import RequestForm, read_request
from . import actions
from .colleague import closed, enter
from .colleague_wording import request_mistakes
from .pages import page, set_language
from .visitor import allow, behind


class CompanyRequestController(http.Controller):
    """Free text only: these pages search nothing and tell nothing."""

    def _form(self, link, token, status=200, **values):
        values = {
            "base": f"/ar/c/{token}/request",
            "company": link.company_id,
            "form": RequestForm(),
            "mistakes": {},
            "files_said": (),
            "sent": False,
            **actions.file_limits(link.company_id),
            **values,
        }
        template = "ar_portal.company_request_page"
        return page(template, values, link.company_id, status=status)

    @http.route(
        "/ar/c/<string:token>/request",
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
    )
    def company_form(self, token, sent=None, **_kw):
        """The empty form; opening it only counts a visit."""
        link, refusal = enter(token, "company")
        if refusal:
            return refusal
        if request.httprequest.method == "GET":
            link._ar_count_visit()
        return self._form(link, token, sent=bool(sent))

    @http.route(
        "/ar/c/<string:token>/request",
        type="http",
        auth="public",
        methods=["POST"],
        sitemap=False,
        max_content_length=actions.MAX_REQUEST,
    )
    def company_send(self, token, **post):
        """Ask the address to confirm; the same answer for every address."""
        link, refusal = enter(token, "company", request=True, proof_from=True)
        if refusal:
            return refusal
        company = link.company_id
        form = read_request(post, typed=True)
        mistakes = request_mistakes(request.env, form.mistakes)
        # The costly part last: no file is read for a form that comes back anyway.
        files, refusals = ([], []) if mistakes else actions.checked_files(company)
        if mistakes or refusals:
            said = {"form": form, "mistakes": mistakes, "files_said": refusals}
            return self._form(link, token, status=422, **said)
        # Beyond its limit an address gets no more mail, and nobody is told.
        if allow(request_to=form.email):
            request.env["ar.request.draft"]._ar_receive(company, form, files)
        return request.redirect(f"/ar/c/{token}/request?sent=1", code=303)

    def _draft(self, token):
        """``(draft, None)``, or ``(None, the answer to give instead)``."""
        drafts = request.env["ar.request.draft"].sudo()
        draft, refusal = behind(lambda: drafts._ar_find(token), lambda: closed(token))
        if refusal:
            return None, refusal
        set_language(draft.lang)
        return draft.with_env(request.env(su=True)), None

    def _confirmation(self, draft, token):
        values = {
            "base": f"/ar/c/{token}/confirm",
            "company": draft.company_id,
            "draft": draft,
            "files": draft._ar_files() if not draft.case_id else (),
        }
        return page("ar_portal.company_confirm_page", values, draft.company_id)

    @http.route(
        "/ar/c/<string:token>/confirm",
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
    )
    def confirm_form(self, token, **_kw):
        """What was written, and the button; opening it confirms nothing."""
        draft, refusal = self._draft(token)
        return refusal or self._confirmation(draft, token)

    @http.route(
        "/ar/c/<string:token>/confirm",
        type="http",
        auth="public",
        methods=["POST"],
        sitemap=False,
    )
    def confirm(self, token, **_kw):
        """The address is its owner's: now it is a request."""
        draft, refusal = self._draft(token)
        if refusal:
            return refusal
        draft._ar_confirm()
        return request.redirect(f"/ar/c/{token}/confirm", code=303)
