"""The form “I have already paid”, as text, and the states of a proof."""

import doctest
from datetime import date, timedelta
from decimal import Decimal

import pytest

from odoo.addons.ar_portal.engine import proof_form, proof_states
from odoo.addons.ar_portal.engine.proof_form import clean_text, read_form

TODAY = date(2026, 5, 15)
GOOD = {"amount": "120,50", "paid_on": "2026-05-14", "reference": " VIR 1 "}


@pytest.mark.parametrize("module", [proof_form, proof_states])
def test_documented_examples(module):
    result = doctest.testmod(module)
    assert result.attempted and not result.failed


def test_a_good_form_is_read():
    form = read_form(GOOD, ["7", "9", "7"], TODAY)
    assert form.mistakes == {}
    assert form.item_ids == (7, 9)
    assert (form.amount, form.paid_on) == (Decimal("120.50"), date(2026, 5, 14))
    assert form.reference == "VIR 1"


def test_an_empty_form_tells_every_mistake_at_once():
    form = read_form({}, [], TODAY)
    assert form.mistakes == {
        "items": "missing",
        "amount": "missing",
        "paid_on": "missing",
    }


@pytest.mark.parametrize("ids", [["x"], ["-1"], ["0"], ["²"], ["1 or 1=1"]])
def test_ids_that_are_none_are_dropped(ids):
    assert read_form(GOOD, ids, TODAY).mistakes == {"items": "missing"}


@pytest.mark.parametrize(
    ("days", "mistake"),
    [
        (proof_form.DAYS_AHEAD, None),
        (proof_form.DAYS_AHEAD + 1, "too_late"),
        (-proof_form.DAYS_BACK, None),
        (-proof_form.DAYS_BACK - 1, "too_early"),
    ],
)
def test_the_date_has_limits(days, mistake):
    day = (TODAY + timedelta(days=days)).isoformat()
    form = read_form({**GOOD, "paid_on": day}, ["1"], TODAY)
    assert form.mistakes.get("paid_on") == mistake


def test_zero_is_not_an_amount():
    form = read_form({**GOOD, "amount": "0,00"}, ["1"], TODAY)
    assert form.mistakes == {"amount": "unreadable"}


def test_texts_lose_marks_that_deceive_and_are_cut():
    assert clean_text("a\u202eb\x00c\r\nd", 10) == "abc\nd"
    assert clean_text("x" * 50, 10) == "x" * 10
    assert clean_text(None, 10) == ""
    reference = read_form({**GOOD, "reference": "one\ntwo"}, ["1"], TODAY).reference
    assert reference == "one two"
