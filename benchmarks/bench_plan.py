"""How the nightly plan grows with the ledger.

    make bench                       10,000 items over 500 accounts
    AR_BENCH_ITEMS=10000,100000 make bench

Prints, for each size, first plan, second plan with nothing new, and a plan after
2 % of the items changed: seconds, items per second, queries, rows written, memory;
then the cost per item from size to size.
"""

import os
import resource
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(Path(__file__).resolve().parent)]


class Meter:
    """Seconds, queries and rows written of what runs inside it."""

    def __init__(self, env):
        self.env = env

    def _written(self):
        self.env.cr.execute(
            "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del)"
            " FROM pg_stat_xact_user_tables WHERE relname LIKE 'ar\\_%'"
        )
        return int(self.env.cr.fetchone()[0] or 0)

    def __enter__(self):
        self.queries = self.env.cr.sql_log_count
        self.start = time.perf_counter()
        return self

    def __exit__(self, *_error):
        self.seconds = time.perf_counter() - self.start
        self.queries = self.env.cr.sql_log_count - self.queries
        self.rows = self._written()


def measure(database, items, debtors):
    from ledger import build

    from tests.support.odoo_env import odoo_env

    told = {}
    with odoo_env(database) as env:
        partners = build(env, items, debtors)
        Debtor = env["ar.debtor"].sudo()
        for name in ("first", "nothing new", "2 % changed"):
            if name == "2 % changed":
                env.cr.execute(
                    "UPDATE account_move_line SET date_maturity = date_maturity - 1"
                    " WHERE move_name LIKE 'BENCH/%' AND date_maturity IS NOT NULL"
                    " AND id % 50 = 0"
                )
                env.cr.commit()
            with Meter(env) as meter:
                for start in range(0, len(partners), 500):
                    Debtor._ar_plan_partners(partners[start : start + 500])
                    env.flush_all()
            told[name] = meter
            env.cr.commit()
    return told


def report(items, debtors, told):
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{items} items, {debtors} accounts, peak memory {memory:.0f} MB")
    for name, meter in told.items():
        print(
            f"  {name:12} {meter.seconds:7.2f} s {items / meter.seconds:9.0f} items/s"
            f" {meter.queries:6d} queries {meter.rows:8d} rows written"
        )


def main():
    sizes = [int(n) for n in os.environ.get("AR_BENCH_ITEMS", "10000").split(",")]
    base = None
    for items in sizes:
        database = f"bench_plan_{items}"
        subprocess.run(["dropdb", "--if-exists", database], check=True)
        subprocess.run(
            ["createdb", "-T", os.environ["AR_TEMPLATE"], database], check=True
        )
        try:
            told = measure(database, items, max(items // 20, 1))
        finally:
            subprocess.run(["dropdb", "--force", "--if-exists", database], check=True)
        report(items, max(items // 20, 1), told)
        cost = told["first"].seconds / items
        base = base or cost
        print(f"  cost per item against the first size: {cost / base:.2f}")


if __name__ == "__main__":
    main()
