"""A company that a program of the tests builds, and the company behind a server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.processes import ROOT, Process, free_port, http_status


def play(program: str, *options: str) -> dict:
    """Run a program of the repository inside Odoo; what it tells on its last line."""
    python = os.environ.get("AR_PYTHON", sys.executable)
    done = subprocess.run(
        [python, str(ROOT / program), *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return json.loads([t for t in done.stdout.splitlines() if t[:1] == "{"][-1])


@contextmanager
def scene(databases, database: str, program: str, *options: str) -> Iterator[Callable]:
    """A copy of the template, in which a program plays step by step.

    :param databases: the fixture of this name
    :param program: path in the repository; it knows ``--db`` and names of steps
    :return: ``step(name, ...)``, which tells what the program told
    """
    databases.drop(database)
    databases.copy(os.environ.get("AR_TEMPLATE"), database)

    def step(*names: str) -> dict:
        return play(program, f"--db={database}", *options, *names)

    try:
        yield step
    finally:
        databases.drop(database)


def odoo(workbench, database: str, port: int, folder: Path, crons=0, **environment):
    """A server for one database, not started."""
    command = workbench.odoo_command(
        f"--database={database}",
        f"--db-filter=^{database}$",
        f"--http-port={port}",
        "--http-interface=127.0.0.1",
        "--workers=0",
        f"--max-cron-threads={crons}",
    )
    log = folder / "odoo.log"
    return Process("Odoo", command, log, workbench.environment(**environment))


@contextmanager
def served(
    workbench, database: str, folder: Path, port: int | None = None, **environment
) -> Iterator[str]:
    """The address of a running server for one database."""
    port = port or free_port()
    address = f"http://127.0.0.1:{port}"
    server = odoo(workbench, database, port, folder, **environment)
    server.start(lambda: http_status(f"{address}/web/health") == 200, seconds=180)
    with server:
        yield address
