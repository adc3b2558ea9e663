"""Seconds, queries, rows written and memory of what runs inside it."""

import os
import resource
import time
from pathlib import Path

#: Rows inserted, updated and deleted so far in the tables of a pattern.
WRITTEN = """
    SELECT COALESCE(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)
      FROM pg_stat_user_tables WHERE relname LIKE %s
"""


class Meter:
    """Measure a block of work, from a clean transaction to its last commit.

    :param env: environment whose cursor does the work
    :param str tables: LIKE pattern of the tables whose written rows are counted

    After the block: ``seconds`` of the clock; ``cpu`` seconds of this process and of
    its PostgreSQL backend, which other programs on the machine hardly change;
    ``queries``, ``rows``, and ``memory`` (MB, highest of the process so far).
    """

    def __init__(self, env, tables):
        self.env, self.tables = env, tables

    def __enter__(self):
        self.rows = self._written()
        self.env.cr.execute("SELECT pg_backend_pid()")
        self.backend = self.env.cr.fetchone()[0]
        self.cpu = self._cpu()
        self.queries = self.env.cr.sql_log_count
        self.start = time.perf_counter()
        return self

    def __exit__(self, *_error):
        self.env.flush_all()
        self.env.cr.commit()
        self.seconds = time.perf_counter() - self.start
        self.cpu = self._cpu() - self.cpu
        self.queries = self.env.cr.sql_log_count - self.queries
        self.rows = self._written() - self.rows
        self.memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

    def _written(self):
        """The server's own counters, once all that was counted so far is in them."""
        cr = self.env.cr
        cr.execute("SELECT pg_stat_force_next_flush()")
        cr.commit()
        cr.execute(WRITTEN, [self.tables])
        rows = int(cr.fetchone()[0])
        cr.commit()
        return rows

    def _cpu(self):
        """Processor seconds so far; of the backend only when it runs here."""
        stat = Path(f"/proc/{self.backend}/stat")
        ticks = 0
        if stat.exists() and "postgres" in stat.read_text():
            fields = stat.read_text().rpartition(")")[2].split()
            ticks = int(fields[11]) + int(fields[12])
        return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")

    def told(self, name, units):
        """The measures as a dictionary for a report.

        :param str name: what was done
        :param int units: how many items (or mails) it was done for
        """
        return {
            "name": name,
            "units": units,
            "seconds": self.seconds,
            "cpu": self.cpu,
            "queries": self.queries,
            "rows": self.rows,
            "memory": self.memory,
        }
