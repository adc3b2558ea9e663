"""Planners and senders that are killed, week after week, on one ledger.

    python3 tests/faults/rounds.py --db NAME --port 8125 --mails DIR --rounds 20

Each round is a week later: somebody paid, somebody is new, everybody else's ladder has
come to one more step. Two planners and two senders are forked from this preloaded
process and work at the same time; one of the four is killed. Then what it left behind
is swept, planned and sent by one process alone. One line of JSON per round tells what
became of it.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import select
import signal
import sys
import time
from datetime import date, datetime, timedelta
from pathlib import Path

from freezegun import freeze_time

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.faults import ledger  # noqa: E402
from tests.support.odoo_env import Worker  # noqa: E402

#: (who dies, where). ``random`` is some moment of an ordinary run.
VICTIMS = (
    ("planner", "random"),
    ("sender", "random"),
    ("planner", "synced"),
    ("sender", "claimed"),
    ("planner", "planned"),
    ("sender", "before_text"),
    ("planner", "random"),
    ("sender", "accepted"),
    ("planner", "between_chunks"),
    ("sender", "random"),
)
#: Small chunks and batches, so that there is something between them.
CHUNK, BATCH = 5, 4


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def clock():
    """Seconds that go on while the calendar stands still."""
    return time.clock_gettime(time.CLOCK_MONOTONIC)


def lay_trap(point, after):
    """Make this process kill itself when it comes to a point for the n-th time."""
    from odoo.addons.ar_collections.engine.smtp_session import WatchedSession
    from odoo.addons.ar_collections.models.ar_bulk import ArBulk
    from odoo.addons.ar_collections.models.ar_debtor_plan import ArDebtorPlan
    from odoo.addons.ar_collections.models.ar_debtor_refresh import ArDebtorRefresh
    from odoo.addons.ar_collections.models.ar_reminder_cron import ArReminderCron

    owner, name, when = {
        "synced": (ArDebtorRefresh, "_ar_sync_chunk", "after"),
        "planned": (ArDebtorPlan, "_ar_plan_reminders", "after"),
        "between_chunks": (ArBulk, "_ar_together", "before"),
        "claimed": (ArReminderCron, "_ar_deliver", "before"),
        "before_text": (WatchedSession, "send_message", "before"),
        "accepted": (WatchedSession, "send_message", "after"),
    }[point]
    method, times = getattr(owner, name), {"left": after}

    def trapped(self, *arguments, **keywords):
        times["left"] -= 1
        if times["left"] < 0 and when == "before":
            die()
        result = method(self, *arguments, **keywords)
        if times["left"] < 0:
            die()
        return result

    setattr(owner, name, trapped)


def no_excuse():
    """An account that only another planner's being faster keeps from its plan."""
    from odoo.addons.ar_collections.models.ar_debtor_plan import ArDebtorPlan

    def failed(self, partner_ids, error):
        print(f"Customers {partner_ids}: {error}", file=sys.stderr, flush=True)
        os._exit(3)

    ArDebtorPlan._ar_plan_failed = failed


def plan(worker, over):
    """The night's plan, and the refresh of what changed, which may be under way."""
    no_excuse()
    if os.getpid() % 2:
        worker.run(lambda env: env["ar.dirty"]._cron_drain())
    worker.run(lambda env: env["ar.debtor"]._cron_plan())


def send(worker, over):
    """A lane that looks for work until the planners are done."""
    last = False
    while not last:
        # Nobody writes to the pipe: readable means that its other end is closed.
        last = bool(select.select([over], [], [], 0)[0])
        worker.run(lambda env: env["ar.reminder"]._cron_send())
        time.sleep(0.05)


