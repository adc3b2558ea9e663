"""What a played day does inside Odoo: each function runs in a transaction of its own.

Configuration is what an administrator would set; the work is done through the same
entry points that the crons and buttons call. Results are JSON-able.
"""

from __future__ import annotations

import base64
import json
from datetime import date, datetime
from zoneinfo import ZoneInfo

from tests.day import company, figures, ledger, past, people, story
from tests.simulators.bank import OpenInvoice

STORY = "ar_demo.story"
#: What the platform's simulator accepts; the connection is set up with the same.
CREDENTIALS = {
    "client_id": "demo-client",
    "client_secret": "demo-client-secret",
    "login": "TECH_1_DEMO@cpro.fr",
    "password": "demo-tech-password",
}
OPEN_PUBLIC = [
    ("move_type", "=", "out_invoice"),
    ("state", "=", "posted"),
    ("payment_state", "in", ("not_paid", "partial")),
    ("commercial_partner_id.company_registry", "=like", "2%"),
]
COUNTERS = """
    SELECT COALESCE((SELECT max(id) FROM ar_reminder), 0),
           COALESCE((SELECT max(id) FROM ar_event), 0),
           COALESCE((SELECT max(id) FROM ar_payment_notice), 0),
           COALESCE((SELECT max(id) FROM ar_dispute), 0),
           COALESCE((SELECT max(id) FROM account_bank_statement_line), 0)
"""


def main_company(env):
    """``env`` in the demo company."""
    company_id = _summary(env)["company"]
    return env(context=dict(env.context, allowed_company_ids=[company_id]))


def _summary(env) -> dict:
    text = env["ir.config_parameter"].get_param(company.PARAMETER)
    if not text:
        raise LookupError("This database has no demo company; `make demo` builds it.")
    return json.loads(text)


# Set-up --------------------------------------------------------------------------


def configure(env, url: str, smtp_port: int, platform_url: str) -> dict:
    """Point the product at this day's surroundings; the same every time."""
    env = main_company(env)
    parameters = env["ir.config_parameter"]
    parameters.set_param("web.base.url", url)
    parameters.set_param("web.base.url.freeze", "True")
    _mail_server(env, smtp_port)
    _collectors(env)
    _platform(env, platform_url)
    return _summary(env)


def _mail_server(env, port: int) -> None:
    values = {
        "name": "Demo mail sink",
        "smtp_host": "127.0.0.1",
        "smtp_port": port,
        "smtp_encryption": "none",
        "smtp_authentication": "login",
        "sequence": 1,
    }
    servers = env["ir.mail_server"].with_context(active_test=False)
    known = servers.search([("name", "=", values["name"])], limit=1)
    (known.write if known else servers.create)({**values, "active": True})


def _collectors(env) -> None:
    """Who collects, and that approved reminders may leave by themselves."""
    claire = env["res.users"].search([("login", "=", "claire")])
    env.company.write({"ar_collector_id": claire.id, "ar_automation": True})
    # A day is played at any hour of any day of the week.
    always = {"hour_from": 0, "hour_to": 24, "spread_minutes": 0}
    always.update(send_saturday=True, send_sunday=True, skip_holidays=False)
    env["ar.strategy"].search([]).write(always)
    env["ar.debtor"].search([("collector_id", "=", False)]).collector_id = claire
    for login, (_name, _who, wanted) in company.USERS.items():
        user = env["res.users"].search([("login", "=", login)])
        for name in wanted:
            group = env.ref(name, raise_if_not_found=False)
            if group and group not in user.all_group_ids:
                user.group_ids = [(4, group.id)]


def _platform(env, url: str) -> None:
    """The connection to the platform's simulator, switched on."""
    Platform = env["ar.platform"]
    name = "Chorus Pro (simulator)"
    values = {
        "name": name,
        "company_id": env.company.id,
        "environment": "demo",
        "token_url": f"{url}/api/oauth/token",
        "api_url": url,
        "client_id": CREDENTIALS["client_id"],
        "client_secret": CREDENTIALS["client_secret"],
        "tech_login": CREDENTIALS["login"],
        "tech_password": CREDENTIALS["password"],
        "structure_siret": env.company.company_registry,
    }
    platform = Platform.search(
        [("company_id", "=", env.company.id), ("name", "=", name)], limit=1
    )
    if platform:
        platform.write(values)
    else:
        platform = Platform.create(values)
    platform.action_activate()


def insolvent(env) -> list[str]:
    """Mark the customers that the story says are in receivership."""
    env = main_company(env)
    summary = _summary(env)
    customers = people.customers(summary["seed"], summary["scale"])
    stopped = [c.key for c in customers if "stopped" in c.flags][:1]
    partners = env["res.partner"].browse(summary["partners"][key] for key in stopped)
    debtors = env["ar.debtor"].search(
        [("partner_id", "in", partners.ids), ("insolvency", "=", False)]
    )
    debtors.write({"insolvency": "receivership"})
    return debtors.mapped("partner_id.name")


# The platform --------------------------------------------------------------------


