"""A company whose customers pay online; one step per call.

    python3 tests/payments/scene.py --db NAME --port 8125 --url http://… open|send|look

Prints one JSON object about what the step has left behind.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.disputes.scene import ALWAYS  # noqa: E402
from tests.mails.letters_sent import company_of  # noqa: E402
from tests.support.odoo_env import Worker  # noqa: E402

SECRET = "whsec_of_the_scene_0123456789"
#: Amount of each invoice, and how many days ago it was due.
INVOICES = ((1200, 20), (345.6, 12), (80, 2), (500, -10))


def invoice(env, customer, amount, overdue):
    """A posted invoice, this many days past its due date."""
    today = env.company._ar_today()
    revenue = env["account.account"].search([("account_type", "=", "income")], limit=1)
    move = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": customer.id,
            "currency_id": env.ref("base.EUR").id,
            "invoice_date": today - timedelta(days=max(overdue, 0) + 30),
            "invoice_date_due": today - timedelta(days=overdue),
            "invoice_payment_term_id": False,
            "invoice_line_ids": [
                (
                    0,
                    0,
                    {
                        "name": "Steel, delivered",
                        "quantity": 1,
                        "price_unit": amount,
                        "tax_ids": [(5, 0, 0)],
                        "account_id": revenue.id,
                    },
                )
            ],
        }
    )
    move.action_post()
    return move


def provider_of(env, company):
    """Stripe in test mode, shown to customers."""
    provider = env["payment.provider"].search(
        [("code", "=", "stripe"), ("company_id", "=", company.id)], limit=1
    )
    provider.write(
        {
            "stripe_publishable_key": "pk_test_scene",
            "stripe_secret_key": "sk_test_scene",
            "ar_webhook_secret": SECRET,
            "state": "test",
            "is_published": True,
        }
    )
    return provider


def open_books(env, options):
    """Four invoices of a French customer, and the ladder that writes to him."""
    for code in ("en_US", "fr_FR"):
        env["res.lang"]._activate_lang(code)
    env.ref("base.EUR").active = True
    company = company_of(env, options.port)
    parameters = env["ir.config_parameter"]
    parameters.set_param("web.base.url", options.url)
    parameters.set_param("web.base.url.freeze", "True")
    company.ar_automation = True
    env["ar.strategy"].create(
        {
            "name": "Letters",
            "sequence": -10,
            "mode": "auto",
            "min_gap_days": 0,
            "weekly_cap": 9,
            "step_ids": [(0, 0, {"name": "First", "delay_days": 5})],
            **ALWAYS,
        }
    )
    customer = env["res.partner"].create(
        {
            "name": "Menuiserie Bertin",
            "is_company": True,
            "email": "compta@bertin.example",
            "lang": options.lang,
        }
    )
    moves = [invoice(env, customer, *told) for told in INVOICES]
    debtor = env["ar.debtor"]._ar_refresh(customer.ids)
    debtor.plan()
    provider = provider_of(env, company)
    return {"provider": provider.id, "numbers": [move.name for move in moves]}


def send(env, _options):
    env["ar.reminder"]._cron_send()
    return {}


def look(env, _options):
    """What the books and collections know now."""
    moves = env["account.move"].search(
        [("move_type", "=", "out_invoice"), ("state", "=", "posted")]
    )
    debtor = env["ar.debtor"].search([("partner_id.name", "=", "Menuiserie Bertin")])
    items = debtor._ar_portal_items()
    return {
        "open": {move.name: move.amount_residual for move in moves},
        "status": {item["number"]: item["status"] for item in items},
        "payments": env["account.payment"].search_count([]),
        "states": env["ar.payment.request"].search([], order="id").mapped("state"),
        "activities": debtor.activity_ids.mapped("summary"),
        "events": env["ar.event"]
        .search([("kind", "=like", "notice_pay%")], order="id")
        .mapped("kind"),
    }


def main(argv=None):
    parser = argparse.ArgumentParser(prog="scene")
    parser.add_argument("--db", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--url", default="http://127.0.0.1:8069")
    parser.add_argument("--lang", default="fr_FR")
    steps = {"open": open_books, "send": send, "look": look}
    parser.add_argument("step", choices=tuple(steps))
    options = parser.parse_args(argv)
    worker = Worker(options.db, log_level="error")
    print(json.dumps(worker.run(steps[options.step], options)), flush=True)


if __name__ == "__main__":
    main()
