"""Sends reminders to a real SMTP server and tells what should have arrived.

    python3 tests/mails/letters_sent.py --db NAME --port 8125

Prints one JSON object: the Message-Ids, the sha256 of the stored invoices and the
reminders' own record of what went along.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.support.odoo_env import Worker  # noqa: E402

LATE = date.today() - timedelta(days=12)


def company_of(env, port):
    """A company whose server lets only its own domain through."""
    company = env.company
    if not company.chart_template:
        env["account.chart.template"].try_loading("generic_coa", company)
    domain = env["mail.alias.domain"].create(
        {
            "name": "works.example",
            "bounce_alias": "bounce",
            "catchall_alias": "answers",
            "default_from": "receivables",
        }
    )
    company.write(
        {
            "name": "Works",
            "email": "compta@works.example",
            "alias_domain_id": domain.id,
            "ar_stale_bank_days": 0,
            "ar_archive_url": "https://docs.example.com/i/{number}?c={customer}",
        }
    )
    env["ir.mail_server"].search([]).active = False
    env["ir.mail_server"].create(
        {
            "name": "Sink",
            "smtp_host": "127.0.0.1",
            "smtp_port": port,
            "from_filter": "works.example",
        }
    )
    return company


def collectors_of(env):
    """One whose address the server lets through, one whose it does not."""
    group = env.ref("ar_collections.group_user")
    users = env["res.users"].with_context(no_reset_password=True)
    return users.create(
        [
            {
                "name": name,
                "login": login,
                "email": f"{login}@{domain}",
                "signature": f"<p>{name}<br/>Credit control</p>",
                "group_ids": [(4, group.id)],
            }
            for name, login, domain in (
                ("Claire Martin", "claire", "works.example"),
                ("Paul Elsewhere", "paul", "elsewhere.example"),
            )
        ]
    )


def strategy_of(env, copy):
    return env["ar.strategy"].create(
        {
            "name": "Letters",
            "sequence": -10,
            "mode": "manual",
            "min_gap_days": 0,
            "weekly_cap": 9,
            "step_ids": [
                (
                    0,
                    0,
                    {
                        "name": "First",
                        "delay_days": 5,
                        "attach_invoices": True,
                        "copy_partner_ids": [(6, 0, copy.ids)],
                    },
                )
            ],
        }
    )


def invoice(env, partner, amount):
    """A posted invoice with the PDF that was stored when it was issued."""
    move = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": partner.id,
            "invoice_date": LATE,
            "invoice_date_due": LATE,
            "invoice_payment_term_id": False,
            "invoice_line_ids": [
                (0, 0, {"name": "Work", "price_unit": amount, "tax_ids": []})
            ],
        }
    )
    move.action_post()
    content = b"%PDF-1.4\n" + f"{move.name} \x00 as issued\n".encode() * 50
    env["ir.attachment"].create(
        {
            "name": f"{move.name.replace('/', '_')}.pdf",
            "raw": content,
            "mimetype": "application/pdf",
            "res_model": move._name,
            "res_id": move.id,
            "res_field": "invoice_pdf_report_file",
        }
    )
    return move, hashlib.sha256(content).hexdigest()


def customers_of(env):
    partners = env["res.partner"].create(
        [
            {"name": name, "is_company": True, "email": email, "lang": "en_US"}
            for name, email in (
                ("Alone", "alone@client.example"),
                ("Branch East", False),
                ("Branch West", False),
                ("Centre", "ap@centre.example"),
                ("Elsewhere", "other@client.example"),
                ("Their boss", "boss@client.example"),
            )
        ]
    )
    return dict(zip(partners.mapped("name"), partners, strict=True))


def prepare(env, port):
    """Everything that the first mails need, approved.

    :return: what is expected of them
    """
    env["res.lang"]._activate_lang("en_US")
    company_of(env, port)
    claire, paul = collectors_of(env)
    people = customers_of(env)
    strategy_of(env, people["Their boss"])
    hashes, numbers, debtors = {}, {}, env["ar.debtor"]
    for amount, name in enumerate(("Alone", "Branch East", "Branch West", "Elsewhere")):
        move, digest = invoice(env, people[name], 100 * (amount + 1))
        hashes[name], numbers[name] = digest, move.name
        debtors |= env["ar.debtor"]._ar_refresh(people[name].ids)
    debtors.collector_id = claire
    debtors.filtered(lambda d: d.partner_id.name == "Elsewhere").collector_id = paul
    branches = debtors.filtered(lambda d: d.partner_id.name.startswith("Branch"))
    branches.paying_centre_id = people["Centre"]
    debtors.plan()
    debtors.reminder_ids.action_send()
    return {"hashes": hashes, "numbers": numbers, "debtors": debtors.ids}


def write_again(env, debtor_ids):
    """A second letter to the first customer, by hand, in the collector's words."""
    debtors = env["ar.debtor"].browse(debtor_ids)
    debtor = debtors.filtered(lambda d: d.partner_id.name == "Alone")
    debtor.action_remind()
    reminder = debtor.reminder_ids.filtered(lambda r: r.state == "planned")
    reminder.action_edit_text()
    reminder.own_body = f"<p>As agreed this morning.</p>{reminder.own_body}"
    reminder.action_send()


def told(env, debtor_ids):
    """What the reminders remember."""
    reminders = env["ar.reminder"].search([("debtor_id", "in", debtor_ids)], order="id")
    return [
        {
            "customer": r.partner_id.name,
            "state": r.state,
            "message_id": r.message_id,
            "enclosures": r.enclosures or [],
            "copies": r.email_cc or "",
            "lead": r.lead_id.partner_id.name or "",
        }
        for r in reminders
    ]


def main(argv=None):
    parser = argparse.ArgumentParser(prog="letters_sent")
    parser.add_argument("--db", required=True)
    parser.add_argument("--port", type=int, required=True)
    options = parser.parse_args(argv)
    worker = Worker(options.db, log_level="error")
    expected = worker.run(prepare, options.port)
    worker.run(lambda env: env["ar.reminder"]._cron_send())
    worker.run(write_again, expected["debtors"])
    worker.run(lambda env: env["ar.reminder"]._cron_send())
    expected["reminders"] = worker.run(told, expected["debtors"])
    print(json.dumps(expected), flush=True)


if __name__ == "__main__":
    main()
