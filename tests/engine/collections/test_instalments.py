import doctest
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.ar_collections.engine import insolvency, instalments
from odoo.addons.ar_collections.engine.decide import decide
from odoo.addons.ar_collections.engine.facts import Debtor, Item, Step, Strategy
from odoo.addons.ar_collections.engine.instalments import (
    Instalment,
    Terms,
    due_dates,
    fails_on,
    propose,
    slices,
    split,
    unpaid,
)
from odoo.addons.ar_collections.engine.planned import Plan, with_plans

START = date(2026, 1, 31)
terms = st.builds(
    Terms,
    count=st.integers(1, 60),
    every=st.integers(1, 90),
    unit=st.sampled_from(["days", "months"]),
    after=st.integers(0, 60),
    deposit=st.integers(0, 9_999),
    month_end=st.booleans(),
)
days = st.dates(date(2020, 1, 1), date(2040, 12, 31))
amounts = st.lists(st.integers(1, 1_000_000), min_size=1, max_size=8)


@pytest.mark.parametrize("module", [instalments, insolvency])
def test_examples_of_the_documentation(module):
    result = doctest.testmod(module)
    assert result.attempted and not result.failed


@given(st.integers(1, 10**10), terms, days)
def test_the_instalments_are_the_debt_to_the_cent(total, shape, start):
    told = propose(total, shape, start)
    assert sum(one.cents for one in told) == total
    assert all(one.cents > 0 for one in told)
    dues = [one.due for one in told]
    assert dues[0] >= start
    assert dues == sorted(dues)


@given(st.integers(1, 10**9), st.integers(1, 120))
def test_equal_parts_differ_by_cents_only(total, count):
    parts = split(total, count)
    assert sum(parts) == total
    assert max(parts) - min(parts) < count


def test_months_come_back_to_the_31st_and_to_the_29th_of_february():
    shape = Terms(count=4, every=1, unit="months", after=1)
    assert [str(d)[5:] for d in due_dates(date(2027, 12, 31), shape)] == [
        "01-31",
        "02-29",
        "03-31",
        "04-30",
    ]
    ends = Terms(count=3, every=1, unit="months", after=1, month_end=True)
    assert [str(d)[5:] for d in due_dates(date(2026, 1, 10), ends)] == [
        "02-28",
        "03-31",
        "04-30",
    ]


def test_a_deposit_and_five_months():
    told = propose(
        100_001, Terms(count=5, every=1, unit="months", after=1, deposit=3_000), START
    )
    assert told[0] == Instalment(START, 30_000)
    assert [one.cents for one in told[1:]] == [14_000, 14_000, 14_000, 14_000, 14_001]
    half = propose(101, Terms(count=1, deposit=5_000), START)
    assert [one.cents for one in half] == [51, 50]


@given(amounts, st.integers(0, 10**7))
def test_money_goes_to_the_oldest_instalment_first(cents, paid):
    told = [Instalment(START + timedelta(days=n), c) for n, c in enumerate(cents)]
    left = unpaid(told, paid)
    assert sum(one.cents for _rank, one in left) == max(sum(cents) - paid, 0)
    # At most the first one that is left has received a part.
    assert all(one.cents == cents[rank - 1] for rank, one in left[1:])


@given(amounts, st.integers(0, 10**7))
def test_slices_give_each_document_what_is_open_of_it(cents, paid):
    told = [Instalment(START + timedelta(days=n), c) for n, c in enumerate(cents)]
    left = unpaid(told, paid)
    still = sum(one.cents for _rank, one in left)
    half = still // 2
    cut = slices([("a", half), ("b", still - half)], left)
    sums = {key: sum(c for _r, _d, c in parts) for key, parts in cut.items()}
    assert sums.get("a", 0) == half
    assert sums.get("b", 0) == still - half


def test_a_plan_fails_at_its_first_or_its_second_missed_instalment():
    told = propose(300, Terms(count=3, after=0), START)
    left = unpaid(told, 100)
    day = told[1].due + timedelta(days=9)
    assert fails_on(left, "first", 8) == day
    assert fails_on(left, "second", 8) == day + timedelta(days=30)
    # The last one has no second after it.
    last = unpaid(told, 250)
    assert fails_on(last, "second", 8) == told[2].due + timedelta(days=9)
    assert fails_on(unpaid(told, 300), "first", 8) is None
    # A plan that stands on its first payment fails with it.
    nothing = unpaid(told, 50)
    assert fails_on(nothing, "second", 8, True) == told[0].due + timedelta(days=9)


