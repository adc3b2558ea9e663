"""No crash sends a reminder twice, and none is lost.

Real processes, a real SMTP server on loopback, ``SIGKILL``. ``AR_KILL_ROUNDS`` sets
the number of rounds (5 by default, one of each kind; 200 in the long campaign).
"""

import json
import os
import subprocess
import sys

import pytest

from tests.support.processes import ROOT, Process, free_port, listens

ROUNDS = int(os.environ.get("AR_KILL_ROUNDS", "5"))


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
    """What ``send_rounds.py`` tells of each round."""
    port, folder = sink
    command = [
        os.environ.get("AR_PYTHON", sys.executable),
        ROOT / "tests/faults/send_rounds.py",
        f"--db={database('send_kill')}",
        f"--port={port}",
        f"--mails={folder}",
        f"--rounds={ROUNDS}",
    ]
    done = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60 + 30 * ROUNDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return [json.loads(line) for line in done.stdout.splitlines() if line[:1] == "{"]


def test_killed_senders_send_nothing_twice_and_lose_nothing(rounds):
    assert len(rounds) == ROUNDS
    for told in rounds:
        label = f"round {told['round']}, killed at {told['point']}"
        states, mails = told["states"], told["mails"]
        assert set(states.values()) <= {"done", "in_doubt"}, label
        assert set(mails) <= set(states), label
        for address, state in states.items():
            count = mails.get(address, 0)
            assert count <= 1, f"{label}: {address} received {count} mails"
            if state == "done":
                assert count == 1, f"{label}: {address} is done but received nothing"
        # A sender commits before it goes on: one mail at most is in doubt.
        doubts = list(states.values()).count("in_doubt")
        assert doubts <= 1, label
        if told["point"] == "accepted" and told["killed"]:
            assert doubts == 1, label
    assert any(told["killed"] for told in rounds)