def fork(work, worker, over, writing, point=None, after=0):
    """``work`` in a process of its own; returns its process id.

    :param over: end of a pipe that becomes readable once the planners are done
    """
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        os.close(writing)
        random.seed(os.getpid())
        if point and point != "random":
            lay_trap(point, after)
        work(worker, over)
        status = 0
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def play(worker, who, point, chance, span):
    """Two planners and two senders, one of them killed.

    :return: (seconds, whether it was really killed, names of others that failed)
    """
    from odoo.sql_db import close_all

    close_all()
    over, writing = os.pipe()
    started = clock()
    # The two senders share four batches; a planner sees all four chunks.
    traps = {who: (point, chance.randrange(2 if point == "claimed" else 3))}
    running = {}
    for role, work in (("planner", plan), ("sender", send)):
        victim = fork(work, worker, over, writing, *traps.get(role, ()))
        running[victim] = role
        running[fork(work, worker, over, writing)] = role
        if role == who:
            prey = victim
    os.close(over)
    if point == "random":
        time.sleep(chance.uniform(0, span))
        os.kill(prey, signal.SIGKILL)
    planners = {pid for pid, role in running.items() if role == "planner"}
    killed, failed = False, []
    while running:
        pid, status = os.wait()
        role = running.pop(pid)
        planners.discard(pid)
        if not planners and writing is not None:
            os.close(writing)  # the senders see the end of their pipe
            writing = None
        if pid == prey and os.WIFSIGNALED(status):
            killed = True
        elif status:
            failed.append(role)
    return clock() - started, killed, failed


def recover(worker):
    """What the crons of the next hours do, and a person with what is in doubt."""
    worker.run(lambda env: env["ar.reminder"]._ar_sweep(seconds=0))
    worker.run(lambda env: env["ar.debtor"]._cron_plan())
    worker.run(lambda env: env["ar.reminder"]._cron_send())


def idle(worker):
    """Tables that a second plan wrote to although nothing was new."""
    worker.run(lambda env: env["ar.debtor"]._cron_plan())
    before = worker.run(ledger.marks)
    worker.run(lambda env: env["ar.debtor"]._cron_plan())
    after = worker.run(ledger.marks)
    return [table for table in before if before[table] != after[table]]


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


def one_round(worker, number, today, mails, chance, span):
    """Play a round; what became of it, and how long the four processes took."""
    who, point = VICTIMS[number % len(VICTIMS)]
    expected = worker.run(ledger.pass_week, today, number)
    seconds, killed, failed = play(worker, who, point, chance, span)
    told = {
        "round": number,
        "victim": who,
        "point": point,
        "killed": killed,
        "failed": failed,
        "expected": expected,
        "grouped": worker.run(ledger.grouped),
    }
    recover(worker)
    told["states"] = worker.run(ledger.states, today)
    told["mails"] = received(mails)
    told["doubts"] = worker.run(ledger.settle)
    told["wrote"] = idle(worker)
    told["unfinished"] = worker.run(ledger.unfinished)
    told["doubles"] = worker.run(ledger.doubles)
    return told, seconds


def small_steps():
    from odoo.addons.ar_collections.models import ar_debtor_plan, ar_reminder_cron

    ar_debtor_plan.CHUNK, ar_reminder_cron.BATCH = CHUNK, BATCH


def main(argv=None):
    parser = argparse.ArgumentParser(prog="rounds")
    parser.add_argument("--db", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--mails", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--customers", type=int, default=16)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(argv)

    chance = random.Random(options.seed)
    worker = Worker(options.db, log_level="error")
    small_steps()
    noon = datetime.combine(date.today(), datetime.min.time()) + timedelta(hours=12)
    worker.run(
        ledger.build, noon.date(), options.customers, options.rounds, options.port
    )
    span = 1.0
    with freeze_time(noon) as frozen:
        for number in range(options.rounds):
            moment = noon + number * timedelta(days=ledger.WEEK)
            frozen.move_to(moment)
            began = clock()
            told, seconds = one_round(
                worker, number, moment.date(), options.mails, chance, span
            )
            span = 0.8 * seconds
            told["seconds"] = [round(seconds, 2), round(clock() - began, 2)]
            print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
