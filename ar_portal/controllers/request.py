"""Page with which a colleague who logs in asks for a recovery."""

import hashlib

from odoo import http
from odoo.http import request

from ..engine.colleague_forms import RequestForm, one_line, read_request
from ..engine.proof_form import read_items
from . import actions
from .colleague_wording import request_mistakes
from .pages import page, set_language, too_many
from .visitor import allow, network

MOST_FOUND = 20
MOST_INVOICES = 200


class RequestController(http.Controller):
    """Everything is read with the rights of the user himself."""

    def _enter(self, **wanted):
        """None for who may go on, else the answer to give.

        :param wanted: limits by name
        """
        user = request.env.user
        if not user._is_internal():
            return request.redirect("/my")
        set_language(user.lang)
        who = f"user:{user.id}"
        limits = {
            name: network() if name.endswith("_from") else who
            for name in ("look", *wanted)
        }
        if not allow(request.env.company.sudo(), **limits):
            return too_many()
        return None

    def _company(self, wanted=None, move=None):
        """The company the request is for: one of the user's own."""
        companies = request.env.user.company_ids
        asked = move.company_id if move else companies.browse(read_one(wanted))
        return asked & companies or request.env.company

    def _env(self, company):
        return request.env(
            context={**request.env.context, "allowed_company_ids": company.ids}
        )

    def _partner(self, company, partner_id, move=None):
        """The customer asked for, as far as the user may read him."""
        Partner = self._env(company)["res.partner"]
        partner = Partner.browse(read_one(partner_id))
        if move:
            partner = Partner.browse(move.commercial_partner_id.id)
        found = Partner.search([("id", "in", partner.ids)])
        return found.commercial_partner_id if found else found

    def _found(self, company, text):
        """Customers whose name, reference or VAT number holds this text."""
        text = one_line(text, 60)
        if len(text) < 2:
            return None
        return self._env(company)["res.partner"].search(
            [
                "|",
                "|",
                ("name", "ilike", text),
                ("ref", "=ilike", text),
                ("vat", "=ilike", text),
                ("parent_id", "=", False),
                ("partner_share", "=", True),
                ("company_id", "in", [False, company.id]),
            ],
            order="customer_rank desc, name, id",
            limit=MOST_FOUND,
        )

    def _open_moves(self, company, partner):
        """Open invoices of a customer that the user himself may read."""
        Move = self._env(company)["account.move"]
        if not partner or not Move.has_access("read"):
            return Move
        return Move.search(
            [
                ("move_type", "in", ("out_invoice", "out_receipt")),
                ("state", "=", "posted"),
                ("payment_state", "in", ("not_paid", "partial")),
                ("commercial_partner_id", "=", partner.id),
                ("company_id", "child_of", company.id),
            ],
            order="invoice_date_due, id",
            limit=MOST_INVOICES,
        )

    def _move(self, move_id):
        """The invoice that the button was pressed on, if the user may read it."""
        Move = request.env["account.move"]
        move_id = read_one(move_id)
        if not move_id or not Move.has_access("read"):
            return Move
        kinds = ("out_invoice", "out_receipt")
        return Move.search([("id", "=", move_id), ("move_type", "in", kinds)])

    def _page(self, company, partner, values=None, status=200):
        values = {
            "company": company.sudo(),
            "companies": request.env.user.company_ids,
            "partner": partner,
            "moves": self._open_moves(company, partner),
            "chosen": set(),
            "form": RequestForm(),
            "mistakes": {},
            "files_said": (),
            "q": "",
            "found": None,
            **actions.file_limits(company.sudo()),
            **(values or {}),
        }
        return page("ar_portal.request_page", values, company, status=status)

    @http.route("/ar/request", type="http", auth="user", methods=["GET"], sitemap=False)
    def request_form(self, q="", partner=None, invoice=None, company=None, **_kw):
        """Find the customer, then the form; nothing is written."""
        refusal = self._enter()
        if refusal:
            return refusal
        move = self._move(invoice)
        company = self._company(company, move)
        customer = self._partner(company, partner, move)
        values = {"chosen": set(move.ids), "q": one_line(q, 60)}
        if not customer:
            values["found"] = self._found(company, q)
        return self._page(company, customer, values)

    @http.route(
        "/ar/request",
        type="http",
        auth="user",
        methods=["POST"],
        sitemap=False,
        max_content_length=actions.MAX_REQUEST,
    )
    def request_send(self, partner=None, company=None, **post):
        """Take the request in, then show those of the user."""
        refusal = self._enter(proof=True, proof_from=True)
        if refusal:
            return refusal
        company = self._company(company)
        customer = self._partner(company, partner)
        if not customer:
            return request.redirect("/ar/request", code=303)
        moves = self._open_moves(company, customer)
        form = read_request(post, request.httprequest.form.getlist("move"))
        wrong = dict(form.mistakes)
        if set(form.move_ids) - set(moves.ids):
            wrong["moves"] = "not_yours"
        mistakes = request_mistakes(request.env, wrong)
        # The costly part last: no file is read for a form that comes back anyway.
        told = company.sudo()
        files, refusals = ([], []) if mistakes else actions.checked_files(told)
        if mistakes or refusals:
            values = {
                "chosen": set(form.move_ids),
                "form": form,
                "mistakes": mistakes,
                "files_said": refusals,
            }
            return self._page(company, customer, values, status=422)
        case = self._submit(company, customer, form, files)
        return request.redirect(f"/ar/request/mine?sent={case.id}", code=303)

    def _submit(self, company, customer, form, files):
        user = request.env.user
        today = company.sudo()._ar_today().isoformat()
        case = (
            request.env["ar.case"]
            .sudo()
            .with_company(company)
            ._ar_request(
                {
                    "source": "page",
                    "source_key": same_request(user.id, customer.id, form, today),
                    "company_id": company.id,
                    "requester_id": user.id,
                    "requester_email": user.email,
                    "partner_id": customer.id,
                    "move_ids": list(form.move_ids),
                    "request_numbers": form.numbers,
                    "reason": form.reason,
                    "urgency": form.urgency,
                }
            )
        )
        case._ar_keep_request_files(files)
        return case

    @http.route(
        "/ar/request/mine", type="http", auth="user", methods=["GET"], sitemap=False
    )
    def my_requests(self, sent=None, **_kw):
        """What the user asked for, and where each stands."""
        refusal = self._enter()
        if refusal:
            return refusal
        cases = request.env["ar.case"].with_context(lang=request.env.lang)
        values = {
            "requests": cases._ar_my_requests(request.env.user),
            "sent": bool(sent),
        }
        return page("ar_portal.my_requests", values, request.env.company)


def read_one(text):
    """A record's id from the address, or 0."""
    ids = read_items([str(text or "")])
    return ids[0] if ids else 0


def same_request(who, customer, form, day):
    """The same words about the same customer on one day are one request."""
    parts = [
        str(who),
        str(customer),
        ",".join(map(str, sorted(form.move_ids))),
        form.numbers.lower(),
        " ".join(form.reason.split()).lower(),
        day,
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
