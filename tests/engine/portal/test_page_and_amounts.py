"""Totals, words, amounts typed by people, colours, tokens."""

import doctest
import logging
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.ar_portal.engine import amounts, branding, tokens, upload_kinds
from odoo.addons.ar_portal.engine.account_page import PageItem, Status, totals

TODAY = date(2026, 5, 15)


def item(residual=10000, due=date(2026, 5, 1), currency=1, **values):
    return PageItem(1, currency, due, residual, **values)


@pytest.mark.parametrize("module", [amounts, branding, tokens, upload_kinds])
def test_documented_examples(module):
    result = doctest.testmod(module)
    assert result.attempted and not result.failed


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({}, Status.OVERDUE),
        ({"due": TODAY}, Status.DUE_TODAY),
        ({"due": date(2026, 5, 16)}, Status.NOT_DUE),
        ({"residual": -1}, Status.CREDIT),
        ({"disputed": 1, "proved": 1, "announced": 1}, Status.DISPUTED),
        ({"proved": 1, "announced": 1}, Status.PROOF),
        ({"announced": 1}, Status.ANNOUNCED),
    ],
)
def test_status(values, status):
    assert item(**values).status(TODAY) is status


def test_totals_keep_currencies_apart_and_net_credits():
    items = [
        item(10000),
        item(5000, due=date(2026, 6, 1)),
        item(-3000),
        item(700, currency=2),
    ]
    euro, dollar = totals(items, TODAY)
    assert (euro.due, euro.overdue, euro.not_due, euro.credits) == (
        12000,
        10000,
        5000,
        3000,
    )
    assert (dollar.due, dollar.overdue, dollar.overdue_count) == (700, 700, 1)


def test_held_part_is_told():
    (total,) = totals([item(10000, disputed=2000, announced=3000)], TODAY)
    assert (total.overdue, total.held) == (10000, 5000)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1234.5", "1234.5"),
        ("1\u202f234,50 €", "1234.50"),
        ("1'234.50", "1234.50"),
        ("0,01", "0.01"),
        ("12.345.678,9", "12345678.9"),
        ("1,23,4", None),
        ("1.2.3", None),
        ("١٢٣", None),
        ("²", None),
        ("inf", None),
        ("", None),
        (None, None),
        ("9" * 25, None),
    ],
)
def test_parse_amount(text, amount):
    assert amounts.parse_amount(text) == (amount and Decimal(amount))


@given(st.integers(1, 10**11), st.sampled_from([(",", " "), (".", ","), (",", ".")]))
def test_written_amounts_are_read_back(cents, marks):
    decimal, group = marks
    whole = f"{cents // 100:,}".replace(",", group)
    text = f"{whole}{decimal}{cents % 100:02d}"
    assert amounts.to_cents(amounts.parse_amount(text)) == cents


@given(st.integers(0, 5000), st.lists(st.integers(1, 900), max_size=9))
def test_allocation_never_exceeds(total, parts):
    open_parts = list(enumerate(parts))
    shares = amounts.allocate(total, open_parts)
    assert sum(part for _key, part in shares) == min(total, sum(parts))
    assert all(0 < part <= parts[key] for key, part in shares)


@given(st.from_regex(r"#[0-9a-f]{6}", fullmatch=True))
def test_text_on_any_brand_colour_is_readable(colour):
    chosen = branding.palette(colour)
    assert branding.contrast(chosen.brand, chosen.on_brand) >= 3.9


@pytest.mark.parametrize("bad", ["red;}</style>", "#12", "", None, "#zzzzzz", 7])
def test_a_colour_that_is_not_one_is_replaced(bad):
    assert branding.palette(bad).brand == branding.DEFAULT


def test_tokens_are_long_different_and_never_logged(caplog):
    one, other = tokens.new_token(), tokens.new_token()
    assert one != other and tokens.looks_like_token(one)
    assert tokens.token_hash(one) != tokens.token_hash(other)
    logger = logging.getLogger("test.portal.tokens")
    logger.addFilter(tokens.TokenFilter())
    with caplog.at_level(logging.INFO, logger.name):
        logger.info('"GET %s HTTP/1.1" %s', f"/ar/a/{one}/proof", 200)
        logger.info("a message that cannot be formatted %s")
    assert one not in caplog.text
    assert "/ar/a/***/proof" in caplog.records[0].getMessage()
