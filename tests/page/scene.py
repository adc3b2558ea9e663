"""A customer with a page: invoices, a status on his platform, a plan, two ways in.

    python3 tests/page/scene.py --db NAME [--invoices 12]

Prints one JSON object: the path of his link, the account's id, a plan's id.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.support.odoo_env import Worker  # noqa: E402

IBAN = "FR7630006000011234567890189"


def company_of(env):
    """A seller in euro, with a bank account and words of its own."""
    env["res.lang"]._activate_lang("fr_FR")
    env["res.lang"]._activate_lang("en_US")
    company = env.company
    euro = env.ref("base.EUR")
    euro.active = True
    company.currency_id = euro
    if not company.chart_template:
        env["account.chart.template"].try_loading("fr", company)
    bank = env["res.partner.bank"].create(
        {
            "acc_number": IBAN,
            "partner_id": company.partner_id.id,
            "allow_out_payment": True,
        }
    )
    company.write(
        {
            "name": "Works",
            "email": "compta@works.example",
            "ar_stale_bank_days": 0,
            "ar_portal_help": "9 am to 5 pm",
        }
    )
    return company, bank


def invoices(env, partner, bank, count):
    """Posted invoices, from 40 days late to some days ahead."""
    today = date.today()
    moves = env["account.move"].create(
        [
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "invoice_date": today - timedelta(days=70),
                "invoice_date_due": today - timedelta(days=40 - 5 * rank),
                "invoice_payment_term_id": False,
                "partner_bank_id": bank.id,
                "ref": f"PO-{rank:04d}",
                "invoice_line_ids": [
                    (0, 0, {"name": "Work", "price_unit": 120 + rank, "tax_ids": []})
                ],
            }
            for rank in range(count)
        ]
    )
    moves.action_post()
    return moves


def people(env, customer):
    """The collector whose card is on the page, and a contact who can log in."""
    users = env["res.users"].with_context(no_reset_password=True)
    collector = users.create(
        {
            "name": "Claire Martin",
            "login": "claire",
            "email": "claire@works.example",
            "group_ids": [(4, env.ref("ar_collections.group_user").id)],
        }
    )
    contact = env["res.partner"].create(
        {"name": "Paul", "parent_id": customer.id, "lang": "fr_FR"}
    )
    users.create(
        {
            "login": "paul.portal",
            "password": "paul.portal",
            "partner_id": contact.id,
            "email": "paul@bertin.example",
            "group_ids": [(6, 0, env.ref("base.group_portal").ids)],
        }
    )
    return collector


def prepare(env, count):
    """Everything, committed by the caller; what the tests need to know."""
    _company, bank = company_of(env)
    customer = env["res.partner"].create(
        {
            "name": "Menuiserie Bertin",
            "is_company": True,
            "email": "compta@bertin.example",
            "lang": "fr_FR",
        }
    )
    moves = invoices(env, customer, bank, count)
    debtor = env["ar.debtor"]._ar_of_moves(moves)
    debtor.plan()
    debtor.collector_id = people(env, customer)
    items = debtor.item_ids.sorted("due_date")
    items._ar_bulk_update(
        [(items[1].id, "Suspended", "suspended", datetime.now(), "Bon de commande ?")],
        {
            "buyer_status": "varchar",
            "buyer_status_code": "varchar",
            "buyer_status_date": "timestamp",
            "buyer_comment": "text",
        },
    )
    template = env["ar.payment.plan.template"].create(
        {"name": "3 × 30 days", "count": 3, "every": 30, "unit": "days", "after": 30}
    )
    plan = env["ar.payment.plan"]._ar_prepare(items[0], template, date.today(), {})
    plan.action_mark_proposed()
    return {
        "link": urlsplit(debtor._ar_action_url(customer)).path,
        "account": debtor.id,
        "plan": plan.id,
        "item": items[2].id,
        "numbers": [item.move_id.name for item in items],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--db", required=True)
    parser.add_argument("--invoices", type=int, default=12)
    options = parser.parse_args()
    print(json.dumps(Worker(options.db).run(prepare, options.invoices)))


if __name__ == "__main__":
    main()
