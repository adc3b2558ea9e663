"""The matching on drawn ledgers: how much it books, how surely, how fast.

    make bench                                three mixes, three seeds
    AR_BENCH_SEEDS=901,902 make bench         other seeds
    AR_BENCH_DAYS=240 AR_BENCH_VOLUME=20      length and invoices a day
    AR_BENCH_MIXES=base make bench            one mix

The ledgers are synthetic: only the kinds of receipts are documented, their shares are
assumptions, hence three mixes. A receipt counts as right when the very items and
amounts are those that the payer meant, and the gap too. "Matchable" are the receipts
that pay something open; nothing may be booked of the others (strangers, some of them
with the amount of an open invoice, and double payments).
"""

import math
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "lettering"))

import engines  # noqa: E402

engines.ready()

import against_oca  # noqa: E402
import replay  # noqa: E402
import speed  # noqa: E402
from world import World  # noqa: E402

#: Never used while the rules were written.
SEEDS = (8001, 8002, 8003)
#: Thresholds of the curve of booked share against precision.
CURVE = (0.5, 0.9, 0.97, 0.99, 0.995, 0.997, 0.999, 0.9995)


def named(name, default):
    """A list of the environment, or its default."""
    told = os.environ.get(name)
    return tuple(told.split(",")) if told else default


def wilson(right, of, z=1.96):
    """:return: 95 % interval of a share (Wilson, 1927)"""
    if not of:
        return 0.0, 1.0
    share = right / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    reach = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    reach /= 1 + z * z / of
    return middle - reach, min(middle + reach, 1.0)


def percent(part, of):
    return f"{100 * part / of:6.2f} %" if of else "     - "


def headline(name, rows):
    """The figures of one matcher on one mix."""
    auto = [row for row in rows if row.auto]
    right = sum(row.right for row in auto)
    fit = [row for row in rows if row.matchable]
    low, high = wilson(right, len(auto))
    given = sum(row.items_given for row in auto)
    true = sum(row.items_true for row in auto)
    found = sum(row.items_right for row in auto)
    money = sum(row.amount for row in auto), sum(row.amount for row in rows)
    print(f"  {name}: {len(rows):,} receipts, {len(auto):,} booked")
    print(
        f"    booked, of all {percent(len(auto), len(rows))}"
        f"   of the matchable {percent(sum(r.auto for r in fit), len(fit))}"
        f"   of the money {percent(*money)}"
    )
    print(
        f"    right {percent(right, len(auto))} [{100 * low:.2f}; {100 * high:.2f}],"
        f" {len(auto) - right} wrong"
        f"   items: precision {percent(found, given)} recall {percent(found, true)}"
    )
    others = [row for row in rows if not row.matchable]
    print(
        f"    first {percent(sum(r.hit1 for r in fit), len(fit))}"
        f"   among three {percent(sum(r.hit3 for r in fit), len(fit))}"
        f"   booked of what pays nothing {sum(r.auto for r in others)}"
        f" of {len(others)}"
    )


def cases(rows):
    print("    kind                 n   booked    wrong   first   among three")
    for kind, told in sorted(replay.by_kind(rows).items()):
        print(
            f"    {kind:17}{told['all']:6}{percent(told['auto'], told['all'])}"
            f"{told['wrong']:7}{percent(told['hit1'], told['all'])}"
            f"{percent(told['hit3'], told['all'])}"
        )


def curve(rows):
    """What another threshold would have booked, of what nothing speaks against."""
    free = [
        row
        for row in rows
        if row.answer.ranked
        and not {w.code for w in row.answer.why}
        - {"letter_unsure", "letter_amount_only"}
    ]
    print("    threshold   booked of all   right")
    for threshold in CURVE:
        some = [row for row in free if row.probability >= threshold]
        right = sum(row.right for row in some)
        print(
            f"    {threshold:9.4f}   {percent(len(some), len(rows))}"
            f"       {percent(right, len(some))}  ({len(some) - right} wrong)"
        )


def learning(rows, forgetful):
    """Booked share month by month, with memory and without."""
    print("    month      with memory   without")
    for month in range(max(row.month for row in rows) + 1):
        shares = []
        for some in (rows, forgetful):
            now = [row for row in some if row.month == month]
            shares.append(percent(sum(row.auto for row in now), len(now)))
        print(f"    {month + 1:5}      {'     '.join(shares)}")


def run(mix, seeds, **options):
    """All rows of one mix, over its seeds."""
    size = {
        "days": int(os.environ.get("AR_BENCH_DAYS", 240)),
        "volume": int(os.environ.get("AR_BENCH_VOLUME", 40)),
    }
    rows, seconds = [], 0.0
    for seed in seeds:
        score = replay.play(World(int(seed), mix, **size), warm_up=30, **options)
        rows += score.rows
        seconds += score.seconds
    return rows, seconds


def beside_oca(seed):
    """The same snapshot through OCA's module, in a database that has it."""
    found = against_oca.compare(int(seed), "base")
    if found is None:
        print("\nOCA's account_reconcile_oca could not be run: no comparison.")
        return
    theirs, ours = found
    print("\nOne snapshot of the base mix, all receipts at once, nothing learned")
    headline("OCA account_reconcile_oca", theirs)
    headline("ours", ours)


def main():
    seeds = named("AR_BENCH_SEEDS", SEEDS)
    print(f"\nMatching, synthetic ledgers, seeds {', '.join(map(str, seeds))}")
    for mix in named("AR_BENCH_MIXES", ("easy", "base", "hard")):
        print(f"\nMix {mix}")
        rows, _seconds = run(mix, seeds, parts=True)
        headline("ours", rows)
        cases(rows)
        curve(rows)
        parts, _seconds = run(mix, seeds)
        headline("ours, part payments only proposed", parts)
        plain, _seconds = run(mix, seeds, matcher=replay.exact_token)
        headline("exact numbers with their exact sum", plain)
        if mix == "base":
            forgetful, _seconds = run(mix, seeds, parts=True, memory=False)
            learning(rows, forgetful)
    beside_oca(seeds[0])
    told = speed.measure(8001)
    print(
        f"\nSpeed: {told['receipts']:,} receipts against {told['items']:,} open items:"
        f" {told['seconds']:.1f} s (CPU {told['cpu']:.1f}),"
        f" {told['receipts'] / told['seconds']:,.0f} a second"
        f" ({told['receipts'] / told['cpu']:,.0f} a second of CPU),"
        f" indexes included; {told['memory']} MB"
    )


if __name__ == "__main__":
    main()
