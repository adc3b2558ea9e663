"""Rounds with a platform that answers from memory; tells its measures as JSON.

python3 benchmarks/platform_apply.py DB EVENTS
"""

import json
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from unittest.mock import patch

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import ledger  # noqa: E402
from meter import Meter  # noqa: E402

from tests.simulators.xp_z12_013_data import cdar  # noqa: E402
from tests.support.odoo_env import odoo_env  # noqa: E402

#: The life of one invoice; every second one is contested on the way.
PLAIN = ("200", "203", "205", "211")
CONTESTED = ("200", "203", "207", "205")
ROUND = 1000
START = datetime(2026, 9, 1, 8, tzinfo=timezone.utc)


class Platform:
    """A client without network: the flows of one round."""

    calls = 0

    def __init__(self, messages):
        self.files = messages

    def moved_pages(self, _since, _types):
        from odoo.addons.ar_chorus_connector.engine.flows import Flow, FlowPage

        flows = [
            Flow(
                flow_id=flow_id,
                updated=START + timedelta(seconds=int(flow_id)),
                flow_type="CustomerInvoiceLC",
                direction="In",
                rule="B2B",
                ack="Ok",
            )
            for flow_id in self.files
        ]
        for first in range(0, len(flows), 100):
            yield FlowPage(tuple(flows[first : first + 100]), (), 100)

    def download(self, flow_id):
        return self.files[flow_id]

    def close(self):
        """Nothing is open."""


def rounds(env, events):
    """Files of each round: the whole life of some invoices, so that all are alike."""
    env.cr.execute(
        "SELECT name, invoice_date FROM account_move WHERE move_type = 'out_invoice'"
        " AND payment_state = 'not_paid' AND state = 'posted' ORDER BY id LIMIT %s",
        [events // 4],
    )
    invoices = env.cr.fetchall()
    size = max(min(ROUND, events // 4) // 4, 1)
    known = 0
    for first in range(0, len(invoices), size):
        files = {}
        for step in range(4):
            for number, invoice in enumerate(invoices[first : first + size]):
                known += 1
                files[str(known)] = _file(invoice, number, step)
        yield files


def _file(invoice, number, step):
    name, day = invoice
    code = (CONTESTED if number % 2 else PLAIN)[step]
    when = START + timedelta(days=step, seconds=number)
    status = {"number": name, "date": str(day), "code": code}
    figures = [{"kind": "MPA", "amount": "5.00"}] if code == "211" else []
    return cdar({**status, "when": f"{when:%Y%m%d%H%M%S}", "figures": figures})


def platform(env):
    found = env["ar.platform"].create(
        {
            "name": "Benchmark",
            "kind": "pa",
            "environment": "demo",
            "client_id": "bench",
            "client_secret": "bench-secret",
            "cashed_emission": "off",
        }
    )
    found.action_activate()
    env.cr.commit()
    return found


def one_round(env, connection, files, name):
    """List, keep, read and act upon these files, committing after each."""

    def keep(_count):
        env.cr.commit()

    client = Platform(files)
    with (
        patch.object(type(connection), "_client", lambda _self: client),
        Meter(env, "ar\\_%") as meter,
    ):
        summary = connection._sync(keep)
    if summary["error"] or summary["failed"] or summary["events"] != len(files):
        raise SystemExit(f"The round went wrong: {summary}")
    return meter.told(name, len(files))


def main():
    database, events = sys.argv[1], int(sys.argv[2])
    with odoo_env(database) as env:
        ledger.build(env, events // 4, max(events // 80, 1), credits=False)
        env["ar.debtor"]._cron_plan()
        env.cr.commit()
        connection, told, done = platform(env), [], 0
        for files in rounds(env, events):
            env.invalidate_all()
            label = f"events {done + 1} to {done + len(files)}"
            told.append(one_round(env, connection, files, label))
            done += len(files)
    print(json.dumps(told))


if __name__ == "__main__":
    main()
