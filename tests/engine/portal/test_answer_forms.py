"""“I will pay on…”, “There is a problem”, and the code of the transfer."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.ar_portal.engine.answer_forms import (
    read_items,
    read_problem,
    read_promise,
)
from odoo.addons.ar_portal.engine.epc import PAYLOAD_MAX, epc_payload, quote

TODAY = date(2026, 3, 12)
REASONS = ("price", "delivery")
IBAN = "FR7630006000011234567890189"


def promise(day, items=("7",), days=30):
    return read_promise({"day": day, "message": " soon "}, items, TODAY, days)


def test_a_promise_is_within_its_limits():
    assert promise("2026-03-12").mistakes == {}
    assert promise("2026-04-11").mistakes == {}
    assert promise("11/04/2026").day == date(2026, 4, 11)
    assert promise("2026-03-11").mistakes == {"day": "past"}
    assert promise("2026-04-12").mistakes == {"day": "too_late"}
    assert promise("").mistakes == {"day": "missing"}
    assert promise("soon").mistakes == {"day": "unreadable"}
    assert promise("2026-03-20", items=()).mistakes == {"items": "missing"}


@given(st.dates(), st.integers(1, 180))
def test_no_promise_is_taken_outside_its_limits(day, days):
    form = promise(day.isoformat(), days=days)
    inside = TODAY <= day <= TODAY + timedelta(days=days)
    assert inside == (not form.mistakes)


def problem(items=("7",), **values):
    form = {"reason": "price", "message": "The price is not the agreed one", **values}
    return read_problem(form, items, REASONS)


def test_a_problem_needs_a_reason_and_words():
    assert problem().mistakes == {}
    assert problem().amount is None
    assert problem(amount="1 234,50").amount == Decimal("1234.50")
    assert problem(reason="").mistakes == {"reason": "missing"}
    assert problem(reason="rejected").mistakes == {"reason": "missing"}
    assert problem(message="no").mistakes == {"message": "missing"}
    assert problem(amount="-3").mistakes == {"amount": "unreadable"}
    assert problem(items=("7", "8"), amount="3").mistakes == {"amount": "several"}
    assert problem(items=("7", "8")).mistakes == {}


@given(st.lists(st.text(max_size=30)), st.text(), st.text(), st.text())
def test_any_text_gives_values_or_mistakes(items, one, two, three):
    assert all(i > 0 for i in read_items(items))
    read_promise({"day": one, "message": two}, items, TODAY, 30)
    read_problem({"reason": one, "amount": two, "message": three}, items, REASONS)


@pytest.mark.parametrize(
    "values",
    [
        {"iban": "12345"},
        {"cents": 0},
        {"cents": -5},
        {"cents": 10**12},
        {"name": ""},
        {"name": "漢字"},
    ],
)
def test_no_code_for_what_a_bank_would_refuse(values):
    good = {"name": "Atelier", "iban": IBAN, "cents": 100, **values}
    assert epc_payload(**good) is None


@given(st.text(), st.text(), st.integers(1, 10**11 - 1), st.text())
def test_a_code_always_has_its_shape(name, text, cents, bic):
    payload = epc_payload(name, IBAN, cents, text, bic)
    if payload is None:
        return
    lines = payload.split("\n")
    assert lines[:4] == ["BCD", "002", "1", "SCT"]
    assert len(lines) == 11 and lines[6] == IBAN
    assert Decimal(lines[7].removeprefix("EUR")) == Decimal(cents) / 100
    assert len(payload.encode()) <= PAYLOAD_MAX


@given(st.lists(st.text("ABC/0123456789é ", min_size=1), max_size=30))
def test_quoted_numbers_are_whole(numbers):
    text = quote(numbers)
    assert len(text) <= 140
