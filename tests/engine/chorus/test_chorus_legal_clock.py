"""The public payment delay: R2192-12, R2192-15 and R2192-27 to R2192-29."""

from datetime import date

import pytest

from odoo.addons.ar_chorus_connector.engine.dates import parse_moment
from odoo.addons.ar_chorus_connector.engine.legal_clock import legal_clock
from odoo.addons.ar_chorus_connector.engine.statuses import Clock

START, STOP, RESUME = Clock.START, Clock.INTERRUPT, Clock.RESUME
ORDER, NONE = Clock.ORDER, Clock.NONE


def run(*marks, days=30):
    story = [(parse_moment(f"{day} 10:00"), mark) for day, mark in marks]
    return legal_clock(story, days)


def test_the_delay_runs_from_the_day_the_invoice_is_made_available():
    clock = run(("2026-05-30", NONE), ("2026-06-01", START))
    assert (clock.start, clock.due) == (date(2026, 6, 1), date(2026, 7, 1))
    assert clock.interest_start == date(2026, 7, 2)


def test_made_available_again_does_not_start_again():
    clock = run(("2026-06-01", START), ("2026-06-10", START))
    assert clock.start == date(2026, 6, 1)


def test_a_hospital_has_fifty_days():
    assert run(("2026-06-01", START), days=50).due == date(2026, 7, 21)


def test_a_suspension_stops_the_clock_until_completed():
    clock = run(("2026-06-01", START), ("2026-06-11", STOP))
    assert clock.interrupted and clock.due is None and clock.interest_start is None


@pytest.mark.parametrize(
    ("days", "due"),
    # 20 days were left of 30: a new delay of 30 days. 40 of 50: the balance.
    [(30, date(2026, 7, 15)), (50, date(2026, 7, 25))],
)
def test_after_completion_thirty_days_or_the_balance_if_longer(days, due):
    clock = run(
        ("2026-06-01", START), ("2026-06-11", STOP), ("2026-06-15", RESUME), days=days
    )
    assert clock.due == due and not clock.interrupted


def test_a_second_suspension_is_unlawful_and_stops_nothing():
    clock = run(
        ("2026-06-01", START),
        ("2026-06-11", STOP),
        ("2026-06-15", RESUME),
        ("2026-06-20", STOP),
    )
    assert clock.unlawful == (date(2026, 6, 20),)
    assert clock.due == date(2026, 7, 15)


def test_a_suspension_after_the_order_to_pay_is_unlawful():
    clock = run(("2026-06-01", START), ("2026-06-05", ORDER), ("2026-06-11", STOP))
    assert clock.unlawful == (date(2026, 6, 11),) and clock.due == date(2026, 7, 1)


def test_a_suspension_told_twice_is_one():
    clock = run(("2026-06-01", START), ("2026-06-11", STOP), ("2026-06-12", STOP))
    assert clock.unlawful == () and clock.interrupted


def test_taken_up_again_without_completion_resumes_too():
    clock = run(("2026-06-01", START), ("2026-06-11", STOP), ("2026-06-12", NONE))
    assert clock.due == date(2026, 7, 12)


def test_the_day_is_the_buyer_s_day():
    story = [(parse_moment("2026-06-01T22:30:00+00:00"), START)]
    assert legal_clock(story).start == date(2026, 6, 2)
