"""Plays one working day of the demo company against real processes on loopback.

    python3 tests/day/play.py --db ar_demo --url http://localhost:8069

1. the buyers' platforms are asked what moved; 2. the bank's statement is imported and
matched; 3. the planner decides, the collector confirms, reminders leave by SMTP; 4. a
customer opens his mail's link, sends a proof, the collector accepts it; 5. the day is
reported, and its figures must add up to the ledger.

Platforms and mail server are simulators, separate processes; Odoo is the running server
for people (over HTTP) and a second process for what crons do. Playing again is another
day: new receipts, statuses that moved on, nothing sent twice.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def parser() -> argparse.ArgumentParser:
    """Options; the project's set-up gives them through ``AR_…`` variables."""
    env = os.environ
    made = argparse.ArgumentParser(prog="play", description=__doc__.split("\n")[0])
    made.add_argument("--db", default=env.get("AR_DB", "ar_demo"))
    made.add_argument("--url", default=env.get("AR_URL", "http://localhost:8069"))
    made.add_argument("--pg-host", default=env.get("AR_PGHOST", ""))
    made.add_argument("--pg-user", default=env.get("AR_PGUSER", ""))
    made.add_argument("--data-dir", default=env.get("AR_DATA", ""))
    cache = env.get("AR_CACHE")
    folder = f"{cache}/day" if cache else f"{tempfile.gettempdir()}/ar-day"
    made.add_argument("--workdir", default=folder, help="mails, statements, logs")
    made.add_argument(
        "--keep",
        default=env.get("AR_RUN", ""),
        metavar="FOLDER",
        help="leave the simulators running, with pid files in FOLDER",
    )
    made.add_argument("--today", help="the company's day (default: today)")
    made.add_argument("--result", help="write the day's figures to this JSON file")
    return made


def main(argv: list[str] | None = None) -> int:
    """Play and report; the exit code is 0 when every figure adds up."""
    if str(ROOT) not in sys.path:  # run as a file, not as a module
        sys.path.insert(0, str(ROOT))
    from tests.day import report
    from tests.day.company import company_day
    from tests.day.working_day import Day, DayProblem
    from tests.support.processes import http_status

    options = parser().parse_args(argv)
    options.today = options.today or company_day().isoformat()
    options.url = options.url.rstrip("/")
    chosen = {
        "AR_PGHOST": options.pg_host,
        "AR_PGUSER": options.pg_user,
        "AR_DATA": options.data_dir,
        "AR_ROOT": os.environ.get("AR_ROOT", str(ROOT)),
    }
    os.environ.update({name: value for name, value in chosen.items() if value})
    if http_status(f"{options.url}/web/health") != 200:
        print(f"No Odoo server answers at {options.url}; `make demo` starts one.")
        return 2
    try:
        result = Day(options).play()
    except (DayProblem, LookupError) as problem:
        print(f"The day stopped: {problem}", file=sys.stderr)
        return 1
    print(report.text(result))
    if options.result:
        Path(options.result).write_text(json.dumps(result), encoding="utf-8")
    return 0 if report.adds_up(result) else 1


if __name__ == "__main__":
    sys.exit(main())
