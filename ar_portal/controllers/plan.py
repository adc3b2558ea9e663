"""Instalment plans: what the customer reads, and his acceptance."""

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from ..engine.plan_form import PlanForm, read_acceptance
from .actions import document, truncated_network
from .link import LinkController
from .my import MyReceivables
from .pages import not_found, page
from .visitor import allow, by_login, may_answer
from .wording import form_mistakes


def plan_values(visitor, told, form=None, mistakes=None):
    """Everything that the page of one plan shows.

    :param told: as ``ar.debtor._ar_portal_plan`` gives it
    :param form: a :class:`PlanForm` that came back with mistakes
    """
    plan = told["plan"].with_context(lang=request.env.lang)
    return {
        "visitor": visitor,
        "debtor": visitor.debtor,
        "company": visitor.company,
        "told": told,
        "terms": plan._ar_document_values(),
        "form": form or PlanForm(),
        "mistakes": mistakes or {},
        "files_said": (),
        "langs": [],
    }


def find_plan(visitor, plan_id):
    """The plan as the page tells it, None for who may see one invoice only."""
    return None if visitor.move else visitor.debtor._ar_portal_plan(plan_id)


def accept_plan(visitor, told, post):
    """Take the acceptance in.

    :return: None once it is accepted, else the values of the page with its mistakes
    """
    form = read_acceptance(post, told["digest"])
    said = form_mistakes(request.env, form.mistakes)
    if not said:
        sender = {**visitor.sender, "network": truncated_network()}
        try:
            with request.env.cr.savepoint():
                visitor.debtor._ar_portal_accept_plan(told, form.name, sender)
                return None
        except UserError as error:
            said = {"plan": error.args[0]}
    return plan_values(visitor, told, form, said)


def plan_document(told):
    """The plan as a PDF: what was kept at the acceptance, else what is proposed.

    :return: the response, or None where no PDF can be made
    """
    plan = told["plan"]
    kept = plan.attachment_ids.filtered(
        lambda a: a.mimetype == "application/pdf" and a.name == plan._ar_document_name()
    )
    try:
        content = kept[:1].raw or plan._ar_document()
    except UserError:
        return None
    return document(content, "pdf", plan._ar_document_name(), "attachment")


class LinkPlans(LinkController):
    @http.route(
        "/ar/a/<string:token>/plan/<int:plan_id>",
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
    )
    def plan(self, token, plan_id, lang=None, **_kw):
        """One instalment plan."""
        visitor, refusal = self._enter(token, lang)
        told = None if refusal else find_plan(visitor, plan_id)
        if not told:
            return refusal or not_found(token)
        return page("ar_portal.link_plan", plan_values(visitor, told), visitor.company)

    @http.route(
        "/ar/a/<string:token>/plan/<int:plan_id>",
        type="http",
        auth="public",
        methods=["POST"],
        sitemap=False,
    )
    def plan_accept(self, token, plan_id, lang=None, **post):
        """The customer accepts a plan, then sees his account again."""
        visitor, refusal = self._enter(
            token, lang, own=["proof"], shared=["proof_from"], account="proof_account"
        )
        told = None if refusal else find_plan(visitor, plan_id)
        if not told:
            return refusal or not_found(token)
        values = accept_plan(visitor, told, post)
        if values:
            return page("ar_portal.link_plan", values, visitor.company, status=422)
        return request.redirect(visitor.url(sent=told["name"]), code=303)

    @http.route(
        "/ar/a/<string:token>/plan/<int:plan_id>.pdf",
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
    )
    def plan_pdf(self, token, plan_id, lang=None, **_kw):
        """One instalment plan as a document."""
        visitor, refusal = self._enter(token, lang, own=["pdf"])
        told = None if refusal else find_plan(visitor, plan_id)
        return refusal or (told and plan_document(told)) or not_found(token)


class MyPlans(MyReceivables):
    def _ar_my_plan(self, debtor_id, plan_id):
        """``(visitor, plan as told)``, both None when there is nothing to see."""
        visitor = by_login(debtor_id)
        told = visitor and find_plan(visitor, plan_id)
        return (visitor, told) if told else (None, None)

    @http.route(
        "/my/receivables/<int:debtor_id>/plan/<int:plan_id>",
        type="http",
        auth="user",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    def ar_my_plan(self, debtor_id, plan_id, **_kw):
        """One instalment plan."""
        visitor, told = self._ar_my_plan(debtor_id, plan_id)
        if not told:
            return request.redirect("/my")
        return self._ar_page("ar_portal.my_plan", plan_values(visitor, told))

    @http.route(
        "/my/receivables/<int:debtor_id>/plan/<int:plan_id>",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    def ar_my_plan_accept(self, debtor_id, plan_id, **post):
        """The customer accepts a plan, then sees his account again."""
        visitor, told = self._ar_my_plan(debtor_id, plan_id)
        if not told:
            return request.redirect("/my")
        if not may_answer(visitor):
            return self._ar_page("ar_portal.my_error", {"code": 429}, status=429)
        values = accept_plan(visitor, told, post)
        if values:
            return self._ar_page("ar_portal.my_plan", values, status=422)
        return request.redirect(visitor.url(sent=told["name"]), code=303)

    @http.route(
        "/my/receivables/<int:debtor_id>/plan/<int:plan_id>.pdf",
        type="http",
        auth="user",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    def ar_my_plan_pdf(self, debtor_id, plan_id, **_kw):
        """One instalment plan as a document."""
        visitor, told = self._ar_my_plan(debtor_id, plan_id)
        if not told:
            return request.redirect("/my")
        if not allow(pdf=visitor.identity):
            return self._ar_page("ar_portal.my_error", {"code": 429}, status=429)
        return plan_document(told) or request.redirect(visitor.url())
