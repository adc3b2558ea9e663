"""The nightly plan: how it grows, and beside OCA's ``account_credit_control``.

    make bench                               10,000 and 100,000 open items
    AR_BENCH_FULL=1 make bench               500,000 as well
    AR_BENCH_ITEMS=20000 AR_BENCH_OCA=20000 make bench
    AR_BENCH_OCA=0 make bench                without OCA

Twenty items per account. Each size has a fresh database and processes of its own:
the first night (items and accounts are created), the plan again with nothing new,
and the night after, when a day has passed and 2 % of the items changed: once with
the contacts of the first night made, once with all of them still waiting. OCA's
credit control gets the same ledger in its own database; its control run is timed
without its mails, and so is our plan.
"""

import os

import oca
from stand import child, copy_database, databases, load, odoo_template, show

PER_ACCOUNT = 20


def sizes():
    """Numbers of open items to measure, smallest first."""
    named = os.environ.get("AR_BENCH_ITEMS")
    if named:
        return sorted(int(number) for number in named.split(","))
    return [10_000, 100_000] + ([500_000] if os.environ.get("AR_BENCH_FULL") else [])


def nights(script, names, items, **environment):
    """All nights of one program on one ledger.

    :param script: program that knows ``first`` and ``later``
    :param names: two databases; the first is ready, the second will be its copy
    :return: the measures, by name, in order
    """
    base, copy = names
    accounts = max(items // PER_ACCOUNT, 1)
    told = child(script, "first", base, items, accounts, **environment)
    for measure in told:
        show(measure)
    copy_database(base, copy)
    for database, *options in ((base, "--sent"), (copy,)):
        told += child(script, "later", database, items, *options, **environment)
        show(told[-1])
    return {measure["name"]: measure for measure in told}


def ours(items):
    print(f"\nOurs: {items:,} open items, {items // PER_ACCOUNT:,} accounts; {load()}")
    with databases(os.environ["AR_TEMPLATE"], "bench_plan", "bench_plan_2") as names:
        return nights("plan_ours.py", names, items)


def theirs(items):
    folder = oca.addons()
    if folder is None:
        print("\nOCA's account_credit_control could not be fetched: no comparison.")
        return None
    print(f"\nOCA account_credit_control {oca.version()}: {items:,} items; {load()}")
    with databases(odoo_template(), "bench_oca", "bench_oca_2") as names:
        oca.install(names[0])
        return nights("plan_oca.py", names, items, AR_ROOT=str(folder))


def compare_sizes(measured):
    """Cost per item from size to size, and the law of the queries."""
    (small, first), *others = measured.items()
    for items, told in others:
        print(f"\n{items:,} items against {small:,}:")
        for name, measure in told.items():
            cost = measure["seconds"] / items / (first[name]["seconds"] / small)
            busy = measure["cpu"] / items / (first[name]["cpu"] / small)
            more = measure["queries"] - first[name]["queries"]
            per_unit = more / (items - small) * 10_000
            fixed = first[name]["queries"] - per_unit * small / 10_000
            print(
                f"  {name:31} cost per item x {cost:.2f} (CPU x {busy:.2f})"
                f"   queries = {fixed:.0f} + {per_unit:.1f} per 10,000 items"
            )


def compare_programs(told, other, items):
    print(f"\nOCA's time / ours, {items:,} items:")
    for name, measure in other.items():
        ratio = measure["seconds"] / told[name]["seconds"]
        busy = measure["cpu"] / told[name]["cpu"]
        print(f"  {name:31} {ratio:6.1f} times (CPU {busy:6.1f} times)")


def main():
    measured = {items: ours(items) for items in sizes()}
    compare_sizes(measured)
    wanted = int(os.environ.get("AR_BENCH_OCA", "100000"))
    if wanted:
        told = measured.get(wanted) or ours(wanted)
        other = theirs(wanted)
        if other:
            compare_programs(told, other, wanted)


if __name__ == "__main__":
    main()
