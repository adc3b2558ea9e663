"""Written replies with what a careful reader sees in them, and how rules fare.

``replies/*.txt``: one reply per block, ``=== name [held]``, its ``expect:`` lines,
an empty line, the text as it arrived. Those marked ``held`` were put aside when the
rules were written: they only score.
"""

import re
from collections import Counter
from datetime import date
from pathlib import Path

RECEIVED = date(2026, 11, 10)
NUMBERS = [
    *(f"FAC/2026/{n}" for n in ("00117", "00123", "00131", "00140")),
    *(f"INV/2026/{n}" for n in ("00042", "00057", "00061", "00077")),
]


def replies(held=None):
    """``[(name, text, [expected dict])]``; ``held`` True or False limits them."""
    found = []
    for path in sorted((Path(__file__).parent / "replies").glob("*.txt")):
        for block in re.split(r"(?m)^=== ", path.read_text(encoding="utf-8"))[1:]:
            head, _sep, text = block.partition("\n\n")
            title, *lines = head.splitlines()
            if held is not None and title.endswith("held") != held:
                continue
            expected = [_expected(line) for line in lines if not line.endswith("none")]
            found.append((title.split()[0], text, expected))
    return found


def _expected(line):
    kind, *pairs = line.removeprefix("expect:").split()
    return {"kind": kind, **dict(pair.split("=", 1) for pair in pairs)}


def agrees(told, wanted):
    """Whether a reading says what the careful reader saw, in every detail given."""
    seen = {
        "kind": told.kind,
        "date": told.day.isoformat() if told.day else "",
        "reason": told.reason or "",
        "reference": told.reference or "",
        "numbers": ",".join(told.numbers),
        "amount": str(told.amount or ""),
        "email": told.email or "",
    }
    return all(seen[key] == value for key, value in wanted.items())


def score(read, held=None):
    """``{kind: Counter(right, wrong, missed)}`` and the texts that went wrong."""
    figures, faults = {}, []
    for name, text, expected in replies(held):
        told, left = read(text, RECEIVED, NUMBERS, month_first=False), list(expected)
        for one in told:
            match = next((w for w in left if agrees(one, w)), None)
            figures.setdefault(one.kind, Counter())["right" if match else "wrong"] += 1
            if match:
                left.remove(match)
            else:
                faults.append((name, "read", one))
        for wanted in left:
            figures.setdefault(wanted["kind"], Counter())["missed"] += 1
            faults.append((name, "missed", wanted))
    return figures, faults
