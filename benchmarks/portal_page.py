"""Customers with 5 and with 500 open items, and their ways in; one line of JSON.

python3 benchmarks/portal_page.py DB ITEMS VISITORS
"""

import json
import sys
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import ledger  # noqa: E402

from odoo import Command, fields  # noqa: E402

from tests.support.odoo_env import odoo_env  # noqa: E402

FEW = 5


def small_customer(env):
    """A customer with as many open invoices as most have."""
    customer = env["res.partner"].create(
        {"name": "Small", "is_company": True, "email": "s@example.com"}
    )
    due = fields.Date.today() - timedelta(days=10)
    line = {"name": "Work", "price_unit": 100, "tax_ids": []}
    moves = env["account.move"].create(
        [
            {
                "move_type": "out_invoice",
                "partner_id": customer.id,
                "invoice_date": due,
                "invoice_date_due": due,
                "invoice_payment_term_id": False,
                "invoice_line_ids": [Command.create(line)],
            }
            for _rank in range(FEW)
        ]
    )
    moves.action_post()
    return customer


def ways_in(env, customer, visitors):
    """A log-in and as many links, each for a person of its own."""
    people = env["res.partner"].create(
        [
            {
                "name": f"Person {rank}",
                "parent_id": customer.id,
                "email": f"p{rank}.{customer.id}@example.com",
                "lang": "en_US",
            }
            for rank in range(visitors)
        ]
    )
    login = f"bench{customer.id}"
    env["res.users"].with_context(no_reset_password=True).create(
        {
            "login": login,
            "password": login,
            "partner_id": people[0].id,
            "group_ids": [Command.set(env.ref("base.group_portal").ids)],
        }
    )
    debtor = env["ar.debtor"].search([("partner_id", "=", customer.id)])
    links = [urlsplit(debtor._ar_action_url(person)).path for person in people]
    return {"login": login, "account": debtor.id, "links": links}


def prepare(env, items, visitors):
    """Both customers, planned as in a night."""
    env.company.ar_stale_bank_days = 0
    (large,) = ledger.build(env, items, 1)
    large = env["res.partner"].browse(large)
    customers = {"few": small_customer(env), "many": large}
    partners = [customer.id for customer in customers.values()]
    env["ar.debtor"]._ar_refresh(partners)
    env.cr.commit()
    told = {name: ways_in(env, one, visitors) for name, one in customers.items()}
    env.cr.commit()
    return told


def main():
    database, items, visitors = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    with odoo_env(database) as env:
        print(json.dumps(prepare(env, items, visitors)))


if __name__ == "__main__":
    main()
