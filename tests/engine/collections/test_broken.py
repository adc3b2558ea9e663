"""The contact that follows an announcement that broke."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.ar_collections.engine.decide import decide
from odoo.addons.ar_collections.engine.facts import (
    Broken,
    Debtor,
    Item,
    Step,
    Strategy,
)
from odoo.addons.ar_collections.engine.ladder import climbs_to
from odoo.addons.ar_collections.engine.simulate import Walk

DAY = date(2026, 3, 16)
LADDER = (Step(1, "First", 5), Step(2, "Second", 20), Step(3, "Third", 40))
BESIDE = Step(9, "You had promised", 1, trigger="broken")
STRATEGY = Strategy(1, (*LADDER, BESIDE), min_gap_days=5, weekly_cap=1)


def item(late=30, **kw):
    due = DAY - timedelta(days=late)
    given = {"id": 1, "move_id": 11, "step_delay": 20, **kw}
    return Item(
        number="INV/1",
        due_date=due,
        residual=10000,
        company_residual=10000,
        currency="EUR",
        **given,
    )


def debtor(**kw):
    broken = Broken("AVP/1", DAY - timedelta(days=1), frozenset({11}))
    given = {"items": (item(),), "broken": (broken,), "strategy": STRATEGY, **kw}
    return Debtor(id=1, as_of=DAY, currency="EUR", **given)


def codes(decision):
    return [reason.code for reason in decision.reasons]


def test_a_broken_announcement_has_its_own_step():
    told = decide(debtor())
    assert (told.verdict, told.step.name) == ("chase", "You had promised")
    assert "notice_broken" in codes(told)
    assert told.amount == 10000
    without = replace(STRATEGY, steps=LADDER)
    assert decide(debtor(strategy=without)).verdict == "wait", "the ladder goes on"
    assert decide(debtor(broken=())).verdict == "wait"


def test_it_comes_when_its_days_have_passed():
    today = Broken("AVP/1", DAY, frozenset({11}))
    told = decide(debtor(broken=(today,)))
    assert (told.verdict, told.next_date) == ("wait", DAY + timedelta(days=1))


def test_it_counts_in_gap_and_cap():
    told = decide(debtor(contact_dates=(DAY - timedelta(days=2),)))
    assert (told.verdict, codes(told)[0]) == ("wait", "weekly_cap")


def test_it_moves_nothing_on_the_ladder():
    fact = debtor()
    assert climbs_to(fact, item(step_delay=None), BESIDE, 1) is None
    assert fact.strategy.ladder == replace(STRATEGY, steps=LADDER).ladder


def test_it_waits_while_the_invoice_is_held_or_paid():
    held = item(disputed=10000)
    assert decide(debtor(items=(held,))).verdict == "hold"
    other = item(move_id=12)
    assert decide(debtor(items=(other,))).verdict == "wait", "nothing of it is open"


def test_one_contact_per_invoice_has_it_too():
    each = replace(STRATEGY, unit="invoice")
    told = decide(debtor(strategy=each, items=(item(), item(id=2, move_id=12))))
    assert [c.unit_key for c in told.contacts] == ["move:11"]


@given(st.integers(1, 60), st.integers(0, 60))
def test_a_walk_makes_it_once_per_announcement(days, late):
    """The loader tells it again every day; the walk knows that it was made."""
    fact = debtor(items=(item(late=late + 1, step_delay=None),))
    walk, made = Walk(fact), []
    for shift in range(days):
        made += walk.day(replace(fact, as_of=DAY + timedelta(days=shift)))
    assert sum(one.step.trigger == "broken" for one in made) == 1
    assert made[0].step == BESIDE, "it comes first"


def test_the_ladder_waits_for_it():
    today = Broken("AVP/1", DAY, frozenset({11}))
    told = decide(debtor(broken=(today,), items=(item(step_delay=None),)))
    assert (told.verdict, told.next_date) == ("wait", DAY + timedelta(days=1))
    other = item(id=2, move_id=12, step_delay=None)
    told = decide(
        debtor(
            broken=(today,),
            items=(item(step_delay=None), other),
            strategy=replace(STRATEGY, unit="invoice"),
        )
    )
    assert [c.unit_key for c in told.contacts] == ["move:12"], "others do not wait"
