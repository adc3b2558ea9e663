"""A colleague asks for recovery; one step per call.

    python3 tests/cases/scene.py --db NAME open|books

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

#: No server listens there: nothing is sent in this scene.
NOWHERE = 9
PEOPLE = (
    ("Sam Leroy", "sam", "base.group_user"),
    ("Claire Martin", "claire", "ar_collections.group_user"),
)


def people(env):
    """The salesperson, who is only an employee, and the collector."""
    users = env["res.users"].with_context(no_reset_password=True)
    return users.create(
        [
            {
                "name": name,
                "login": login,
                "password": login,
                "email": f"{login}@works.example",
                "tz": "Europe/Paris",
                "lang": "en_US",
                "group_ids": [(6, 0, env.ref(group).ids)],
            }
            for name, login, group in PEOPLE
        ]
    )


def customer(env, name, *amounts):
    """A company that owes these amounts, late; (customer, invoices)."""
    partner = env["res.partner"].create(
        {"name": name, "is_company": True, "email": f"{name.split()[-1]}@x.example"}
    )
    moves = [invoice(env, partner, amount)[0] for amount in amounts]
    return partner, moves


def open_scene(env):
    """Two late customers; cases of one of them stand at several stages."""
    env["res.lang"]._activate_lang("en_US")
    company = company_of(env, NOWHERE)
    company.partner_id.country_id = env.ref("base.fr")
    _sam, claire = people(env)
    bertin, wanted = customer(env, "Menuiserie Bertin", 1200, 340)
    morel, others = customer(env, "Atelier Morel", 5000, 800, 2600)
    debtors = env["ar.debtor"]._ar_refresh([bertin.id, morel.id])
    debtors.collector_id = claire
    stages = ("amicable_2", "formal_notice", "injunction")
    for move, name in zip(others, stages, strict=True):
        case = env["ar.case"]._ar_open({"move_ids": move.ids, "user_id": claire.id})
        case._ar_go(env.ref(f"ar_collections.ar_case_stage_{name}"))
    late = env["ar.case"].search([("state", "=", "formal_notice")], limit=1)
    late.deadline = company._ar_today() - timedelta(days=2)
    late._ar_night()
    return {"invoice": wanted[0].name, "other": wanted[1].name, "late": late.name}


def books(env):
    """What the request has become."""
    case = env["ar.case"].search([("requester_id.login", "=", "sam")])
    return {
        "case": case.name,
        "state": case.state,
        "stage": case.stage_id.name,
        "invoices": case.line_ids.mapped("number"),
        "reason": case.request_reason,
        "held": [item.case_id.name for item in case.line_ids.item_id],
        "files": env["ir.attachment"].search_count(
            [("res_model", "=", "ar.case"), ("res_id", "=", case.id)]
        ),
    }


def main(argv=None):
    parser = argparse.ArgumentParser(prog="scene")
    parser.add_argument("--db", required=True)
    parser.add_argument("step", choices=("open", "books"))
    options = parser.parse_args(argv)
    worker = Worker(options.db, log_level="error")
    told = worker.run({"open": open_scene, "books": books}[options.step])
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
