"""A round with Chorus Pro against one call per open invoice.

    make bench                                       10,000 open, 500 moved, 50 ms
    AR_BENCH_PLATFORM=2000,100,0.05 make bench

The platform is the simulator, as a process of its own that answers each call late.
Ours asks once what moved, then reads the histories of that alone, a few at a time,
and applies them (events, items, signals) to the invoices. The other way, in use
elsewhere, asks for each open invoice in turn and keeps its current status only; it
is timed on a sample, and only its calls are.
"""

import os
import sys
import tempfile
from pathlib import Path

from stand import ROOT, child, databases, load, show

sys.path.insert(0, str(ROOT))

from tests.support.processes import Process, free_port, listens  # noqa: E402


def measure(count, moved, latency):
    with (
        tempfile.TemporaryDirectory() as folder,
        databases(os.environ["AR_TEMPLATE"], "bench_platform") as (database,),
    ):
        port = free_port()
        command = [sys.executable, "-m", "tests.simulators.chorus_pro"]
        command += ["--port", port]
        simulator = Process("Chorus Pro", command, Path(folder) / "simulator.log")
        simulator.start(lambda: listens(port))
        try:
            url = f"http://127.0.0.1:{port}"
            told = child("platform_sync.py", database, count, moved, url, latency)
        finally:
            simulator.stop()
    return told


def main():
    text = os.environ.get("AR_BENCH_PLATFORM", "10000,500,0.05")
    count, moved, latency = text.split(",")
    print(f"One round, {float(latency) * 1000:.0f} ms a call; {load()}")
    told = measure(int(count), int(moved), float(latency))
    show(told, "moved invoices")
    summary = told["summary"]
    allowed = int(moved) + summary["pages"] + 1
    print(
        f"  calls: {summary['calls']} (at most {allowed}: histories, pages, token);"
        f" one call per open invoice: {told['invoices']} calls,"
        f" {told['other']:.0f} s"
    )
    print(
        f"  ratio: calls x {told['invoices'] / summary['calls']:.1f},"
        f" wall time x {told['other'] / told['seconds']:.1f}"
    )
    if summary["calls"] > allowed:
        raise SystemExit("More calls than what moved explains.")


if __name__ == "__main__":
    main()
