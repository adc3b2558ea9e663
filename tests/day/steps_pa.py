"""The accredited platform of a played day, inside Odoo; see :mod:`tests.day.steps`."""

from __future__ import annotations

import json
from datetime import datetime, timezone

from tests.day import story_pa
from tests.day.steps import main_company

STORY = "ar_demo.story_pa"
NAME = "Accredited platform (simulator)"
#: What the simulator accepts; the connection is set up with the same.
CREDENTIALS = {
    "client_id": "demo-pa-client",
    "client_secret": "demo-pa-client-secret",
}
OPEN_BUSINESS = [
    ("move_type", "=", "out_invoice"),
    ("state", "=", "posted"),
    ("payment_state", "=", "not_paid"),
    ("commercial_partner_id.company_registry", "!=", False),
    ("commercial_partner_id.company_registry", "not =like", "2%"),
    ("currency_id.name", "=", "EUR"),
]


def connect(env, url: str) -> None:
    """The connection to the simulator, switched on, with the key of its webhook."""
    env = main_company(env)
    Platform = env["ar.platform"]
    values = {
        "name": NAME,
        "kind": "pa",
        "company_id": env.company.id,
        "environment": "demo",
        "token_url": f"{url}/oauth2/token",
        "api_url": url,
        **CREDENTIALS,
    }
    company = [("company_id", "=", env.company.id), ("name", "=", NAME)]
    platform = Platform.search(company, limit=1)
    if platform:
        platform.write(values)
    else:
        platform = Platform.create(values)
        platform.action_webhook_key()
    platform.action_activate()


def todays_story(env, calls_us: str) -> dict:
    """What the platform tells today; remembered in the database.

    :param calls_us: address at which the platform reaches this Odoo
    """
    env = main_company(env)
    now = datetime.now(timezone.utc).replace(microsecond=0)
    parameters = env["ir.config_parameter"]
    known = parameters.get_param(STORY)
    newest = env["account.move"].search(
        [*OPEN_BUSINESS, ("company_id", "=", env.company.id)],
        order="invoice_date desc, id desc",
        limit=None if known else len(story_pa.WAYS),
    )
    if known:
        told = story_pa.next_day(json.loads(known), set(newest.mapped("name")), now)
    else:
        sold = [_sold(move) for move in newest]
        told = story_pa.first(sold, env.company.company_registry[:9], now)
    parameters.set_param(STORY, json.dumps(told))
    platform = env["ar.platform"].search([("name", "=", NAME)], limit=1)
    return {
        "credentials": CREDENTIALS,
        "flows": told["flows"],
        "webhook": {
            "url": f"{calls_us}/ar/platform/webhook/{platform.webhook_uid}",
            "key": platform.sudo().webhook_secret,
        },
    }


def _sold(move) -> story_pa.Sold:
    buyer = move.commercial_partner_id
    return story_pa.Sold(
        number=move.name,
        date=move.invoice_date.isoformat(),
        total=move.amount_total,
        buyer=buyer.name,
        siren=buyer.company_registry[:9],
    )