def todays_story(env) -> dict:
    """What the platform tells today; remembered in the database."""
    env = main_company(env)
    now = datetime.now(ZoneInfo("Europe/Paris")).replace(tzinfo=None, microsecond=0)
    moves = env["account.move"].search(
        [*OPEN_PUBLIC, ("company_id", "=", env.company.id)], order="invoice_date, id"
    )
    invoices = [
        story.Deposited(
            number=move.name,
            date=move.invoice_date.isoformat(),
            total=move.amount_total,
            due=move.amount_residual,
            buyer=move.commercial_partner_id.name,
            siret=move.commercial_partner_id.company_registry,
        )
        for move in moves
    ]
    parameters = env["ir.config_parameter"]
    known = parameters.get_param(STORY)
    if known:
        told = story.next_day(json.loads(known), invoices, now)
    else:
        siret = env.company.company_registry
        told = story.first(invoices, siret, CREDENTIALS, now)
    parameters.set_param(STORY, json.dumps(told))
    return told


def sync(env, since: str, before: dict) -> dict:
    """The connector's cron.

    :param since: the platform must have been read whole after this UTC moment for
        ``done``; another worker may be doing it just now.
    """
    env = main_company(env)
    env["ar.platform"]._cron_sync()
    platforms = env["ar.platform"].search([("company_id", "=", env.company.id)])
    moment = datetime.fromisoformat(since)
    return {
        "done": all(
            p.last_success and p.last_success >= moment and not p.waiting_count
            for p in platforms
        ),
        "new": fresh(env, before),
        "invoices": sum(platforms.mapped("invoice_count")),
        "not_found": sum(platforms.mapped("unmatched_count")),
        "problems": [p.last_error for p in platforms if p.last_error],
    }


# The bank ------------------------------------------------------------------------


def _never_pay(summary: dict) -> list[int]:
    """Customers whose story is that they do not pay, or cannot be reached."""
    customers = people.customers(summary["seed"], summary["scale"])
    return [summary["partners"][c.key] for c in customers if c.flags]


def open_invoices(env) -> list[OpenInvoice]:
    """Invoices that a customer may pay whole today: one instalment, in euros."""
    env = main_company(env)
    journal = env["account.journal"].browse(_summary(env)["journal"])
    waiting = env["account.bank.statement.line"].search(
        [("journal_id", "=", journal.id), ("is_reconciled", "=", False)]
    )
    pending = (waiting.partner_id | waiting.ar_payer_id).commercial_partner_id
    excluded = [*pending.ids, *_never_pay(_summary(env))]
    moves = env["account.move"].search(
        [
            ("move_type", "=", "out_invoice"),
            ("state", "=", "posted"),
            ("payment_state", "=", "not_paid"),
            ("currency_id", "=", env.company.currency_id.id),
            ("company_id", "=", env.company.id),
            ("commercial_partner_id", "not in", excluded),
            ("commercial_partner_id.company_registry", "not =like", "2%"),
        ]
    )
    found = []
    for move in moves:
        lines = move.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        if len(lines) == 1:
            partner = move.commercial_partner_id
            found.append(
                OpenInvoice(
                    number=move.name,
                    customer=partner.name,
                    cents=round(move.amount_residual * 100),
                    iban=partner.bank_ids[:1].sanitized_acc_number or "",
                    reference=move.payment_reference or "",
                )
            )
    return found


def bank_position(env, day: str) -> dict:
    """What the next statement of the account starts from."""
    env = main_company(env)
    summary = _summary(env)
    journal = env["account.journal"].browse(summary["journal"])
    opening = figures.one(
        env,
        "SELECT round(sum(balance) * 100)::bigint FROM account_move_line"
        " WHERE account_id = %s AND parent_state = 'posted'",
        journal.default_account_id.id,
    )
    same_day = env["account.bank.statement"].search_count(
        [("journal_id", "=", journal.id), ("date", "=", day)]
    )
    return {
        "journal": journal.id,
        "iban": summary["iban"],
        "owner": env.company.name,
        "opening": opening,
        "sequence": same_day + 1,
    }


def import_statement(env, journal: int, filename: str, content: bytes) -> dict:
    """Through the product's own door, as the accountant would."""
    env = main_company(env)
    before, owed = counters(env), figures.ledger(env)
    record = env["account.journal"].browse(journal)
    told = record.ar_import_statement(filename, base64.b64encode(content).decode())
    again = record.ar_import_statement(filename, base64.b64encode(content).decode())
    lines = _lines_after(env, before)
    return {
        "told": _plain(told),
        "again": _plain(again),
        "lines": len(lines),
        "received": sum(round(a * 100) for a in lines.mapped("amount") if a > 0),
        "first": before["lines"],
        "owed_before": owed,
    }


def _plain(value):
    """``value`` as JSON would carry it."""
    return json.loads(json.dumps(value, default=str))


def _lines_after(env, before: dict):
    return env["account.bank.statement.line"].search(
        [("id", ">", before["lines"]), ("company_id", "=", env.company.id)], order="id"
    )


