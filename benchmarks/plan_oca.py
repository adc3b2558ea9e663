"""Nights of OCA's ``account_credit_control`` on one database, as ``plan_ours`` does.

    python3 benchmarks/plan_oca.py first DB ITEMS CUSTOMERS
    python3 benchmarks/plan_oca.py later DB ITEMS [--sent]

Its three-level policy of its own data is used, for e-mail customers. One night is
one control run: the computing of the credit control lines, without their mails.
"""

import json
import sys
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import ledger  # noqa: E402
from meter import Meter  # noqa: E402

from odoo import fields  # noqa: E402

from tests.support.odoo_env import odoo_env  # noqa: E402

TABLES = "credit\\_control\\_%"


def first(env, items, customers):
    ledger.build(env, int(items), int(customers))
    policy = env.ref("account_credit_control.credit_control_3_time")
    policy.account_ids = env["account.account"].search(
        [("account_type", "=", "asset_receivable")]
    )
    env.company.credit_policy_id = policy
    env.flush_all()
    env.cr.commit()
    return [_night(env, "first night", int(items), fields.Date.today())]


def later(env, items, *options):
    sent = "--sent" in options
    if sent:
        env.cr.execute(
            "UPDATE credit_control_line SET state = 'sent' WHERE state = 'draft'"
        )
        env.cr.commit()
    ledger.next_day(env)
    name = "next night, contacts were made" if sent else "next night, none was made"
    return [_night(env, name, int(items), fields.Date.today() + timedelta(days=1))]


def _night(env, name, items, day):
    env.cr.execute("ANALYZE")
    with Meter(env, TABLES) as meter:
        run = env["credit.control.run"].create({"date": day})
        run.generate_credit_lines()
    return meter.told(name, items)


def main():
    action, database, *arguments = sys.argv[1:]
    with odoo_env(database) as env:
        print(json.dumps({"first": first, "later": later}[action](env, *arguments)))


if __name__ == "__main__":
    main()
