"""A round with Chorus Pro over HTTP; tells its measures as a line of JSON.

python3 benchmarks/platform_sync.py DB INVOICES MOVED URL LATENCY
"""

import json
import sys
import time
import urllib.request
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import ledger  # noqa: E402
from meter import Meter  # noqa: E402

from tests.support.odoo_env import odoo_env  # noqa: E402

PARIS = ZoneInfo("Europe/Paris")
PER_CUSTOMER = 20
#: Calls made to time the other way; the rest of them would only take longer.
SAMPLE = 100


def control(url, name, body):
    data = json.dumps(body).encode()
    with urllib.request.urlopen(f"{url}/_sim/{name}", data, 120) as answer:
        return json.loads(answer.read() or "{}")


def at(**ago):
    return f"{datetime.now(PARIS) - timedelta(**ago):%Y-%m-%d %H:%M}"


def numbers(env, count):
    env.cr.execute(
        "SELECT name, invoice_date, amount_total FROM account_move"
        " WHERE move_type = 'out_invoice' AND state = 'posted'"
        " AND payment_state = 'not_paid' ORDER BY id LIMIT %s",
        [count],
    )
    return env.cr.fetchall()


def prepare(env, count, url, latency):
    """Open invoices that the platform knows, all read once before."""
    ledger.build(env, count, count // PER_CUSTOMER, credits=False)
    found = numbers(env, count)
    story = [
        {
            "number": name,
            "date": str(day),
            "total": float(total),
            "deposit": f"CPP{position:021d}",
            "history": [
                {"code": "DEPOSEE", "date": at(days=20)},
                {"code": "MISE_A_DISPOSITION", "date": at(days=19)},
            ],
        }
        for position, (name, day, total) in enumerate(found)
    ]
    control(url, "story", {"invoices": story})
    platform = env["ar.platform"].create(
        {
            "name": "Benchmark",
            "environment": "demo",
            "token_url": f"{url}/api/oauth/token",
            "api_url": url,
            "client_id": "sim-client",
            "client_secret": "sim-client-secret",
            "tech_login": "TECH_1_SIM@cpro.fr",
            "tech_password": "sim-tech-password",
            "calls_per_second": 0,
        }
    )
    platform.action_activate()
    client = platform._client()
    platform._read_moved(client, {"pages": 0, "moved": 0}, lambda done: None)
    links = env["ar.platform.invoice"].search([("platform_id", "=", platform.id)])
    # As if each had been read before: by SQL, not timed.
    env.flush_all()
    env.cr.execute(
        "UPDATE ar_platform_invoice l SET move_id = m.id, pending = FALSE,"
        " read_at = now() AT TIME ZONE 'UTC' FROM account_move m"
        " WHERE m.name = l.number AND l.platform_id = %s",
        [platform.id],
    )
    env.invalidate_all()
    env["ar.debtor"]._ar_refresh(set(links.move_id.commercial_partner_id.ids))
    control(url, "story", {"invoices": story, "latency": latency})
    env.flush_all()
    env.cr.commit()
    return platform, [name for name, _day, _total in found]


def one_call_per_invoice(platform, names):
    """Seconds of one search per open invoice, one after the other."""
    from odoo.addons.ar_chorus_connector.clients.chorus_pro import SEARCH

    client = platform._client()
    sample = names[:SAMPLE]
    client.health()
    start = time.perf_counter()
    for position, _name in enumerate(sample):
        criteria = {"numeroFluxDepot": f"CPP{position:021d}"}
        client._call("POST", SEARCH, criteria)
    return (time.perf_counter() - start) / len(sample) * len(names)


def main():
    database, count, moved, url, latency = sys.argv[1:]
    count, moved = int(count), int(moved)
    with odoo_env(database) as env:
        platform, names = prepare(env, count, url, float(latency))
        step = max(len(names) // moved, 1)
        told = [
            {
                "number": name,
                "history": [
                    {"code": "SERVICE_FAIT", "date": at(minutes=9), "comment": "Vu"},
                    {"code": "MANDATEE", "date": at(minutes=5), "comment": "Mandat"},
                ],
            }
            for name in names[::step][:moved]
        ]
        control(url, "advance", told)
        with Meter(env, "ar\\_%") as meter:
            summary = platform._sync(lambda done: env.cr.commit())
        if summary["error"] or summary["read"] != moved or summary["failed"]:
            raise SystemExit(f"Not all was read: {summary}")
        figures = meter.told(f"{count} open, {moved} moved", moved)
        figures["summary"] = summary
        figures["other"] = one_call_per_invoice(platform, names)
        figures["invoices"] = len(names)
        print(json.dumps(figures))


if __name__ == "__main__":
    main()
