"""No crash books a receipt twice, half, or not at all.

Two workers on one batch of receipts, real processes, ``SIGKILL``.
``AR_LETTER_ROUNDS`` sets the number of rounds: 6 by default, 60 in `make soak`.
"""

import json
import os
import subprocess
import sys

import pytest

from tests.support.processes import ROOT

ROUNDS = int(
    os.environ.get("AR_LETTER_ROUNDS") or (60 if os.environ.get("AR_SOAK") else 6)
)
PATIENCE = 180 + 60 * ROUNDS


@pytest.mark.timeout(PATIENCE + 60)
def test_killed_workers_book_every_receipt_once(database):
    command = [
        os.environ.get("AR_PYTHON", sys.executable),
        ROOT / "tests/faults/letter.py",
        f"--db={database('letter_kill')}",
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
    rounds = [json.loads(line) for line in done.stdout.splitlines() if line[:1] == "{"]
    assert len(rounds) == ROUNDS
    for told in rounds:
        check(told)
    assert any(told["killed"] for told in rounds)


def check(told):
    label = f"round {told['round']}, killed at {told['point']}: {told}"
    assert not told["failed"], label
    # Each receipt pays its invoice, once, in an entry of two lines that balances.
    count = told["receipts"]
    for what in ("matched", "items_paid", "proposals", "told"):
        assert told[what] == count, f"{what}: {label}"
    for what in ("unbalanced", "wide", "overpaid"):
        assert told[what] == 0, f"{what}: {label}"
