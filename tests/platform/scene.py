"""A company and its connection to a simulated platform; one step per call.

    python3 tests/platform/scene.py --db NAME --url http://127.0.0.1:8102 business

``business``, ``public``: the books and the connection; ``read``: the scheduled reading;
``known``: what has become of it. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.support.odoo_env import Worker  # noqa: E402

SIREN = "552100554"
DAY = date.today() - timedelta(days=12)
PEOPLE = {"login": "claire", "password": "claire", "name": "Claire Martin"}
INVOICES = 60


def books(env, count):
    """Posted invoices to one customer, not yet due."""
    company = env.company
    if not company.chart_template:
        env["account.chart.template"].try_loading("generic_coa", company)
    company.company_registry = f"{SIREN}00013"
    partner = env["res.partner"].create(
        {"name": "Menuiserie Bertin", "is_company": True, "lang": "en_US"}
    )
    moves = env["account.move"].create(
        [
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "invoice_date": DAY,
                "invoice_date_due": DAY + timedelta(days=60),
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    (0, 0, {"name": "Work", "price_unit": 100 + n, "tax_ids": []})
                ],
            }
            for n in range(count)
        ]
    )
    moves.action_post()
    env["ar.debtor"]._ar_refresh(partner.ids)
    group = env.ref("ar_collections.group_user")
    users = env["res.users"].with_context(no_reset_password=True)
    users.create({**PEOPLE, "group_ids": [(4, group.id)]})
    return moves


def connection(env, url, **values):
    """The connection, switched on, that its own schedule leaves alone today."""
    env["ir.cron"].search([]).nextcall = f"{date.today() + timedelta(days=2)} 00:00:00"
    env["ir.cron.trigger"].search([]).unlink()
    platform = env["ar.platform"].create(
        {"name": "Platform", "environment": "demo", "api_url": url, **values}
    )
    platform.action_activate()
    return platform


def business(env, url):
    """One invoice, a connection to an accredited platform, its webhook."""
    move = books(env, 1)
    platform = connection(
        env,
        url,
        kind="pa",
        token_url=f"{url}/oauth2/token",
        client_id="pa-client",
        client_secret="pa-client-secret",
    )
    platform.action_webhook_key()
    return {
        "number": move.name,
        "date": str(move.invoice_date),
        "seller": SIREN,
        "path": f"/ar/platform/webhook/{platform.webhook_uid}",
        "key": platform.webhook_secret,
    }


def public(env, url):
    """Many invoices, and a connection to the platform of public buyers."""
    moves = books(env, INVOICES)
    connection(
        env,
        url,
        token_url=f"{url}/api/oauth/token",
        client_id="sim-client",
        client_secret="sim-client-secret",
        tech_login="TECH_1_SIM@cpro.fr",
        tech_password="sim-tech-password",
        calls_per_second=0,
    )
    return {
        "invoices": [
            {"number": m.name, "date": str(m.invoice_date), "total": m.amount_total}
            for m in moves
        ]
    }


def read(env, _url):
    env["ar.platform"]._cron_sync()
    return known(env, _url)


def known(env, _url):
    """What the platform told, and what it did."""
    platform = env["ar.platform"].search([("name", "=", "Platform")])
    links = platform.invoice_ids
    disputes = env["ar.dispute"].search([("source", "=", "platform")])
    told = [("source", "=", "platform"), ("kind", "=", "platform_status")]
    return {
        "invoices": len(links),
        "waiting": len(links.filtered("pending")),
        "problems": [p for p in (platform.last_error, *links.mapped("error")) if p],
        "events": len(links.event_ids),
        "timeline": env["ar.event"].search_count(told),
        "disputes": len(disputes),
        "disputed": len(disputes.move_id),
    }


STEPS = {"business": business, "public": public, "read": read, "known": known}


def main(argv=None):
    parser = argparse.ArgumentParser(prog="scene")
    parser.add_argument("--db", required=True)
    parser.add_argument("--url", default="")
    parser.add_argument("step", choices=STEPS)
    options = parser.parse_args(argv)
    told = Worker(options.db).run(STEPS[options.step], options.url)
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
