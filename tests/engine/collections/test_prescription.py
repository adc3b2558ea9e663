"""The time limit of claims: by the articles, and what holds for any facts."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.ar_collections.engine.prescription import (
    Fact,
    Interrupts,
    Rule,
    last_day,
    prescription,
    start_day,
    warning,
)

FIVE = Rule(5)
START = date(2021, 3, 12)
DAYS = st.dates(date(2015, 1, 1), date(2040, 12, 31))
FACTS = st.lists(st.builds(Fact, DAYS, st.sampled_from(Interrupts)), max_size=6)
RULES = st.builds(Rule, st.integers(1, 10), st.booleans())


def test_the_delivery_starts_it_whatever_the_invoice_says():
    later = date(2021, 5, 1)
    assert start_day(START, later, later) == (START, "delivery")
    assert start_day(None, START, later) == (START, "invoice")
    assert start_day(None, None, START) == (START, "due")
    assert start_day(None, None, None) is None


def test_five_years_two_years_and_four_calendar_years():
    assert last_day(START, Rule(5)) == date(2026, 3, 12)
    assert last_day(START, Rule(2)) == date(2023, 3, 12)
    assert last_day(START, Rule(4, calendar=True)) == date(2025, 12, 31)
    assert last_day(date(2024, 2, 29), Rule(2)) == date(2026, 2, 28)


def told(*facts):
    return prescription(START, FIVE, [Fact(*fact) for fact in facts])


def test_a_payment_on_account_starts_it_again_and_a_formal_notice_does_not():
    paid = date(2023, 6, 1)
    assert told((paid, Interrupts.PAYMENT)).last_day == date(2028, 6, 1)
    assert told((paid, Interrupts.PAYMENT)).by is Interrupts.PAYMENT
    assert told((paid, Interrupts.NOTICE)).last_day == date(2026, 3, 12)
    assert told((paid, Interrupts.NOTICE)).by is None


def test_on_the_last_day_it_is_in_time_and_the_day_after_too_late():
    last = date(2026, 3, 12)
    assert told((last, Interrupts.COURT)).last_day == date(2031, 3, 12)
    assert told((last + timedelta(1), Interrupts.COURT)).last_day == last


def test_interruptions_follow_each_other():
    found = told(
        (date(2030, 1, 1), Interrupts.ACKNOWLEDGEMENT),
        (date(2025, 6, 1), Interrupts.PAYMENT),
    )
    assert found.last_day == date(2035, 1, 1)


def test_warnings_at_twelve_six_and_three_months():
    end = date(2026, 12, 31)
    assert warning(end, date(2025, 6, 1)) is None
    assert warning(end, date(2026, 1, 15)) == 12
    assert warning(end, date(2026, 7, 1)) == 6
    assert warning(end, date(2026, 10, 1)) == 3
    assert warning(end, date(2026, 12, 31)) == 3
    assert warning(end, date(2027, 1, 1)) == 0


@given(DAYS, RULES, FACTS)
def test_a_fact_never_shortens_the_time(start, rule, facts):
    bare = prescription(start, rule, [])
    found = prescription(start, rule, facts)
    assert found.last_day >= bare.last_day
    assert found.last_day == last_day(found.since, rule)
    assert prescription(start, rule, facts[::-1]) == found


@given(DAYS, RULES, FACTS, st.builds(Fact, DAYS, st.sampled_from(Interrupts)))
def test_what_comes_too_late_revives_nothing(start, rule, facts, fact):
    found = prescription(start, rule, facts)
    with_it = prescription(start, rule, [*facts, fact])
    if fact.day > found.last_day and fact.day > max(
        (f.day for f in facts), default=fact.day
    ):
        assert with_it == found


@given(DAYS, st.integers(-2000, 2000))
def test_warnings_only_get_more_pressing(end, days):
    today = end + timedelta(days)
    order = [None, 12, 6, 3, 0]
    now, tomorrow = warning(end, today), warning(end, today + timedelta(1))
    assert order.index(tomorrow) >= order.index(now)
