"""No crash contacts anybody twice, and none loses a contact.

Two planners and two senders, real processes, a real SMTP server on loopback,
``SIGKILL``. ``AR_KILL_ROUNDS`` sets the number of rounds: 20 by default, two of each
kind; 200 in the long campaign (`make soak`).
"""

import json
import os
import subprocess
import sys

import pytest

from tests.faults.ledger import CENTRE
from tests.support.processes import ROOT, Process, free_port, listens

ROUNDS = int(
    os.environ.get("AR_KILL_ROUNDS") or (200 if os.environ.get("AR_SOAK") else 20)
)
#: What the slowest machine may take, in seconds.
PATIENCE = 120 + 40 * ROUNDS


@pytest.fixture
def sink(tmp_path):
    """(port, folder) of a server that keeps every mail."""
    port, folder = free_port(), tmp_path / "mails"
    process = Process(
        "SMTP sink",
        [
            sys.executable,
            "-m",
            "tests.simulators.smtp_sink",
            "--dir",
            folder,
            "--port",
            port,
        ],
        tmp_path / "sink.log",
    )
    process.start(lambda: listens(port))
    yield port, folder
    process.stop()


@pytest.fixture
def rounds(sink, database):
    """What ``rounds.py`` tells of each round."""
    port, folder = sink
    command = [
        os.environ.get("AR_PYTHON", sys.executable),
        ROOT / "tests/faults/rounds.py",
        f"--db={database('kill')}",
        f"--port={port}",
        f"--mails={folder}",
        f"--rounds={ROUNDS}",
    ]
    done = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return [json.loads(line) for line in done.stdout.splitlines() if line[:1] == "{"]


def check(told):
    """What must hold after any round, whoever died wherever."""
    label = f"round {told['round']}, {told['victim']} killed at {told['point']}"
    states, mails = told["states"], told["mails"]
    # Nobody else suffers from the killed one, or from the other's being faster.
    assert not told["failed"], f"{label}: {told['failed']} failed"
    # Whoever owes is contacted once, or his paying centre; whoever has paid is not.
    assert sorted(states) == sorted(told["expected"]), label
    assert len({states[address][0] for address in told["grouped"]}) == 1, label
    served = {a: CENTRE if a in told["grouped"] else a for a in states}
    assert set(mails) <= set(served.values()), label
    for address, found in states.items():
        count = mails.get(served[address], 0)
        assert len(found) == 1, f"{label}: {address} has reminders {found}"
        assert found[0] in ("done", "in_doubt"), f"{label}: {address} is {found}"
        assert count <= 1, f"{label}: {served[address]} received {count} mails"
        if found == ["done"]:
            assert count == 1, f"{label}: {address} is done but received nothing"
    # A sender commits before it goes on: one mail at most is in doubt.
    assert told["doubts"] <= (told["victim"] == "sender"), label
    if told["point"] == "accepted" and told["killed"]:
        assert told["doubts"] == 1, label
    assert not told["unfinished"], label
    assert not any(told["doubles"].values()), f"{label}: {told['doubles']}"
    assert told["wrote"] == [], f"{label}: a second plan wrote to {told['wrote']}"


@pytest.mark.timeout(PATIENCE + 60)
def test_killed_planners_and_senders_contact_everybody_once(rounds):
    assert len(rounds) == ROUNDS
    for told in rounds:
        check(told)
    for who in ("planner", "sender"):
        if ROUNDS >= 2:
            assert any(told["killed"] for told in rounds if told["victim"] == who), who
