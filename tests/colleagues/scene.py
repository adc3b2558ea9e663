"""A company whose colleagues ask for recoveries and answer disputes.

    python3 tests/colleagues/scene.py --db NAME open|books

Prints one JSON object about what the step has left behind.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.cases.scene import NOWHERE, customer, people  # noqa: E402
from tests.mails.letters_sent import company_of  # noqa: E402
from tests.support.odoo_env import Worker  # noqa: E402

NADIA = "nadia@works.example"
LANGUAGE = "en_US"


def last_link(env, to):
    """The address in the last mail to somebody, without the host."""
    mail = env["mail.mail"].search([("email_to", "=", to)], order="id desc", limit=1)
    found = re.search(r"/ar/[ac]/[\w-]{43}(?:/\w+)?", mail.body_html or "")
    return found.group(0) if found else ""


def open_scene(env):
    """A late customer, one of whose invoices is contested; the company's own link."""
    env["res.lang"]._activate_lang(LANGUAGE)
    company = company_of(env, NOWHERE)
    company.partner_id.lang = LANGUAGE
    company.write(
        {
            "ar_portal_colleague_domains": "works.example",
            "ar_portal_company_link": True,
        }
    )
    users = people(env)
    users.lang = LANGUAGE
    partner, moves = customer(env, "Menuiserie Bertin", 1200, 340, 75)
    partner.lang = LANGUAGE
    debtor = env["ar.debtor"]._ar_refresh(partner.ids)
    debtor.collector_id = users[1]
    dispute = env["ar.dispute"]._ar_raise(
        [
            {
                "move_id": moves[1].id,
                "source": "portal",
                "source_key": "scene",
                "reason_code": "quantity",
                "amount": 140,
                "description": "Two pallets of four were missing.",
            }
        ]
    )
    links = env["ar.colleague.link"]
    links._ar_ask(
        dispute,
        {"email": NADIA, "name": "Nadia"},
        words="Was everything delivered?",
        invoice=True,
    )
    answer = last_link(env, NADIA)
    vals = {"scope": "company", "company_id": company.id}
    _link, address = links._ar_new(vals, 30)
    case = env["ar.case"]._ar_open({"move_ids": moves[2].ids})
    case._ar_go(env.ref("ar_collections.ar_case_stage_formal_notice"))
    return {
        "partner": partner.id,
        "invoice": moves[0].name,
        "contested": moves[1].name,
        "answer": answer,
        "company": f"/ar/c/{address.rsplit('/', 1)[1]}/request",
        "case": f"/ar/a/{case._ar_action_url(partner).rsplit('/', 1)[1]}",
        "case_name": case.name,
    }


def books(env):
    """What the requests and the answer have become."""
    sam = env["ar.case"].search([("requester_id.login", "=", "sam")])
    asked = env["ar.case"].search([("requester_email", "=", NADIA)])
    dispute = env["ar.dispute"].search([("source_key", "=", "scene")])
    return {
        "case": sam.name,
        "state": sam.state,
        "invoices": sam.request_move_ids.mapped("name"),
        "confirm": last_link(env, NADIA),
        "asked": asked.mapped("request_customer"),
        "resolution": dispute.resolution or "",
        "credit": dispute.credit_amount,
        "advice": dispute.sudo().ar_advice_ids.mapped("state"),
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
