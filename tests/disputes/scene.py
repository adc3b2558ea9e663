"""A company in which a salesperson answers disputes; one step per call.

    python3 tests/disputes/scene.py --db NAME --port 8125 open|send|book

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

from tests.mails.letters_sent import company_of, invoice  # noqa: E402
from tests.support.odoo_env import Worker  # noqa: E402

ALWAYS = {
    "send_saturday": True,
    "send_sunday": True,
    "hour_from": 0.0,
    "hour_to": 24.0,
    "skip_holidays": False,
    "spread_minutes": 0,
}


def people(env):
    """The salesperson, who is only an employee, and his collector."""
    users = env["res.users"].with_context(no_reset_password=True)
    return users.create(
        [
            {
                "name": name,
                "login": login,
                "password": login,
                "email": f"{login}@works.example",
                "tz": "Europe/Paris",
                "group_ids": [(6, 0, env.ref(group).ids)],
            }
            for name, login, group in (
                ("Sam Leroy", "sam", "base.group_user"),
                ("Claire Martin", "claire", "ar_collections.group_user"),
            )
        ]
    )


def contest(env, first, second):
    """The customer contests, on his page, half of one invoice and all of another."""
    fact = {"source": "portal", "reason_code": "quantity"}
    return env["ar.dispute"]._ar_raise(
        [
            {
                **fact,
                "move_id": first.id,
                "source_key": "form-1",
                "amount": 500,
                "description": "Two pallets of four were missing.",
            },
            {**fact, "move_id": second.id, "source_key": "form-2"},
        ]
    )


def open_disputes(env, port):
    """Half of an invoice is contested; a second dispute is past its date."""
    env["res.lang"]._activate_lang("en_US")
    company = company_of(env, port)
    company.write(
        {
            "ar_automation": True,
            "ar_dispute_tell_opened": True,
            "ar_dispute_tell_closed": True,
        }
    )
    env["ar.strategy"].create(
        {"name": "Calls", "sequence": -10, "mode": "manual", **ALWAYS}
    )
    sam, claire = people(env)
    customer = env["res.partner"].create(
        {
            "name": "Menuiserie Bertin",
            "is_company": True,
            "email": "compta@bertin.example",
            "lang": "en_US",
        }
    )
    moves = [invoice(env, customer, amount)[0] for amount in (1000, 240)]
    for move in moves:
        move.invoice_user_id = sam
    debtor = env["ar.debtor"]._ar_refresh(customer.ids)
    debtor.collector_id = claire
    first, second = contest(env, *moves)
    second.target_date = company._ar_today() - timedelta(days=3)
    env["ar.dispute"]._ar_untold()._ar_escalate_safely()
    return {
        "invoice": moves[0].name,
        "dispute": first.name,
        "id": first.id,
        "late": second.name,
    }


def send(env):
    env["ar.reminder"]._cron_send()
    return {}


def book(env):
    """Billing books the credit note that the salesperson granted."""
    dispute = env["ar.dispute"].search([("decided_at", "!=", False)])
    context = dispute.action_ar_credit()["context"]
    Reversal = env["account.move.reversal"].with_context(**context)
    wizard = Reversal.create({"journal_id": dispute.move_id.journal_id.id})
    credit = env["account.move"].browse(wizard.refund_moves()["res_id"])
    credit.action_post()
    env["ar.debtor"]._ar_refresh(dispute.partner_id.ids)
    return {
        "decided_by": dispute.decided_by_id.name,
        "note": dispute.resolution_note,
        "credit": credit.amount_total,
        "number": credit.name,
        "state": dispute.state,
        "due": dispute.debtor_id.amount_due,
    }


def main(argv=None):
    parser = argparse.ArgumentParser(prog="scene")
    parser.add_argument("--db", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("step", choices=("open", "send", "book"))
    options = parser.parse_args(argv)
    worker = Worker(options.db, log_level="error")
    if options.step == "open":
        told = worker.run(open_disputes, options.port)
    else:
        told = worker.run({"send": send, "book": book}[options.step])
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
