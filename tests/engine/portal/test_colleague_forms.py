"""What colleagues type: views of a dispute, requests, addresses."""

import doctest
from decimal import Decimal

import pytest

from odoo.addons.ar_portal.engine import case_words, colleague_forms
from odoo.addons.ar_portal.engine.case_words import badge, progress
from odoo.addons.ar_portal.engine.colleague_forms import (
    address_of,
    is_allowed,
    one_line,
    read_advice,
    read_request,
)

WORDS = {"message": "One pallet was left on the quay."}


def advice(**form):
    return read_advice({**WORDS, **form}, Decimal("60.00"))


@pytest.mark.parametrize("module", [case_words, colleague_forms])
def test_examples_of_the_documentation(module):
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    ("written", "mistake"),
    [
        ("60,00", None),
        ("60.01", "too_much"),
        ("0", "unreadable"),
        ("nan", "unreadable"),
        ("-5", "unreadable"),
        ("", None),
    ],
)
def test_at_most_what_is_contested_can_be_credited(written, mistake):
    form = advice(verdict="customer_right", amount=written)
    assert form.mistakes.get("amount") == mistake


def test_an_amount_is_read_only_where_something_is_credited():
    assert advice(verdict="customer_wrong", amount="1000").amount is None


@pytest.mark.parametrize("verdict", ["", "accept", "customer_right "])
def test_only_the_three_answers_are_taken(verdict):
    assert advice(verdict=verdict).mistakes == {"verdict": "missing"}


@pytest.mark.parametrize(
    "text",
    [
        "a@b.fr\nBcc: x@y.example",
        "a@b.fr\r\n",
        "a@b.fr,x@y.example",
        "a@b.fr;x@y.example",
        "<a@b.fr>",
        "a b@c.fr",
        "a@b",
        "a@@b.fr",
        "a\u202e@b.fr",
        "a" * 65 + "@b.fr",
    ],
)
def test_whatever_is_not_one_plain_address_is_none(text):
    found = address_of(text)
    assert found in ("", "a@b.fr")
    assert "\n" not in found
    if text.strip() != "a@b.fr":
        assert found == ""


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("a@works.example", True),
        ("A@Works.Example", True),
        ("a@evil.works.example", False),
        ("a@evilworks.example", False),
        ("a@works.example.evil.fr", False),
        ("works.example", False),
    ],
)
def test_a_domain_allows_itself_and_nothing_else(address, allowed):
    assert is_allowed(address, "@works.example; works.fr") is allowed


def test_names_are_one_line_and_bounded():
    assert one_line("Ann\r\nBcc:\tx\u2028y", 80) == "Ann Bcc: x y"
    assert len(one_line("x" * 500, 120)) == 120


def test_who_has_no_log_in_says_who_he_is():
    form = read_request({"reason": "He promised three times."}, typed=True)
    assert form.mistakes == {"email": "missing", "customer": "missing"}
    known = read_request({"reason": "He promised three times."}, ["3", "x", "3"])
    assert known.mistakes == {}
    assert (known.move_ids, known.urgency) == ((3,), "normal")
    odd = read_request({"reason": "He promised three times.", "urgency": "now!"})
    assert odd.urgency == "normal"


def test_each_end_of_a_case_has_its_code_and_its_badge():
    assert progress("closed", "paid") == "paid"
    assert progress("closed", "unheard of") == "cancelled"
    assert progress("order", None) == "order"
    assert badge("refused") == "refused"
    assert badge("order") == "under_review"
