"""Builds the demo company: 150 customers, 18 months of sales, paid more or less well.

``build(env)`` does everything through Odoo's own API in one transaction, so that an
interrupted build leaves nothing. The same seed gives the same names, amounts and
delays, placed relative to ``today``. A company already built is left alone and its
summary given again.
"""

from __future__ import annotations

import base64
import io
import json
import time
from datetime import date, datetime
from zoneinfo import ZoneInfo

from tests.day import books, ledger, people

PARAMETER = "ar_demo.company"
NAME = "Manufacture Valcreuse SAS"
IBAN = people.french_iban(42, bank="30998")
OPENING = 265000.00
#: login -> (name, role, groups wanted when their module is installed)
USERS = {
    "claire": (
        "Claire Morvan",
        "collector",
        ["ar_collections.group_user"],
    ),
    "marc": (
        "Marc Delattre",
        "credit manager",
        ["ar_collections.group_manager", "account.group_account_invoice"],
    ),
    "paul": (
        "Paul Ferrand",
        "accountant",
        ["account.group_account_manager", "ar_collections.group_user"],
    ),
}


def company_day() -> date:
    """Today where the company works, whatever the machine's own time zone."""
    return datetime.now(ZoneInfo("Europe/Paris")).date()


def logo() -> bytes:
    """The company's logo: its name on its colour, as base64 PNG."""
    from PIL import Image, ImageDraw, ImageFont

    image = Image.new("RGB", (360, 96), "#2f4b3c")
    pen = ImageDraw.Draw(image)
    pen.rectangle((18, 22, 70, 74), fill="#c98f4e")
    pen.rectangle((30, 34, 58, 74), fill="#2f4b3c")
    pen.text((88, 28), "VALCREUSE", fill="#f4efe6", font=ImageFont.load_default(36))
    sink = io.BytesIO()
    image.save(sink, "PNG")
    return base64.b64encode(sink.getvalue())


def make_company(env):
    """The company's identity, French chart, currency and bank journal."""
    company = env.company
    env["res.lang"]._activate_lang("en_US")
    env["res.lang"]._activate_lang("fr_FR")
    env["res.currency"].with_context(active_test=False).search(
        [("name", "=", "EUR")]
    ).active = True
    company.country_id = env.ref("base.fr")
    if company.chart_template != "fr":
        env["account.chart.template"].try_loading("fr", company, install_demo=False)
    siret = people.siret_of(90042)
    company.write(
        {
            "name": NAME,
            "logo": logo(),
            "primary_color": "#2f4b3c",
            "secondary_color": "#c98f4e",
            "street": "14 chemin des Scieurs",
            "zip": "42600",
            "city": "Valcreuse-en-Forez",
            "phone": "+33 4 65 71 42 00",
            "email": "comptabilite@valcreuse.example",
            "company_registry": siret,
            "vat": people.french_vat(siret[:9]),
        }
    )
    company.partner_id.lang = "fr_FR"
    company.alias_domain_id = env["mail.alias.domain"].create(
        {
            "name": "valcreuse.example",
            "company_ids": [(6, 0, company.ids)],
        }
    )
    sales = env["account.journal"].search(
        [("type", "=", "sale"), ("company_id", "=", company.id)], limit=1
    )
    sales.code = "FAC"  # whatever language the chart was loaded in
    journal = env["account.journal"].search(
        [("type", "=", "bank"), ("company_id", "=", company.id)], limit=1
    )
    journal.name = "Banque du Forez"
    journal.set_bank_account(IBAN)
    return company, journal


def make_users(env) -> list[dict]:
    """Plain log-ins for a demonstration: the password is the log-in."""
    logins = []
    # No robot greets them: its chat window would lie over the page.
    silent = {"odoobot_state": "disabled"}
    silent = {k: v for k, v in silent.items() if k in env["res.users"]._fields}
    for login, (name, role, wanted) in USERS.items():
        groups = [
            env.ref(group, raise_if_not_found=False)
            for group in ("base.group_user", *wanted)
        ]
        env["res.users"].create(
            {
                "name": name,
                "login": login,
                "password": login,
                "email": f"{login}@valcreuse.example",
                "lang": "fr_FR",
                "tz": "Europe/Paris",
                "company_id": env.company.id,
                "company_ids": [(6, 0, env.company.ids)],
                "group_ids": [(6, 0, [group.id for group in groups if group])],
                **silent,
            }
        )
        logins.append({"login": login, "password": login, "who": role})
    env.ref("base.user_admin").write(
        {
            "tz": "Europe/Paris",
            "email": "admin@valcreuse.example",
        }
    )
    return [{"login": "admin", "password": "admin", "who": "administrator"}, *logins]


