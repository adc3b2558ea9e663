"""“Pay”: the choice of invoices and amounts, and the way to the payment page."""

import secrets

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from ..engine.payment_form import PayForm, is_click, read_pay, reference_of
from .actions import asked_items, languages, ticked_items, typed_amount
from .link import LinkController
from .my import MyReceivables
from .pages import page, set_language
from .pay_wording import pay_mistakes
from .visitor import allow, by_login, network

#: Where a visitor came from, so that the return page leads back: never in an
#: address, which the payment service would learn.
CAME_FROM, CAME_IN = "ar_pay_base", "ar_pay_lang"
#: Seconds after which the page that waits for a result is shown again.
AGAIN = 5


def pay_values(visitor, asked=(), form=None, mistakes=None):
    """Everything that the page “Pay” shows.

    :param asked: ids of the items to tick
    :param form: a :class:`PayForm` that came back with mistakes
    :param mistakes: sentences by field
    """
    debtor = visitor.debtor
    payable = debtor._ar_pay_items(debtor._ar_portal_items(visitor.move))
    items = [item for item, _open in payable.values()]
    today = visitor.company._ar_today()
    if form and form.item_ids:
        ticked = [i for i in items if i["page"].id in form.item_ids]
    else:
        ticked = ticked_items(items, asked, today)
    currency = (ticked or items)[0]["currency"] if items else None
    # One payment is in one currency: the others have a page of their own.
    items_now = [i for i in items if i["currency"] == currency]
    provider = visitor.company._ar_pay_provider()
    return {
        "visitor": visitor,
        "debtor": debtor,
        "company": visitor.company,
        "items": items_now,
        "others": of_others(items, currency),
        "chosen": {i["page"].id for i in ticked},
        "amounts": shown_amounts(payable, items_now, form),
        "form": form or PayForm(),
        "mistakes": mistakes or {},
        "partial": visitor.company.ar_pay_partial,
        "test_mode": bool(provider) and not provider._ar_is_live(),
        "click": secrets.token_urlsafe(18),
        "today": today,
        "currency": currency,
        "langs": languages() if visitor.link else [],
    }


def of_others(items, currency):
    """``[(currency name, its oldest item)]`` for the other currencies."""
    found = {}
    for item in items:
        if item["currency"] != currency:
            found.setdefault(item["currency"].name, item["page"].id)
    return sorted(found.items())


def shown_amounts(payable, items, form):
    """What stands in the amount of each item: as typed, else what is undisputed."""
    amounts = {}
    for item in items:
        key = item["page"].id
        written = form.written.get(key) if form else ""
        cents = payable[key][1].undisputed
        amounts[key] = written or typed_amount(cents, [item])
    return amounts


def send_pay(visitor, post):
    """Take the choice in.

    :return: ``(address of the payment page, None)``, or ``(None, values)``
    """
    debtor = visitor.debtor
    payable = debtor._ar_pay_items(debtor._ar_portal_items(visitor.move))
    ticked = request.httprequest.form.getlist("item")
    known = {str(key): item["currency"] for key, (item, _open) in payable.items()}
    currencies = {known[key] for key in ticked if key in known}
    currency = next(iter(currencies), visitor.company.currency_id)
    form = read_pay(
        post,
        ticked,
        {key: part for key, (_item, part) in payable.items()},
        debtor._ar_pay_rules(currency),
    )
    mistakes = dict(form.mistakes)
    if len(currencies) > 1:
        mistakes["items"] = "currencies"
    said = pay_mistakes(request.env, visitor.company, mistakes)
    if not said and not is_click(post.get("click")):
        said = {"items": request.env._("Please choose your invoices again.")}
    if not said:
        items = [(payable[key][0], form.parts[key]) for key in form.item_ids]
        told = {
            "reference": reference_of(post["click"], debtor.id, form.parts),
            "reason": form.reason,
            "message": form.message,
            "sender": visitor.sender,
        }
        try:
            with request.env.cr.savepoint():
                found = (
                    request.env["ar.payment.request"]
                    .sudo()
                    ._ar_click(debtor, items, told)
                )
                return found.checkout_url, None
        except UserError as error:
            said = {"items": error.args[0]}
    return None, pay_values(visitor, form=form, mistakes=said)