def plan(paid_in_all=30_000, **vals):
    told = propose(paid_in_all, Terms(count=3, after=0), START)
    return Plan(1, "ECH/1", "running", told, {7: paid_in_all}, grace=8, **vals)


def item(residual, **vals):
    return Item(
        id=7,
        move_id=70,
        number="F1",
        due_date=date(2025, 11, 1),
        residual=residual,
        company_residual=residual,
        currency="EUR",
        **vals,
    )


def account(items, day):
    ladder = Strategy(1, (Step(1, "First", 5), Step(2, "Second", 30)))
    return Debtor(1, day, "EUR", items, ladder)


def test_what_is_in_a_plan_waits_for_its_instalments():
    (told,) = with_plans([item(30_000)], [plan()], START)
    assert (told.due_date, told.planned, told.chaseable) == (START, 30_000, 0)
    decision = decide(account((told,), START))
    assert [r.code for r in decision.reasons] == ["in_plan"]


def test_a_late_instalment_is_chased_alone_and_from_the_first_step():
    day = START + timedelta(days=6)
    before = item(30_000, step_delay=30, last_contact=date(2025, 12, 5))
    (told,) = with_plans([before], [plan()], day)
    assert (told.chaseable, told.company_matured) == (10_000, 10_000)
    decision = decide(account((told,), day))
    assert (decision.verdict, decision.step.id) == ("chase", 1)
    assert decision.amount == 10_000
    # A contact about it counts from then on.
    (again,) = with_plans([item(30_000, step_delay=5, last_contact=day)], [plan()], day)
    assert decide(account((again,), day)).verdict == "wait"


def test_a_plan_that_fails_gives_the_own_due_dates_back():
    failing = START + timedelta(days=9)
    (told,) = with_plans([item(30_000)], [plan()], failing - timedelta(days=1))
    assert told.slices
    assert with_plans([item(30_000)], [plan()], failing) == (item(30_000),)
    # Paid: the same day is one of the next instalment's.
    (told,) = with_plans([item(20_000)], [plan()], failing)
    assert told.due_date == START + timedelta(days=30)


def test_an_invoice_back_in_draft_is_not_taken_for_paid():
    away = Plan(1, "ECH/1", "running", plan().instalments, {}, grace=8, away=30_000)
    assert away.received({}) == 0
    assert plan().received({}) == 30_000


@given(st.integers(0, 30_000), st.integers(-5, 120))
def test_a_plan_never_asks_for_more_than_is_open(residual, days_later):
    day = START + timedelta(days=days_later)
    if not residual:
        return
    (told,) = with_plans([item(residual)], [plan()], day)
    assert 0 <= told.chaseable <= residual
    assert told.chaseable + told.planned == residual
    if told.slices:
        assert sum(cents for _rank, _due, cents in told.slices) == residual


def test_a_proposal_holds_until_its_answer_is_due():
    sent = Plan(1, "ECH/1", "sent", plan().instalments, {7: 30_000}, answer_by=START)
    (told,) = with_plans([item(30_000)], [sent], START)
    assert (told.blocked, [r.code for r in told.reasons]) == (True, ["plan_sent"])
    (told,) = with_plans([item(30_000)], [sent], START + timedelta(days=1))
    assert not told.blocked


@given(days)
def test_the_time_to_declare_is_two_months_of_the_calendar(published):
    last = insolvency.deadline(published)
    months = (last.year - published.year) * 12 + last.month - published.month
    assert months == 2
    assert last.day == published.day or (
        last.day < published.day and (last + timedelta(days=1)).day == 1
    )
    assert insolvency.deadline(published, overseas=True) > last


@given(st.lists(st.integers(0, 60), min_size=1, max_size=40))
def test_each_threshold_alerts_once_whatever_nights_are_missed(lefts):
    given_, alerted = [], None
    for left in sorted(lefts, reverse=True):
        limit = insolvency.alert(left, alerted)
        if limit is not None:
            given_.append(limit)
            alerted = limit
            assert left <= limit
    assert given_ == sorted(set(given_), reverse=True)
