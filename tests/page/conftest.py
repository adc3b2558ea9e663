"""A customer's page on a real server, and ways to look at it."""

import json
import os
import subprocess
import sys

import pytest

from tests.support.processes import ROOT, Process, free_port, http_status

DATABASE = "ar_t_page"


@pytest.fixture(scope="module")
def scene(databases):
    """What the scene made; the database is dropped afterwards."""
    databases.drop(DATABASE)
    databases.copy(os.environ.get("AR_TEMPLATE"), DATABASE)
    try:
        python = os.environ.get("AR_PYTHON", sys.executable)
        program = str(ROOT / "tests/page/scene.py")
        done = subprocess.run(
            [python, program, f"--db={DATABASE}"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-4000:]
        yield json.loads([t for t in done.stdout.splitlines() if t[:1] == "{"][-1])
    finally:
        databases.drop(DATABASE)


@pytest.fixture(scope="module")
def url(scene, workbench, tmp_path_factory):
    """The address of the server."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = workbench.odoo_command(
        f"--database={DATABASE}",
        f"--db-filter=^{DATABASE}$",
        f"--http-port={port}",
        "--http-interface=127.0.0.1",
        "--workers=0",
        "--max-cron-threads=0",
    )
    log = tmp_path_factory.mktemp("server") / "odoo.log"
    server = Process("Odoo", command, log, workbench.environment())
    server.start(lambda: http_status(f"{address}/web/health") == 200, seconds=180)
    with server:
        yield address