def open_bank(env, journal, day: date) -> None:
    """The bank balance the history starts from, against capital."""
    capital = env["account.account"].search([("code", "=like", "101%")], limit=1)
    move = env["account.move"].create(
        {
            "move_type": "entry",
            "date": day,
            "ref": "À-nouveau",
            "line_ids": [
                (0, 0, {"account_id": journal.default_account_id.id, "debit": OPENING}),
                (0, 0, {"account_id": capital.id, "credit": OPENING}),
            ],
        }
    )
    move.action_post()


def _summary(env, journal, logins, rows: dict) -> dict:
    return {
        "company": env.company.id,
        "journal": journal.id,
        "iban": IBAN,
        "logins": logins,
        **rows,
    }


def _history(env, today: date, seed: int, scale: float, say) -> dict:
    """Customers, invoices, receipts and statements."""
    env = books.quiet(env)
    _company, journal = make_company(env)
    terms, products = books.make_terms(env), books.make_products(env)
    books.make_rates(env, today)
    customers = people.customers(seed, scale)
    partners = books.make_partners(env, customers, terms)
    say(f"  {len(customers)} customers")
    invoices = ledger.invoices(customers, today, seed, scale)
    open_bank(env, journal, invoices[0].day)
    moves = books.post_invoices(env, invoices, partners, terms, products, say)
    dues = books.read_dues(env, invoices, moves)
    lines = books.receivable_lines(env, invoices, moves)
    books.allocate_credits(env, dues, lines, say)
    receipts = ledger.receipts(customers, dues, today, seed)
    books.book_receipts(env, journal, receipts, partners, lines, say)
    books.book_cheques(env, journal, receipts, partners, lines, say)
    days = (today - invoices[0].day).days
    books.book_outgoings(env, journal, today, days, scale, say)
    closing = books.make_statements(env, journal, OPENING, say)
    _odd_cases(env, customers, partners, moves, invoices)
    return {
        "journal": journal,
        "customers": len(customers),
        "invoices": sum(not invoice.credit for invoice in invoices),
        "credit_notes": sum(invoice.credit for invoice in invoices),
        "receipts": len(receipts),
        "closing_balance": closing,
        "partners": {key: partner.id for key, partner in partners.items()},
    }


def _odd_cases(env, customers, partners, moves, invoices) -> None:
    """What no ledger shows by itself: invoices nobody may chase."""
    stopped = [c.key for c in customers if "stopped" in c.flags]
    for invoice in invoices:
        if invoice.customer == "person-000" and not invoice.credit:
            moves[invoice.key].no_followup = True
    for key in stopped[:1]:
        partners[key].comment = "Redressement judiciaire : créance déclarée."


def build(env, seed: int = 20260131, today=None, say=print, scale: float = 1.0) -> dict:
    """Build the demo company in ``env``'s main company and commit.

    :param today: the day the history ends before (a date or ISO string); the company's
        day if None.
    :param scale: share of the 150 customers and 1,200 invoices.
    :return: JSON-able summary: company, journal, iban, logins, counts, partners by key.
    """
    parameters = env["ir.config_parameter"].sudo()
    known = parameters.get_param(PARAMETER)
    if known:
        say("The demo company is already there.")
        return json.loads(known)
    start = time.monotonic()
    day = date.fromisoformat(str(today)) if today else company_day()

    def timed(text):
        say(f"{time.monotonic() - start:6.1f} s {text}")

    timed(f"{NAME}: books up to {day}")
    rows = _history(env, day, seed, scale, timed)
    logins = make_users(books.quiet(env))
    summary = _summary(env, rows.pop("journal"), logins, rows)
    summary.update(today=str(day), seed=seed, scale=scale)
    parameters.set_param(PARAMETER, json.dumps(summary))
    env.cr.commit()
    timed("done")
    return summary
