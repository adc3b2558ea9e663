"""What it costs to book a match, and beside the way a screen books.

    make bench                              500 and 4,000 receipts
    AR_BENCH_FULL=1 make bench              20,000 as well
    AR_BENCH_RECEIPTS=1000 make bench

Half of the receipts pay one invoice to the cent, half with a difference that is
written off. The screen's way (Odoo's own calls: the lines of the entry rewritten, one
reconciliation per receipt) is measured on the smallest ledger, in the same run.
"""

import os

from stand import child, databases, load, show

WIDGET = 60


def sizes():
    named = os.environ.get("AR_BENCH_RECEIPTS")
    if named:
        return sorted(int(number) for number in named.split(","))
    return [500, 4_000] + ([20_000] if os.environ.get("AR_BENCH_FULL") else [])


def each(measure):
    """Milliseconds of the clock and of the processor, per receipt."""
    units = measure["units"]
    return measure["seconds"] / units * 1000, measure["cpu"] / units * 1000


def main():
    first = None
    for number, count in enumerate(sizes()):
        print(f"\nBooking: {count:,} receipts; {load()}")
        options = () if number else ("--widget", WIDGET)
        with databases(os.environ["AR_TEMPLATE"], "bench_book") as names:
            told = child("book_ours.py", names[0], count, *options)
        for measure in told:
            show(measure, "receipts")
            clock, cpu = each(measure)
            print(f"    {clock:.1f} ms per receipt (CPU {cpu:.1f} ms)")
        if first is None:
            first = told
            ours, screen = each(told[0])[1], each(told[-1])[1]
            print(f"  screen's CPU time / ours, 1:1: {screen / ours:.0f} times")
        else:
            for measure, before in zip(told, first[:2], strict=True):
                growth = each(measure)[1] / each(before)[1]
                print(f"  {measure['name']}: CPU per receipt x {growth:.2f}")


if __name__ == "__main__":
    main()
