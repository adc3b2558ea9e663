"""Who looks at which account, and within which limits."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from odoo.http import request

from .pages import set_language, too_many

HOUR, DAY = 3600, 86400

#: Count and seconds of each limit.
LIMITS = {
    "look": (240, HOUR),
    "look_from": (600, HOUR),
    "closed_from": (60, HOUR),
    "again_from": (10, HOUR),
    "again": (3, DAY),
    "proof": (10, HOUR),
    "proof_from": (30, HOUR),
    "proof_account": (50, DAY),
    "pay": (20, HOUR),
    "pay_from": (60, HOUR),
    "pay_account": (100, DAY),
    "pdf": (120, HOUR),
    "statement": (20, HOUR),
    "request": (60, HOUR),
    "request_to": (5, DAY),
    "archive": (10, HOUR),
}


@dataclass(frozen=True)
class Visitor:
    """Someone on the page of one account, by a link or logged in.

    ``debtor``, ``partner``, ``move`` (the invoices he is limited to, if he is) and
    ``case`` are superuser records: the right to see them was checked when this was
    made.
    """

    debtor: Any
    partner: Any
    email: str
    base: str
    link: Any = None
    move: Any = None
    case: Any = None
    lang: str = ""

    def url(self, path="", **query):
        """Address of one of this visitor's pages, in the language he chose."""
        if self.lang:
            query = {"lang": self.lang, **query}
        return f"{self.base}{path}{'?' if query else ''}{urlencode(query, safe='/')}"

    @property
    def company(self):
        """Whose customer he is; its settings hold."""
        return self.debtor.company_id

    @property
    def sender(self):
        """Who answers, as the models keep it."""
        return {"partner": self.partner, "email": self.email, "link": self.link}

    @property
    def identity(self):
        return f"link:{self.link.id}" if self.link else f"partner:{self.partner.id}"


def network():
    """Where the request comes from; right behind a proxy with ``proxy_mode``."""
    return request.env["ar.portal.hit"]._ar_network(request.httprequest.remote_addr)


def allow(company=None, **identities):
    """Count one visit against the named limits; False when one is reached.

    :param company: ``res.company`` whose own limit of answers holds
    """
    limits = dict(LIMITS)
    if company:
        limits["proof"] = (company.ar_portal_hourly, HOUR)
    return (
        request.env["ar.portal.hit"]
        .sudo()
        ._ar_allow([(name, who, *limits[name]) for name, who in identities.items()])
    )


def may_answer(visitor):
    """Count one answer of a logged-in visitor; False when a limit is reached."""
    return allow(
        visitor.company,
        proof=visitor.identity,
        proof_from=network(),
        proof_account=f"account:{visitor.debtor.id}",
    )


def behind(find, closed):
    """What a secret address opens, within the limits of those who guess.

    :param find: gives what it opens, or something empty
    :param closed: gives the answer to an address that opens nothing
    :return: ``(found, None)`` or ``(None, response)``
    """
    where = network()
    if not allow(look_from=where):
        return None, too_many()
    found = find()
    if found:
        return found, None
    return None, closed() if allow(closed_from=where) else too_many()


def send_again(links, token, closed, who=""):
    """Mail a fresh link to where the old one was sent; always the same answer.

    :param links: model of the links, as superuser
    :param closed: gives the answer
    :param str who: goes before the id of the link that the limit counts
    """
    if not allow(again_from=network()):
        return too_many()
    if allow(again=f"{who}{links._ar_lookup(token).id or token}"):
        links._ar_send_again(token)
    return closed()


def by_link(token, lang=None):
    """The visitor behind a token, or None."""
    link = request.env["ar.portal.link"].sudo()._ar_find(token)
    if not link:
        return None
    chosen = lang if lang in dict(request.env["res.lang"].get_installed()) else ""
    set_language(chosen, link.partner_id.lang)
    company = link.company_id
    debtor = request.env["ar.debtor"].sudo().with_company(company)
    shown = link.with_env(debtor.env)._ar_shown_moves()
    return Visitor(
        debtor=debtor.browse(link.debtor_id.id),
        partner=link.partner_id.with_env(debtor.env),
        email=link.email or "",
        base=f"/ar/a/{token}",
        link=link.with_env(debtor.env),
        move=shown or None,
        case=link.case_id.with_env(debtor.env) or None,
        lang=chosen,
    )


def by_login(debtor_id):
    """The logged-in visitor of one account of his own commercial entity, or None."""
    user = request.env.user
    debtor = my_debtors().filtered(lambda d: d.id == debtor_id)
    if not debtor:
        return None
    return Visitor(
        debtor=debtor.with_company(debtor.company_id),
        partner=user.partner_id.sudo(),
        email=user.email or "",
        base=f"/my/receivables/{debtor.id}",
    )


def my_debtors():
    """Accounts of the visitor's commercial entity, one per collecting company."""
    return (
        request.env["ar.debtor"]
        .sudo()
        .search(
            [
                (
                    "partner_id",
                    "=",
                    request.env.user.partner_id.commercial_partner_id.id,
                ),
                ("company_id.ar_portal_enabled", "=", True),
                ("ar_portal_closed", "=", False),
            ]
        )
    )