def letter(env, first: int) -> dict:
    """The matching cron, and what became of the lines after ``first``."""
    env = main_company(env)
    env["account.bank.statement.line"]._cron_ar_letter()
    env.invalidate_all()
    lines = _lines_after(env, {"lines": first})
    receipts = lines.filtered(lambda line: line.amount > 0)
    matched = receipts.filtered("is_reconciled")
    booked = env["ar.lettering.proposal"].search(
        [("st_line_id", "in", matched.ids), ("state", "=", "booked")], order="id"
    )
    return {
        "done": "new" not in receipts.mapped("ar_lettering_state"),
        "matched": len(matched),
        "cents": sum(round(line.amount * 100) for line in matched),
        "written_off": round(sum(booked.mapped("written_off")) * 100),
        "owed_after": figures.ledger(env),
        "left": [
            {
                "label": line.payment_ref,
                "cents": round(line.amount * 100),
                "why": line_reason(line),
            }
            for line in receipts - matched
        ],
    }


def line_reason(line) -> str:
    """Why a receipt is not booked, in the product's words."""
    told = line.ar_explain()[0]
    against = [reason["words"] for reason in told["reasons"][:1]]
    return " ".join(against) or told["decision"]


# Reminders -----------------------------------------------------------------------


def remember(env, today: str) -> dict:
    """The contacts of the months before, when the product has none yet."""
    env = main_company(env)
    summary = _summary(env)
    customers = people.customers(summary["seed"], summary["scale"])
    spared = [summary["partners"][c.key] for c in customers if c.flags & ledger.MAILED]
    return past.remind(env, date.fromisoformat(today), spared)


def plan(env) -> dict:
    """The planner's cron."""
    return _plain(main_company(env)["ar.debtor"]._cron_plan() or {})


def to_approve(env) -> list[int]:
    """Planned e-mails that the strategy leaves to the collector to confirm."""
    env = main_company(env)
    return (
        env["ar.reminder"]
        .search(
            [
                ("company_id", "=", env.company.id),
                ("state", "=", "planned"),
                ("channel", "=", "email"),
                ("mode", "=", "confirm"),
            ]
        )
        .ids
    )


def send(env) -> dict:
    """The sender's cron; ``done`` when nothing is leaving any more."""
    env = main_company(env)
    told = _plain(env["ar.reminder"]._cron_send() or {})
    leaving = env["ar.reminder"].search_count(
        [
            ("company_id", "=", env.company.id),
            ("state", "in", ("approved", "sending")),
            ("attempts", "<=", 1),
            ("error", "=", False),
        ]
    )
    return {"told": told, "done": not leaving}


def reminders_after(env, last: int) -> list[dict]:
    """Reminders of today with what they said."""
    env = main_company(env)
    return [
        {
            "id": reminder.id,
            "state": reminder.state,
            "channel": reminder.channel,
            "debtor": reminder.debtor_id.id,
            "customer": reminder.partner_id.name,
            "email": reminder.email or "",
            "numbers": reminder.line_ids.mapped("number"),
            "lines": [_told_line(line) for line in reminder.line_ids],
            "error": reminder.error or "",
            "cancelled": figures.words(env, reminder.cancel_code or ""),
        }
        for reminder in env["ar.reminder"].search(
            [("id", ">", last), ("company_id", "=", env.company.id)], order="id"
        )
    ]


def _told_line(line) -> dict:
    """A line of a sent reminder beside what its instalment has open, in cents."""
    return {
        "number": line.number,
        "cents": round(line.amount * 100),
        "open": round(line.item_id.move_line_id.amount_residual_currency * 100),
    }


def explain(env, debtor: int) -> dict:
    """Why this customer is chased or not, read live."""
    env = main_company(env)
    return _plain(env["ar.debtor"].browse(debtor).explain())


def notices(env, debtor: int) -> list[dict]:
    """Announced payments of a customer that hold something back."""
    env = main_company(env)
    return [
        {
            "id": notice.id,
            "state": notice.state,
            "source": notice.source,
            "cents": round(notice.amount * 100),
            "numbers": notice.line_ids.move_id.mapped("name"),
        }
        for notice in env["ar.payment.notice"].search(
            [("debtor_id", "=", debtor), ("state", "in", ("to_review", "active"))]
        )
    ]


# Counting ------------------------------------------------------------------------


def counters(env) -> dict:
    """The last id of what a day creates."""
    env.flush_all()
    env.cr.execute(COUNTERS)
    names = ("reminders", "events", "notices", "disputes", "lines")
    return dict(zip(names, env.cr.fetchone(), strict=True))


def fresh(env, before: dict) -> dict:
    """How many events, notices and disputes appeared since ``before``, by kind."""
    rows = {}
    for name, model, group in (
        ("events", "ar.event", "kind"),
        ("notices", "ar.payment.notice", "source"),
        ("disputes", "ar.dispute", "state"),
    ):
        found = env[model]._read_group(
            [("id", ">", before[name])], [group], ["__count"]
        )
        rows[name] = {key: count for key, count in found}
    return rows


def evening(env, before: dict) -> dict:
    """Positions and checks at the end of the day."""
    env = main_company(env)
    rows = figures.positions(env, before["reminders"])
    return {"rows": rows, "checks": figures.check(env, rows)}
