"""A small demo company on a real server, with its day played once per session."""

import json
import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.day.customer import Mail, mail_box
from tests.support.processes import Process, free_port, http_status
from tests.support.session import UserSession

DATABASE = "ar_day"
SCALE = 0.2


@dataclass
class Place:
    """The demo company being served."""

    database: str
    url: str
    folder: Path
    workbench: object
    server_log: Path
    days: list[dict] = field(default_factory=list)

    def user(self, login: str) -> UserSession:
        """Somebody of the company at the back office."""
        return UserSession(self.url, self.database, login, login)

    def play(self) -> dict:
        """Play a day with the command people use; its figures."""
        result = self.folder / f"day-{len(self.days) + 1}.json"
        environment = self.workbench.environment(AR_DB=self.database, AR_URL=self.url)
        environment.pop("AR_RUN")  # the simulators end with the day
        command = [
            self.workbench.settings.python,
            "tests/day/play.py",
            f"--workdir={self.folder}",
            f"--result={result}",
        ]
        done = subprocess.run(
            [str(part) for part in command],
            env=environment,
            cwd=self.workbench.settings.root,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=600,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        self.days.append({**json.loads(result.read_text()), "report": done.stdout})
        return self.days[-1]

    def mails(self) -> list[Mail]:
        """Every message that customers received so far."""
        return mail_box(self.folder / "mails")


def _inside(workbench, target: str, folder: Path, **keywords) -> None:
    """Call a function with an environment of the company's database."""
    pairs = [f"{name}={json.dumps(value)}" for name, value in keywords.items()]
    result = folder / "inside.json"
    python = workbench.settings.python
    command = [python, "-m", "devkit.inside", DATABASE, target, result, *pairs]
    done = subprocess.run(
        [str(part) for part in command],
        env=workbench.environment(PYTHONHASHSEED="0"),
        cwd=workbench.settings.root,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def company(workbench, databases, tmp_path_factory):
    """Database of a small demo company, built as the demo builds it."""
    folder = tmp_path_factory.mktemp("company")
    databases.copy(os.environ["AR_TEMPLATE"], DATABASE)
    try:
        _inside(workbench, "tests/day/company.py:build", folder, scale=SCALE)
        yield DATABASE
    finally:
        databases.drop(DATABASE)


@pytest.fixture(scope="session")
def place(workbench, company, tmp_path_factory):
    """The company behind a real server."""
    folder = tmp_path_factory.mktemp("day")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = workbench.odoo_command(
        f"--database={company}",
        f"--db-filter=^{company}$",
        f"--http-port={port}",
        "--http-interface=127.0.0.1",
        "--workers=0",
        "--max-cron-threads=0",  # the day itself decides when crons run
    )
    log = folder / "odoo.log"
    server = Process("Odoo", command, log, workbench.environment())
    server.start(lambda: http_status(f"{url}/web/health") == 200, seconds=180)
    with server:
        yield Place(company, url, folder, workbench, log)


@pytest.fixture(scope="session")
def day(place):
    """The first day's figures."""
    return place.days[0] if place.days else place.play()
