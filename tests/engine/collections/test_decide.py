"""The decision as a pure function: examples, then properties."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.ar_collections.engine.decide import decide
from odoo.addons.ar_collections.engine.facts import (
    Debtor,
    Item,
    Reason,
    Step,
    Strategy,
)
from odoo.addons.ar_collections.engine.ladder import position_after

TODAY = date(2026, 3, 16)
LADDER = Strategy(
    id=1,
    steps=(
        Step(1, "Before", -5),
        Step(2, "First", 5),
        Step(3, "Second", 20),
        Step(4, "Third", 40),
    ),
    minimum=0,
    min_gap_days=5,
    weekly_cap=1,
)


def item(overdue=10, cents=10000, **vals):
    vals.setdefault("id", vals.get("move_id", 1))
    vals.setdefault("move_id", vals["id"])
    vals.setdefault("company_residual", cents)
    return Item(
        number=f"INV/{vals['id']}",
        due_date=TODAY - timedelta(days=overdue),
        residual=cents,
        currency="EUR",
        **vals,
    )


def debtor(*items, **vals):
    vals.setdefault("strategy", LADDER)
    return Debtor(id=1, as_of=TODAY, currency="EUR", items=items, **vals)


def codes(decision):
    return [reason.code for reason in decision.reasons]


# Ladder, cycle and position: (overdue days, last step of the item, when_paid) → step
LADDER_CASES = [
    (-6, None, "context", None),
    (-5, None, "context", "Before"),
    (0, None, "context", "Before"),
    (5, None, "context", "First"),
    (19, None, "context", "First"),
    (20, None, "context", "Second"),
    (400, None, "context", "Third"),
    (10, 5, "context", None),
    (20, 5, "context", "Second"),
    (40, 5, "context", "Third"),
    (400, 40, "context", None),
    (400, None, "restart", "Third"),
    (400, -5, "restart", "Third"),
    (10, -5, "stay", "First"),
    (10, 5, "stay", None),
]


@pytest.mark.parametrize("overdue,position,when_paid,expected", LADDER_CASES)
def test_step_by_age_position_and_mode(overdue, position, when_paid, expected):
    one = item(overdue, step_delay=position)
    strategy = replace(LADDER, when_paid=when_paid)
    decision = decide(debtor(one, strategy=strategy))
    assert (decision.step.name if decision.step else None) == expected


def test_when_the_oldest_is_paid_stay_keeps_the_height_reached():
    reached = item(30, id=1, step_delay=20, blocked=True)
    fresh = item(10, id=2)
    for mode, step in (("stay", None), ("context", "First"), ("restart", "First")):
        decision = decide(
            debtor(reached, fresh, strategy=replace(LADDER, when_paid=mode))
        )
        assert (decision.step.name if decision.step else None) == step, mode


def test_a_step_before_the_due_date_takes_what_is_due_then():
    decision = decide(debtor(item(-5, id=1), item(-4, id=2), item(-9, id=3)))
    assert decision.step.name == "Before"
    assert set(decision.item_ids) == {1, 2}


def test_only_what_is_late_is_asked_for_once_something_is_late():
    decision = decide(debtor(item(10, id=1), item(0, id=2), item(-3, id=3)))
    assert decision.item_ids == (1,), "what falls due today is not late yet"
    assert decision.amount == 10000


def test_a_disputed_part_leaves_the_rest():
    decision = decide(debtor(item(10, cents=10000, disputed=9999)))
    assert decision.verdict == "chase"
    assert decision.amount == 1


def after(one, step, strategy=LADDER, carrier=0):
    step = next(s for s in strategy.ladder if s.id == step.id)
    return position_after(debtor(one, strategy=strategy), one, step, carrier)


def test_an_item_that_went_along_stands_where_its_age_puts_it():
    third, own = LADDER.steps[3], LADDER.steps[1]
    young = item(10)
    assert after(young, third).name == own.name
    stay = replace(LADDER, when_paid="stay")
    assert after(young, third, stay).name == third.name
    assert after(item(-30), third) is None
    assert after(young, third, carrier=young.id).name == third.name


def test_in_doubt_asks_a_person_before_anything_else():
    decision = decide(debtor(item(), open_reminder="in_doubt"))
    assert (decision.verdict, codes(decision)) == ("ask", ["in_doubt"])


def test_a_planned_reminder_is_told():
    decision = decide(debtor(item(), open_reminder="planned", open_reminder_date=TODAY))
    assert codes(decision) == ["step_due", "already_planned", "caught_up"]


def test_phone_needs_no_address():
    call = replace(LADDER, steps=(Step(1, "Call", 5, "call", "manual"),))
    decision = decide(debtor(item(), strategy=call, reach=frozenset({"phone"})))
    assert codes(decision) == ["step_due", "manual_step"]
    assert codes(decide(debtor(item(), reach=frozenset({"phone"})))) == ["no_address"]


def test_nothing_in_scope_tells_the_scope():
    decision = decide(debtor(item(scope_code="scope_account")))
    assert (decision.verdict, codes(decision)) == ("nothing", ["scope_account"])
    assert codes(decide(debtor())) == ["nothing_due"]


def test_the_next_contact_respects_the_gap():
    done = item(19, step_delay=5)
    decision = decide(debtor(done, contact_dates=(TODAY,)))
    assert codes(decision) == ["next_step"]
    assert decision.next_date == TODAY + timedelta(days=7), "one contact a week"


def test_ladder_end():
    done = item(400, step_delay=40)
    decision = decide(debtor(done))
    assert (decision.verdict, codes(decision)) == ("wait", ["ladder_end"])
    assert decision.next_date is None


# Properties.

cents = st.integers(min_value=1, max_value=10**9)


@st.composite
def items(draw):
    number = draw(st.integers(0, 8))
    found = []
    for rank in range(1, number + 1):
        amount = draw(cents)
        is_credit = draw(st.booleans())
        disputed = 0 if is_credit else draw(st.integers(0, amount))
        announced = 0 if is_credit else draw(st.integers(0, amount - disputed))
        found.append(
            item(
                draw(st.integers(-40, 120)),
                -amount if is_credit else amount,
                id=rank,
                is_credit=is_credit,
                disputed=disputed,
                announced=announced,
                blocked=draw(st.booleans()),
                scope_code=draw(st.sampled_from([None, None, None, "scope_account"])),
                step_delay=draw(st.sampled_from([None, -5, 5, 20, 40])),
            )
        )
    return tuple(found)


@st.composite
def debtors(draw):
    return debtor(
        *draw(items()),
        strategy=replace(
            LADDER,
            when_paid=draw(st.sampled_from(["stay", "restart", "context"])),
            minimum=draw(st.integers(0, 10**6)),
            min_gap_days=draw(st.integers(0, 10)),
            weekly_cap=draw(st.integers(1, 3)),
        ),
        contact_dates=tuple(
            TODAY - timedelta(days=days)
            for days in draw(st.lists(st.integers(0, 20), max_size=4))
        ),
        reach=draw(
            st.sampled_from([frozenset({"email", "phone", "post"}), frozenset()])
        ),
        holds=draw(st.sampled_from([(), (), (), (Reason("no_chasing"),)])),
    )


@given(debtors())
@settings(max_examples=500)
def test_every_decision_has_a_reason_and_is_repeatable(fact):
    decision = decide(fact)
    assert decision.reasons
    assert decide(fact) == decision
    assert decide(replace(fact, items=tuple(reversed(fact.items)))) == decision


@given(debtors())
@settings(max_examples=500)
def test_a_net_creditor_is_never_chased(fact):
    decision = decide(fact)
    net = sum(i.company_residual for i in fact.items if i.in_scope)
    if net <= 0:
        assert decision.verdict != "chase"
    if decision.verdict == "chase":
        assert decision.amount > 0
        assert decision.amount >= fact.strategy.minimum


@given(debtors())
@settings(max_examples=500)
def test_gap_and_cap_hold(fact):
    if decide(fact).verdict == "chase":
        week = [d for d in fact.contact_dates if (TODAY - d).days < 7]
        assert len(week) < fact.strategy.weekly_cap
        if fact.contact_dates:
            gap = (TODAY - max(fact.contact_dates)).days
            assert gap >= fact.strategy.min_gap_days


@given(debtors(), st.integers(0, 7))
@settings(max_examples=500)
def test_adding_a_blocker_never_adds_a_contact(fact, rank):
    before = decide(fact)
    if before.verdict == "chase":
        return
    held = tuple(
        replace(i, blocked=True, reasons=(Reason("item_hold"),)) if n == rank else i
        for n, i in enumerate(fact.items)
    )
    after = decide(replace(fact, items=held))
    assert after.verdict != "chase", (before, after)


@given(debtors())
@settings(max_examples=300)
def test_what_is_asked_is_never_more_than_what_is_owed(fact):
    decision = decide(fact)
    if decision.verdict == "chase":
        chased = [i for i in fact.items if i.id in decision.item_ids]
        assert all(not i.is_credit and not i.blocked and i.in_scope for i in chased)
        for one in chased:
            assert 0 < one.chaseable <= one.residual - one.disputed - one.announced


@given(st.integers(-10, 60), st.integers(1, 30))
def test_catching_up_equals_running_daily(overdue, missed):
    """After ``missed`` silent nights, the step is where daily runs would be."""

    def run(days):
        position, reached = None, None
        for day in days:
            one = item(overdue + day, step_delay=position)
            decision = decide(debtor(one))
            if decision.verdict == "chase":
                position = reached = decision.step.delay
        return reached

    daily = run(range(missed + 1))
    late = run([missed])
    if daily is None:
        assert late is None
    else:
        assert late == daily
