"""Sending reminders to a local SMTP server: mails per second of one worker.

    make bench                                  1,000 and 4,000 e-mails
    AR_BENCH_MAILS=200,800 make bench

One e-mail per account with its late items, without attachments. Everything is
approved first; then one lane reads each account again, writes the e-mail, hands it
over and records it. Lanes add up: each worker runs one.
"""

import os
import sys
import tempfile
from pathlib import Path

from stand import ROOT, child, databases, load, show

sys.path.insert(0, str(ROOT))

from tests.support.processes import Process, free_port, listens  # noqa: E402


def measure(mails):
    """Send that many e-mails; count those that the server has kept."""
    with (
        tempfile.TemporaryDirectory() as folder,
        databases(os.environ["AR_TEMPLATE"], "bench_send") as (database,),
    ):
        port, kept = free_port(), Path(folder) / "mails"
        command = [sys.executable, "-m", "tests.simulators.smtp_sink"]
        command += ["--dir", kept, "--port", port]
        sink = Process("SMTP sink", command, Path(folder) / "sink.log")
        sink.start(lambda: listens(port))
        try:
            told = child("send_ours.py", database, mails, port)
        finally:
            sink.stop()
        arrived = len(list(kept.glob("*.eml")))
    show(told, "mails")
    if arrived != mails:
        raise SystemExit(f"The server has {arrived} e-mails instead of {mails}.")
    return told


def main():
    sizes = [int(n) for n in os.environ.get("AR_BENCH_MAILS", "1000,4000").split(",")]
    print(f"One worker, one SMTP server on this machine; {load()}")
    first, *others = [measure(mails) for mails in sizes]
    for told in others:
        cost = told["seconds"] / told["units"] / (first["seconds"] / first["units"])
        busy = told["cpu"] / told["units"] / (first["cpu"] / first["units"])
        print(
            f"  {told['name']} against {first['name']}:"
            f" cost per mail x {cost:.2f} (CPU x {busy:.2f})"
        )


if __name__ == "__main__":
    main()
