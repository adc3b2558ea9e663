"""Status messages of accredited platforms: reading them, and acting upon them.

    make bench                                    100,000 read, 10,000 acted upon
    AR_BENCH_MESSAGES=5000 AR_BENCH_EVENTS=1000 make bench

Reading is the pure part: from the bytes of a file to the facts of an invoice. Acting
is the whole round without the network: list, keep the file, read, find the invoice,
timeline, decision, dispute or payment notice. Queries per event of the first and of
the last round are compared: they must not grow with what is known already.
"""

import os

from stand import child, databases, load, show


def main():
    messages = int(os.environ.get("AR_BENCH_MESSAGES", "100000"))
    events = int(os.environ.get("AR_BENCH_EVENTS", "10000"))
    print(f"Messages of accredited platforms; {load()}")
    read = child("platform_read.py", messages)
    print(
        f"  {messages:,} messages read: {read['seconds']:.1f} s"
        f" ({messages / read['seconds']:,.0f}/s; CPU {read['cpu']:.1f} s,"
        f" {messages / read['cpu']:,.0f}/s), {read['memory']} MB at most,"
        f" of which {read['start']} MB before the first"
    )
    with databases(os.environ["AR_TEMPLATE"], "bench_platform") as (database,):
        parts = child("platform_apply.py", database, events)
    for part in parts:
        show(part, "events")
    first, last = (part["queries"] / part["units"] for part in (parts[0], parts[-1]))
    print(f"  queries per event: {first:.1f} at first, {last:.1f} at last")
    if last > first * 1.1:
        raise SystemExit("Queries per event grow with what is known already.")


if __name__ == "__main__":
    main()
