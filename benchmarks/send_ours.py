"""One lane sends one e-mail per account; tells its measures as a line of JSON.

python3 benchmarks/send_ours.py DB MAILS PORT
"""

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import ledger  # noqa: E402
from meter import Meter  # noqa: E402

from tests.support.odoo_env import odoo_env  # noqa: E402

#: Open items of each account; those that are late are in its e-mail.
PER_ACCOUNT = 5


def prepare(env, mails, port):
    """Customers with open items, an outgoing server, one approved e-mail each."""
    env["ir.mail_server"].search([]).active = False
    env["ir.mail_server"].create(
        {"name": "Sink", "smtp_host": "127.0.0.1", "smtp_port": port}
    )
    env.company.email = "accounts@works.example"
    partners = ledger.build(env, mails * PER_ACCOUNT, mails, credits=False)
    debtors = env["ar.debtor"]._ar_refresh(partners)
    debtors.action_remind()
    reminders = debtors.reminder_ids.filtered(lambda r: r.state == "planned")
    reminders.action_send()
    env.cr.execute("DELETE FROM ir_cron_trigger")
    env.flush_all()
    env.cr.commit()
    env.cr.execute("ANALYZE")
    env.cr.commit()
    env.invalidate_all()
    return reminders.ids


def send(env, mails, port):
    """Send everything by one worker; a reminder that did not leave is an error."""
    reminders = env["ar.reminder"].browse(prepare(env, mails, port))
    with Meter(env, "ar\\_%") as meter:
        outcomes = env["ar.reminder"]._cron_send()
    states = set(reminders.mapped("state"))
    if outcomes != {"sent": mails} or states != {"done"}:
        raise SystemExit(f"Not all were sent: {outcomes}, {states}")
    return meter.told(f"{mails} e-mails", mails)


def main():
    database, mails, port = sys.argv[1:]
    with odoo_env(database) as env:
        print(json.dumps(send(env, int(mails), int(port))))


if __name__ == "__main__":
    main()
