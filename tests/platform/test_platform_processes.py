"""Platforms, Odoo and its workers as processes: how soon, and what a kill costs."""

import json
import os
import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
import requests

from tests.platform.scene import INVOICES, PEOPLE
from tests.support.processes import ROOT, Process, free_port, http_status
from tests.support.scenes import odoo
from tests.support.session import UserSession

PARIS = ZoneInfo("Europe/Paris")
HISTORY = "consulter/historique"
#: What is read and acted upon in one go, and the calls that may be under way.
AT_ONCE = 25 + 4


class Platform:
    """A simulator and its control."""

    def __init__(self, url):
        self.url = url
        self.http = requests.Session()
        self.http.trust_env = False  # loopback never goes through a proxy

    def control(self, name, body=None):
        url = f"{self.url}/_sim/{name}"
        answer = self.http.request("GET" if body is None else "POST", url, json=body)
        answer.raise_for_status()
        return answer.json()

    def count(self, route):
        return sum(route in call["route"] for call in self.control("calls"))


@pytest.fixture
def start(tmp_path):
    """Start a simulator, by the name of its module."""
    running = []

    def begin(module):
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        command = [sys.executable, "-m", f"tests.simulators.{module}", "--port", port]
        process = Process(module, command, tmp_path / f"{module}.log")
        running.append(process.start(lambda: http_status(f"{url}/_sim/calls") == 200))
        return Platform(url)

    yield begin
    for process in running:
        process.stop()


def program(database, step, url=""):
    """The command of one step of the scene."""
    python = os.environ.get("AR_PYTHON", sys.executable)
    scene = str(ROOT / "tests/platform/scene.py")
    return [python, scene, f"--db={database}", f"--url={url}", step]


def play(database, step, url=""):
    """Play one step to its end; what it tells."""
    done = subprocess.run(
        program(database, step, url),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return json.loads([t for t in done.stdout.splitlines() if t[:1] == "{"][-1])


def soon(check, seconds, step=0.2):
    """Seconds until ``check()`` holds; fails when it does not in time."""
    begin = time.monotonic()
    while not check():
        passed = time.monotonic() - begin
        assert passed < seconds, f"nothing after {passed:.0f} s"
        time.sleep(step)
    return time.monotonic() - begin


def settled(count, seconds=1.0):
    """A number that has stood for a while: calls under way were answered to nobody."""
    before, now = None, count()
    while before != now:
        time.sleep(seconds)
        before, now = now, count()
    return now


@pytest.fixture
def server(database, workbench, tmp_path):
    """Odoo with one thread for its scheduled actions: ``(database, url)``."""
    name, port = database("webhook"), free_port()
    url = f"http://127.0.0.1:{port}"
    yield name, url, odoo(workbench, name, port, tmp_path, crons=1)


def test_from_the_webhook_to_the_invoice_within_a_minute(server, start):
    database, url, process = server
    platform = start("xp_z12_013")
    told = play(database, "business", platform.url)
    webhook = {"url": f"{url}{told['path']}", "key": told["key"]}
    platform.control("story", {"webhook": webhook})
    with process:
        process.start(lambda: http_status(f"{url}/web/health") == 200, seconds=180)
        claire = UserSession(url, database, PEOPLE["login"], PEOPLE["password"])

        def state():
            found = claire.call(
                "account.move",
                "search_read",
                [("name", "=", told["number"])],
                ["ar_buyer_state", "ar_platform_story"],
            )
            return found[0]

        # Without a call, nothing moves: the schedule is far away.
        assert not state()["ar_buyer_state"]
        assert platform.count("flows/search") == 0
        yesterday = datetime.now(PARIS) - timedelta(days=1)
        status = {name: told[name] for name in ("number", "date", "seller")}
        status |= {"code": "207", "when": f"{yesterday:%Y%m%d%H%M%S}"}
        now = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
        updated = now.replace("+00:00", "Z")
        platform.control("advance", {"flows": [{"cdar": status, "updated": updated}]})
        seconds = soon(lambda: state()["ar_buyer_state"] == "in_dispute", 60)
        assert "LIT/" in state()["ar_platform_story"]
    print(f"from the webhook to the invoice: {seconds:.1f} s")
    assert platform.count("flows/search") >= 1
    log = process.log.read_text(encoding="utf-8", errors="replace")
    for secret in ("pa-client-secret", told["key"], "Bearer "):
        assert secret not in log


def test_killed_while_reading_only_the_rest_is_read_again(database, start, tmp_path):
    name, platform = database("cut"), start("chorus_pro")
    invoices = play(name, "public", platform.url)["invoices"]
    assert len(invoices) == INVOICES
    day = f"{datetime.now(PARIS) - timedelta(days=2):%Y-%m-%d} 10:15"
    facts = [{"code": code, "date": day} for code in ("DEPOSEE", "SUSPENDUE")]
    story = {"invoices": [{**row, "history": facts} for row in invoices]}
    platform.control("story", {**story, "latency": 0.1})
    log = open(tmp_path / "killed.log", "wb")
    with (
        log,
        subprocess.Popen(
            program(name, "read"),
            cwd=ROOT,
            stdout=log,
            stderr=log,
            start_new_session=True,
        ) as worker,
    ):
        soon(lambda: platform.count(HISTORY) > 40, 240, 0.05)
        os.killpg(worker.pid, signal.SIGKILL)
    assert worker.returncode == -signal.SIGKILL
    asked = settled(lambda: platform.count(HISTORY))
    assert asked < INVOICES, "killed in the middle"
    left = play(name, "known")
    assert 0 < left["waiting"] < INVOICES
    assert left["events"] == 2 * (INVOICES - left["waiting"])
    told = play(name, "read")
    again = platform.count(HISTORY) - asked
    assert again == left["waiting"], "what was kept is not read again"
    assert platform.count(HISTORY) <= INVOICES + AT_ONCE
    assert told["problems"] == []
    assert (told["waiting"], told["events"]) == (0, 2 * INVOICES)
    assert told["timeline"] == 2 * INVOICES
    assert told["disputes"] == told["disputed"] == INVOICES
