"""Senders that are killed, round after round, on one database.

    python3 tests/faults/send_rounds.py --db NAME --port 8125 --mails DIR --rounds 20

Each round approves one reminder per customer, forks two lanes from this preloaded
process, kills one of them, sweeps what it left behind and lets a last lane finish.
One line of JSON per round tells, per customer, the status of the reminder and how
many e-mails the server has kept.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import time
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.support.odoo_env import Worker  # noqa: E402

#: Where the first lane dies. ``random`` is some moment of an ordinary run.
POINTS = ("random", "claimed", "before_text", "accepted", "random")


def build(env, customers, port):
    """Customers with an overdue invoice each, and an outgoing server."""
    company = env.company
    if not company.chart_template:
        env["account.chart.template"].try_loading("generic_coa", company)
    company.write({"email": "compta@works.example", "ar_stale_bank_days": 0})
    env["ir.mail_server"].search([]).active = False
    env["ir.mail_server"].create(
        {"name": "Sink", "smtp_host": "127.0.0.1", "smtp_port": port}
    )
    due = date.today() - timedelta(days=30)
    partners = env["res.partner"].create(
        [
            {"name": f"Customer {n}", "email": f"c{n}@client.example"}
            for n in range(customers)
        ]
    )
    moves = env["account.move"].create(
        [
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "invoice_date": due,
                "invoice_date_due": due,
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    (0, 0, {"name": "Work", "price_unit": 100 + n, "tax_ids": []})
                ],
            }
            for n, partner in enumerate(partners)
        ]
    )
    moves.action_post()
    return env["ar.debtor"]._ar_refresh(partners.ids).ids


def approve(env, debtor_ids):
    """One approved reminder per account, as a collector makes them by hand."""
    debtors = env["ar.debtor"].browse(debtor_ids)
    debtors.action_remind()
    reminders = debtors.reminder_ids.filtered(lambda r: r.state == "planned")
    reminders.action_send()
    return reminders.ids


def states(env, reminder_ids):
    """``{address: status}`` of these reminders."""
    reminders = env["ar.reminder"].browse(reminder_ids)
    return {r.partner_id.email: r.state for r in reminders}


def settle(env, reminder_ids):
    """A person looks at what is in doubt, so that the next round can begin."""
    reminders = env["ar.reminder"].browse(reminder_ids)
    reminders.filtered(lambda r: r.state == "in_doubt").action_confirm_sent()


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def lay_trap(point, after):
    """Make this process kill itself at a point of its ``after``-th e-mail."""
    from odoo.addons.ar_collections.engine.smtp_session import WatchedSession
    from odoo.addons.ar_collections.models.ar_reminder_cron import ArReminderCron

    count = {"mails": 0}
    send_message, deliver = WatchedSession.send_message, ArReminderCron._ar_deliver

    def trapped_send(session, *arguments):
        count["mails"] += 1
        hit = count["mails"] > after
        if hit and point == "before_text":
            die()
        result = send_message(session, *arguments)
        if hit and point == "accepted":
            die()
        return result

    def trapped_deliver(batch, tokens):
        if point == "claimed":
            die()
        return deliver(batch, tokens)

    WatchedSession.send_message = trapped_send
    ArReminderCron._ar_deliver = trapped_deliver


def fork_lane(worker, point=None, after=0):
    """A lane in a process of its own; returns its process id."""
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        random.seed(os.getpid())
        if point and point != "random":
            lay_trap(point, after)
        worker.run(lambda env: env["ar.reminder"]._cron_send())
        status = 0
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def play(worker, reminder_ids, point, chance, span):
    """Two lanes, one killed; then the sweeper and a last lane.

    :return: (seconds of the two lanes, whether one was really killed)
    """
    from odoo.sql_db import close_all

    close_all()
    started = time.monotonic()
    victim = fork_lane(worker, point, chance.randrange(6))
    other = fork_lane(worker)
    if point == "random":
        time.sleep(chance.uniform(0, span))
        os.kill(victim, signal.SIGKILL)
    _pid, status = os.waitpid(victim, 0)
    killed = os.WIFSIGNALED(status)
    _pid, status = os.waitpid(other, 0)
    if status:
        raise SystemExit("The lane that nobody killed failed.")
    seconds = time.monotonic() - started
    worker.run(lambda env: env["ar.reminder"]._ar_sweep(seconds=0))
    worker.run(lambda env: env["ar.reminder"]._cron_send())
    return seconds, killed


def received(folder):
    """``{address: number of mails}`` in the folder, which is emptied."""
    counts = {}
    for path in sorted(folder.glob("*.eml")):
        for line in path.read_bytes().splitlines():
            if line.startswith(b"X-Sink-RcptTo: "):
                address = line.split(b": ", 1)[1].decode()
                counts[address] = counts.get(address, 0) + 1
        path.unlink()
    return counts


def main(argv=None):
    parser = argparse.ArgumentParser(prog="send_rounds")
    parser.add_argument("--db", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--mails", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--customers", type=int, default=24)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(argv)

    chance = random.Random(options.seed)
    worker = Worker(options.db, log_level="error")
    debtor_ids = worker.run(build, options.customers, options.port)
    span = 2.0
    for number in range(options.rounds):
        point = POINTS[number % len(POINTS)]
        reminder_ids = worker.run(approve, debtor_ids)
        seconds, killed = play(worker, reminder_ids, point, chance, span)
        span = 0.8 * seconds
        told = {
            "round": number,
            "point": point,
            "killed": killed,
            "seconds": round(seconds, 2),
            "states": worker.run(states, reminder_ids),
            "mails": received(options.mails),
        }
        print(json.dumps(told), flush=True)
        worker.run(settle, reminder_ids)


if __name__ == "__main__":
    main()