def leave(template, visitor, url, render):
    """The page that leads to the payment service, at once or by a click.

    A redirection would have to be allowed in our policy for whatever address the
    service uses; this works with any, and without a script.
    """
    request.session[CAME_FROM] = visitor.url()
    request.session[CAME_IN] = request.env.lang
    values = {
        "visitor": visitor,
        "debtor": visitor.debtor,
        "company": visitor.company,
        "leave_url": url,
        "langs": [],
    }
    answer = render(template, values)
    answer.headers["Refresh"] = f"0; url={url}"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


class PayByLink(LinkController):
    """Paying with a link, and the page after the payment."""

    @http.route(
        "/ar/a/<string:token>/pay",
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
    )
    def pay_form(self, token, lang=None, **_kw):
        """The choice of invoices; nothing is made yet."""
        visitor, refusal = self._enter(token, lang)
        if refusal:
            return refusal
        if "pay" not in visitor.debtor._ar_portal_offers():
            return request.redirect(visitor.url(), code=303)
        values = pay_values(visitor, asked=asked_items())
        return page("ar_portal.link_pay", values, visitor.company)

    @http.route(
        "/ar/a/<string:token>/pay",
        type="http",
        auth="public",
        methods=["POST"],
        sitemap=False,
        max_content_length=256 * 1024,
    )
    def pay(self, token, lang=None, **post):
        """Make the payment page and lead there."""
        visitor, refusal = self._enter(
            token, lang, own=["pay"], shared=["pay_from"], account="pay_account"
        )
        if refusal:
            return refusal
        if "pay" not in visitor.debtor._ar_portal_offers():
            return request.redirect(visitor.url(), code=303)
        url, values = send_pay(visitor, post)
        if not url:
            return page("ar_portal.link_pay", values, visitor.company, status=422)
        return leave(
            "ar_portal.link_leave",
            visitor,
            url,
            lambda template, given: page(template, given, visitor.company),
        )

    @http.route(
        "/ar/paid/<string:name>/<string:sign>",
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
    )
    def paid(self, name, sign, back=None, **_kw):
        """What is known of a payment. It commands nothing: only the service does."""
        set_language(request.session.get(CAME_IN))
        if not allow(look_from=network()):
            return page("ar_portal.error_page", {"code": 429}, status=429)
        found = request.env["ar.payment.request"]._ar_find_signed(name, sign)
        if not found:
            return page("ar_portal.error_page", {"code": 404}, status=404)
        set_language(request.session.get(CAME_IN), found.partner_id.lang)
        state = found._ar_shown()
        waits = state == "waiting" and not back
        values = {
            "paid": found,
            "shown": "left" if back and state == "waiting" else state,
            "waits": waits,
            "company": found.company_id,
            "back_url": request.session.get(CAME_FROM) or "",
            "test_mode": not found.is_live,
            "langs": [],
            "visitor": None,
        }
        headers = {"Refresh": str(AGAIN)} if waits else None
        return page("ar_portal.paid_page", values, found.company_id, headers=headers)


class PayByLogin(MyReceivables):
    """Paying under /my."""

    @http.route(
        "/my/receivables/<int:debtor_id>/pay",
        type="http",
        auth="user",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    def ar_my_pay_form(self, debtor_id, **_kw):
        """The choice of invoices."""
        visitor = by_login(debtor_id)
        if not visitor:
            return request.redirect("/my")
        if "pay" not in visitor.debtor._ar_portal_offers():
            return request.redirect(visitor.url())
        return self._ar_page(
            "ar_portal.my_pay", pay_values(visitor, asked=asked_items())
        )

    @http.route(
        "/my/receivables/<int:debtor_id>/pay",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
        sitemap=False,
        max_content_length=256 * 1024,
    )
    def ar_my_pay(self, debtor_id, **post):
        """Make the payment page and lead there."""
        visitor = by_login(debtor_id)
        if not visitor:
            return request.redirect("/my")
        if not allow(
            pay=visitor.identity,
            pay_from=network(),
            pay_account=f"account:{debtor_id}",
        ):
            return self._ar_page("ar_portal.my_error", {"code": 429}, status=429)
        if "pay" not in visitor.debtor._ar_portal_offers():
            return request.redirect(visitor.url())
        url, values = send_pay(visitor, post)
        if not url:
            return self._ar_page("ar_portal.my_pay", values, status=422)
        return leave("ar_portal.my_leave", visitor, url, self._ar_page)
