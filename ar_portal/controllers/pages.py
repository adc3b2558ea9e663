"""Answers of the customer's pages: headers, errors, language."""

import secrets

from odoo.http import request
from odoo.modules import Manifest

from ..engine.branding import palette

RETRY_AFTER = 600


def security_headers(nonce):
    """Headers of each page that a link opens.

    The token is in the address: nothing may keep it, frame it or send it on.
    """
    policy = (
        "default-src 'none'; "
        f"style-src 'self' 'nonce-{nonce}'; "
        "img-src 'self' data:; font-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    return {
        "Content-Security-Policy": policy,
        "Referrer-Policy": "no-referrer",
        "X-Frame-Options": "DENY",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex, nofollow, noarchive",
        "Cache-Control": "no-store, private",
    }


def page(template, values, company=None, status=200, headers=None):
    """One complete page, without a script, in the colours of the company."""
    company = (company or request.env.company).sudo()
    nonce = secrets.token_urlsafe(12)
    manifest = Manifest.for_addon("ar_portal")
    values = {
        "nonce": nonce,
        "page_lang": (request.env.lang or "en_US").replace("_", "-"),
        "company": company,
        "has_logo": bool(company.logo_web),
        "palette": palette(company.primary_color),
        "version": manifest.version if manifest else "",
        "csrf_token": request.csrf_token(),
        **values,
    }
    html = request.env["ir.ui.view"]._render_template(template, values)
    return request.make_response(
        "<!DOCTYPE html>\n" + str(html),
        headers=[
            ("Content-Type", "text/html; charset=utf-8"),
            *security_headers(nonce).items(),
            *(headers or {}).items(),
        ],
        status=status,
    )


def set_language(*wanted):
    """Use the first of these languages that is installed, else the browser's."""
    installed = [code for code, _name in request.env["res.lang"].get_installed()]
    browser = request.best_lang or ""
    near = [code for code in installed if code[:2] == browser[:2]]
    chosen = next((code for code in wanted if code in installed), None)
    lang = chosen or (near or installed or ["en_US"])[0]
    request.update_context(lang=lang)
    return lang


def not_found(token, sent=False):
    """The one answer to a link that opens nothing, whatever the reason.

    Only the browser's language is used: that of the recipient would tell that the
    link exists.
    """
    set_language()
    return page(
        "ar_portal.closed_page",
        {"again_url": f"/ar/a/{token}/again", "sent": sent},
        status=200 if sent else 404,
    )


def too_many():
    """The visitor reached a limit."""
    set_language()
    return page(
        "ar_portal.error_page",
        {"code": 429},
        status=429,
        headers={"Retry-After": str(RETRY_AFTER)},
    )


def error_page(code):
    """An error that stopped the request before or inside a controller."""
    if not request.env.uid:
        request.env["ir.http"]._auth_method_public()
    set_language()
    return page("ar_portal.error_page", {"code": code}, status=code)
