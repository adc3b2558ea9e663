"""The code of a transfer as a drawing, and the statement as CSV."""

import csv
import doctest
import io
import re
from base64 import b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.ar_portal.engine import qr_picture, statement_csv
from odoo.addons.ar_portal.engine.qr_picture import QUIET, modules, qr_address
from odoo.addons.ar_portal.engine.statement_csv import harmless, number, write_csv

PAYLOAD = "BCD\n002\n1\nSCT\n\nAtelier\nFR7630006000011234567890189\nEUR1.00\n\n\nF1"


@pytest.mark.parametrize("module", [qr_picture, statement_csv])
def test_documented_examples(module):
    result = doctest.testmod(module)
    assert result.attempted and not result.failed


def test_the_drawing_has_exactly_the_modules_of_the_code():
    rows = modules(PAYLOAD)
    # Three corners carry the finder pattern, the fourth does not.
    ring = [True] * 7
    assert rows[0][:7] == rows[0][-7:] == rows[-1][:7] == ring
    assert rows[-1][-7:] != ring
    svg = b64decode(qr_address(PAYLOAD).partition(",")[2]).decode()
    dark = set()
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", svg):
        dark |= {(int(x) + i - QUIET, int(y) - QUIET) for i in range(int(length))}
    assert dark == {
        (x, y) for y, row in enumerate(rows) for x, on in enumerate(row) if on
    }


def test_one_payload_is_drawn_once(monkeypatch):
    assert qr_address(PAYLOAD)
    monkeypatch.setattr(qr_picture, "modules", pytest.fail)
    assert qr_address(PAYLOAD)


@given(st.lists(st.text(), min_size=1), st.sampled_from(",."))
def test_any_text_comes_back_and_is_no_formula(texts, mark):
    cells = [harmless(text.replace("\0", "")) for text in texts]
    data = write_csv(["a"] * len(cells), [cells], mark)
    # Without translation of line ends inside cells.
    text = io.StringIO(data.decode("utf-8-sig"), newline="")
    rows = list(csv.reader(text, delimiter=";" if mark == "," else ","))
    assert rows[1] == cells
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in rows[1])


@given(st.integers(-(10**12), 10**12), st.integers(0, 4), st.sampled_from(",."))
def test_amounts_keep_every_unit(cents, places, mark):
    written = number(cents, places, mark)
    assert int(written.replace(mark, "")) == cents
    assert len(written.partition(mark)[2]) == places
