"""Workers of the matching that are killed while they book, on one batch of receipts.

    python3 tests/faults/letter.py --db NAME --rounds 6 --receipts 40

Each round brings new invoices and receipts that name them. Two workers are forked from
this preloaded process and take the same batch; one of them is killed at some point.
Then one worker alone does what is left. One line of JSON per round tells what the
ledger says.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.support.odoo_env import Worker  # noqa: E402

#: Where one of the two dies: at a moment by chance, once the ledger is written but
#: not committed, and between two chunks.
POINTS = ("random", "booked", "committed")
CHUNK = 8


def build(env, round_number, count):
    """Open invoices of a few customers, and a receipt that names each.

    :return: ids of the receipts
    """
    company = env.company
    if not company.chart_template:
        env["account.chart.template"].try_loading("generic_coa", company)
    receivable = env["account.account"].search(
        [("account_type", "=", "asset_receivable"), ("non_trade", "=", False)], limit=1
    )
    income = env["account.account"].search([("account_type", "=", "income")], limit=1)
    general = env["account.journal"].search([("type", "=", "general")], limit=1)
    bank = env["account.journal"].search([("type", "=", "bank")], limit=1)
    partners = env["res.partner"].create(
        [{"name": f"Works {round_number}-{n}", "is_company": True} for n in range(5)]
    )
    moves = env["account.move"].create(
        [
            _entry(general, receivable, income, partners[n % 5], 100 + n)
            for n in range(count)
        ]
    )
    moves.action_post()
    lines = env["account.bank.statement.line"].create(
        [
            {
                "journal_id": bank.id,
                "date": move.date,
                "payment_ref": f"VIR {move.name}",
                "amount": 100 + n,
                "partner_id": partners[n % 5].id,
            }
            for n, move in enumerate(moves)
        ]
    )
    return lines.ids


def _entry(journal, receivable, income, partner, amount):
    debit = {"account_id": receivable.id, "partner_id": partner.id, "debit": amount}
    credit = {"account_id": income.id, "credit": amount}
    return {"journal_id": journal.id, "line_ids": [(0, 0, debit), (0, 0, credit)]}


def letter(worker):
    """The scheduled action, until nothing is left for it."""
    worker.run(lambda env: env["account.bank.statement.line"]._cron_ar_letter())


def lay_trap(point, after):
    """Make this process kill itself when it comes to a point for the n-th time."""
    from odoo.addons.ar_lettering.models.ar_lettering_run import ArLetteringRun

    owner = ArLetteringRun
    name = {"booked": "_ar_book_chunk", "committed": "_ar_plans"}[point]
    method, left = getattr(owner, name), {"times": after}

    def trapped(self, *arguments, **keywords):
        left["times"] -= 1
        last = left["times"] < 0
        # "committed": the chunk before is, the next one has not begun.
        if last and point == "committed":
            os.kill(os.getpid(), signal.SIGKILL)
        result = method(self, *arguments, **keywords)
        if last:
            self.env.flush_all()
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, name, trapped)


def fork(worker, point=None, after=0):
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        random.seed(os.getpid())
        if point and point != "random":
            lay_trap(point, after)
        letter(worker)
        status = 0
    except BaseException as error:
        print(repr(error), file=sys.stderr)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def play(worker, point, chance, span):
    """Two workers on one batch, the first one killed.

    :return: whether it was killed, and whether the other failed
    """
    from odoo.sql_db import close_all

    close_all()
    prey = fork(worker, point, chance.randrange(1, 3))
    other = fork(worker)
    if point == "random":
        time.sleep(chance.uniform(0, span))
        os.kill(prey, signal.SIGKILL)
    told = dict(os.wait() for _n in range(2))
    return os.WIFSIGNALED(told[prey]), bool(told[other])


def truth(env, ids):
    """What the ledger says of the receipts of a round."""
    lines = env["account.bank.statement.line"].browse(ids)
    items = lines.line_ids.matched_debit_ids.debit_move_id
    booked = lines.ar_proposal_ids.filtered(lambda p: p.state == "booked")
    return {
        "receipts": len(lines),
        "matched": len(lines.filtered("is_reconciled")),
        "unbalanced": len(
            [m for m in lines.move_id if sum(m.line_ids.mapped("balance"))]
        ),
        "wide": len(lines.filtered(lambda line: len(line.line_ids) != 2)),
        "items_paid": len(items.filtered("reconciled")),
        "overpaid": len(items.filtered(lambda i: i.amount_residual < 0)),
        "proposals": len(booked),
        "told": len(lines.filtered(lambda ln: ln.ar_lettering_state == "matched")),
    }


def main(argv=None):
    parser = argparse.ArgumentParser(prog="letter")
    parser.add_argument("--db", required=True)
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--receipts", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(argv)

    chance = random.Random(options.seed)
    worker = Worker(options.db, log_level="error")
    from odoo.addons.ar_lettering.models import ar_lettering_run

    ar_lettering_run.CHUNK = CHUNK
    span = 2.0
    for number in range(options.rounds):
        point = POINTS[number % len(POINTS)]
        ids = worker.run(build, number, options.receipts)
        began = time.monotonic()
        killed, failed = play(worker, point, chance, span)
        span = 0.8 * (time.monotonic() - began)
        letter(worker)
        told = {"round": number, "point": point, "killed": killed, "failed": failed}
        print(json.dumps({**told, **worker.run(truth, ids)}), flush=True)


if __name__ == "__main__":
    main()
