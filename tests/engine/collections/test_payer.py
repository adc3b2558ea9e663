"""How a customer pays: the weighted delay, its class and its trend."""

import doctest
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.ar_collections.engine import payer
from odoo.addons.ar_collections.engine.payer import (
    Instalment,
    Measure,
    classify,
    heaviest,
    measure,
    parts,
    trend,
    year_before,
)

DAY = date(2026, 6, 30)


def ago(days):
    return DAY - timedelta(days=days)


def paid(due, late, cents=100, move=1, payment=True):
    settled = ((due + timedelta(days=late), cents, payment),)
    return Instalment(move, move, due, cents, settled)


def delay(*instalments, as_of=DAY):
    return measure(parts(instalments, as_of)).delay


def test_examples_of_the_module():
    assert doctest.testmod(payer).failed == 0


def test_large_invoices_weigh_more():
    assert delay(paid(ago(100), 10, 900), paid(ago(100), 50, 100, move=2)) == 14


def test_early_payment_counts_as_negative_days():
    assert delay(paid(ago(60), -12)) == -12


def test_what_is_overdue_counts_until_today_and_what_is_not_due_does_not():
    unpaid = Instalment(1, 1, ago(40), 100)
    coming = Instalment(2, 2, ago(-10), 900)
    told = measure(parts([unpaid, coming], DAY))
    assert told == Measure(delay=40, invoices=1, amount=100, unpaid=100)


def test_part_payment_leaves_the_rest_running():
    one = Instalment(1, 1, ago(50), 100, ((ago(50), 60, True),))
    assert delay(one) == 20


def test_credit_note_or_write_off_is_no_payment_yet_settles():
    assert delay(paid(ago(50), 45, payment=False)) is None
    half = Instalment(1, 1, ago(50), 100, ((ago(30), 50, True), (ago(5), 50, False)))
    told = measure(parts([half], DAY))
    assert (told.delay, told.amount) == (20, 50)


def test_contested_part_is_left_out_while_it_is_contested():
    part = Instalment(1, 1, ago(40), 100, contested=((ago(35), ago(10), 100),))
    assert delay(part, as_of=ago(20)) is None
    assert delay(part) == 40


def test_payments_of_more_than_a_year_ago_are_forgotten():
    assert delay(paid(ago(500), 100)) is None
    assert delay(paid(ago(370), 20), paid(ago(20), 5, move=2)) == 13
    assert delay(paid(ago(400), 20), paid(ago(20), 5, move=2)) == 5


def test_the_past_knows_nothing_of_what_came_later():
    one = paid(ago(400), 390)
    assert delay(one, as_of=ago(365)) == 35
    assert delay(one) == 390


def test_class_needs_enough_invoices_and_follows_the_limits():
    assert classify(Measure(), minimum=0) == "new"
    assert classify(Measure(20, 2, 1), minimum=3) == "new"
    assert classify(Measure(20, 3, 1), (10, 15, 19), minimum=3) == "D"


def test_trend_needs_both_years_and_a_real_move():
    old, new = Measure(40, 5, 1), Measure(52, 5, 1)
    assert trend(new, old) == "worse"
    assert trend(old, new) == "better"
    assert trend(Measure(43, 5, 1), old) == "steady"
    assert trend(new, Measure()) is None
    assert trend(new, Measure(40, 1, 1), minimum=3) is None


def test_leap_day():
    assert year_before(date(2028, 2, 29)) == date(2027, 2, 28)


def test_heaviest_first_even_when_early():
    found = parts([paid(ago(99), 2), paid(ago(99), -30, move=2)], DAY)
    assert [part.move_id for part, _days in heaviest(found)] == [2, 1]


settlement = st.tuples(
    st.integers(-30, 700).map(ago), st.integers(1, 5000), st.booleans()
)
instalment = st.builds(
    Instalment,
    id=st.integers(1, 10**6),
    move_id=st.integers(1, 30),
    due=st.integers(-60, 700).map(ago),
    amount=st.integers(1, 10_000),
    settlements=st.lists(settlement, max_size=3).map(tuple),
)
instalments = st.lists(instalment, max_size=12)


@given(instalments)
def test_mean_lies_between_the_best_and_the_worst(some):
    found = parts(some, DAY)
    told = measure(found)
    if not found:
        assert told.delay is None
        return
    days = [part.days for part in found]
    assert min(days) <= told.delay <= max(days)
    added = sum(days for _part, days in heaviest(found, len(found)))
    assert abs(added - told.delay) <= 0.5 + 1e-6


@given(instalments, st.integers(1, 200))
def test_one_more_late_invoice_never_helps(some, late):
    before = measure(parts(some, DAY))
    worst = max([late, *(part.days for part in parts(some, DAY))])
    after = measure(parts([*some, Instalment(0, 0, ago(worst), 100)], DAY))
    assert before.delay is None or after.delay >= before.delay


@given(instalments)
def test_the_order_of_the_books_does_not_matter(some):
    assert measure(parts(some, DAY)) == measure(parts(some[::-1], DAY))
