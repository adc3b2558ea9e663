"""An account walked through days: a table of stories, then properties."""

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
from odoo.addons.ar_collections.engine.simulate import Walk, totals

START = date(2026, 3, 2)
STEPS = (
    Step(1, "Courtesy", -3),
    Step(2, "First", 5),
    Step(3, "Call", 20, channel="call", mode="manual"),
    Step(4, "Task", 25, channel="task"),
    Step(5, "Last", 40),
)
DAILY = {
    "steps": (Step(1, "A", 5), Step(2, "B", 20)),
    "min_gap_days": 0,
    "weekly_cap": 7,
}


def day(number):
    return START + timedelta(days=number)


def item(rank, due, residual=10000, **vals):
    return Item(
        id=rank,
        move_id=vals.pop("move_id", rank),
        number=f"F{rank}",
        due_date=day(due),
        residual=residual,
        company_residual=residual,
        currency="EUR",
        is_credit=residual < 0,
        **vals,
    )


def ladder(**vals):
    vals = {"min_gap_days": 5, "weekly_cap": 1, **vals}
    return Strategy(1, vals.pop("steps", STEPS), **vals)


def account(*items, strategy=None, **vals):
    return Debtor(
        id=7,
        as_of=START,
        currency="EUR",
        items=items,
        strategy=strategy or ladder(),
        **vals,
    )


def told(made):
    return [((m.day - START).days, m.step.name) for m in made]


def walk(facts, days=60, leaves=None, eve=None, **options):
    """Walk with the same facts each day, or those of a function of the day."""
    of = facts if callable(facts) else lambda n: facts
    walker = Walk(eve or replace(of(0), as_of=day(-1)), **options)
    made = []
    for n in range(days):
        fact = replace(of(n), as_of=day(n))
        may = leaves and (lambda step, n=n: leaves(step, day(n)))
        made += walker.day(fact, may)
    return made


def test_an_invoice_nobody_pays_climbs_its_ladder():
    made = walk(account(item(1, 4)))
    assert told(made) == [
        (1, "Courtesy"),
        (9, "First"),
        (24, "Call"),
        (31, "Task"),  # one contact a week at most
        (44, "Last"),
    ]
    assert {m.amount for m in made} == {10000}
    assert made[0].numbers == ("F1",)


def test_what_is_paid_is_no_longer_asked_for():
    def facts(n):
        return account(*([item(1, 4)] if n < 12 else []))

    assert told(walk(facts)) == [(1, "Courtesy"), (9, "First")]


def test_a_hold_that_ends_is_caught_up_with_one_contact():
    held = Reason("hold_until")

    def facts(n):
        return account(item(1, -6), holds=(held,) if n < 50 else ())

    assert told(walk(facts)) == [(50, "Last")]


def test_the_eve_is_real():
    before = account(
        item(1, -20, step_delay=5, last_contact=day(-2)),
        contact_dates=(day(-2),),
        ladder_level=5,
    )
    made = walk(account(item(1, -20)), eve=replace(before, as_of=day(-1)))
    assert told(made) == [(5, "Task"), (20, "Last")]


def test_contacts_that_the_real_ladder_made_meanwhile_do_not_count():
    """The loader tells what really happened; the walk is about what would have."""

    def facts(n):
        level = 5 if n > 9 else None
        dates = (day(9),) if n > 9 else ()
        return account(
            item(1, 4, step_delay=level, last_contact=dates[-1] if dates else None),
            contact_dates=dates,
        )

    strategy = ladder(steps=(Step(8, "Early", 2), Step(9, "Late", 12)))
    made = walk(facts, strategy=strategy, eve=account(item(1, 4)))
    assert told(made) == [(6, "Early"), (16, "Late")]


def test_contacts_by_hand_count():
    assert told(walk(account(item(1, 4)), by_hand=[day(8)], days=20)) == [
        (1, "Courtesy"),
        (15, "First"),
    ]


def test_a_contact_waits_for_a_day_on_which_it_may_leave():
    def leaves(step, today):
        return today.weekday() < 5

    fact = account(item(1, 0), strategy=ladder(**DAILY))  # due on Saturday the 7th
    assert told(walk(fact, leaves=leaves, days=12)) == [(7, "A")]
    assert told(walk(fact, days=12)) == [(5, "A")]


def test_a_balance_below_the_minimum_grows_with_the_next_due_date():
    strategy = ladder(**DAILY, minimum=15000)
    assert told(walk(account(item(1, 0), item(2, 10), strategy=strategy))) == [
        (11, "A"),
        (15, "A"),
        (20, "B"),
        (30, "B"),
    ]


def test_a_ladder_that_stays_begins_anew_once_nothing_is_late():
    strategy = ladder(**DAILY, when_paid="stay")

    def facts(n):
        return account(item(1, -20) if n < 10 else item(2, 12), strategy=strategy)

    assert told(walk(facts, days=40)) == [(0, "B"), (17, "A"), (32, "B")]


def test_a_reminder_that_failed_asks_a_person_first_but_not_in_the_past():
    fact = account(item(1, -10), open_reminder="failed")
    assert walk(fact) == []
    assert told(walk(fact, asks=False, days=5)) == [(0, "First")]


def test_a_ladder_begins_again_when_the_oldest_reminded_is_paid():
    strategy = ladder(when_paid="restart", **DAILY)

    def facts(n):
        items = [item(2, -2)] + ([item(1, -8)] if n < 16 else [])
        return account(*items, strategy=strategy)

    # The second is reminded on day 3 and goes along on day 12; then it is alone.
    assert told(walk(facts)) == [
        (0, "A"),
        (3, "A"),
        (12, "B"),
        (16, "A"),
        (31, "B"),
    ]


def test_one_contact_per_invoice_counts_once_a_day():
    strategy = ladder(unit="invoice", steps=(Step(1, "A", 5), Step(2, "B", 20)))
    made = walk(account(item(1, -6), item(2, -7), strategy=strategy))
    assert told(made) == [(0, "A"), (0, "A"), (13, "B"), (20, "B")]
    assert [m.amount for m in made] == [10000] * 4


def test_figures():
    steps = (Step(1, "A", 5), Step(2, "B", 20, channel="call"))
    strategy = ladder(**{**DAILY, "steps": steps})
    made = walk(account(item(1, -20), item(2, 4), strategy=strategy))
    figures = totals(made, START, day(27))
    assert figures["by_channel"] == {"call": 2, "email": 1}
    assert (figures["contacts"], figures["accounts"]) == (3, 1)
    assert figures["amounts"] == {"EUR": 50000}
    assert (figures["calls_max"], figures["calls_mean"]) == (1, 0.1)


def test_figures_of_nothing():
    assert totals([], START, START)["busiest"] is None
    assert totals([], START, START)["calls_mean"] == 0


# Properties.

MODES = st.sampled_from(["stay", "restart", "context"])


@st.composite
def stories(draw):
    """A strategy, and what is open, held and owed back on each day of two months."""
    strategy = ladder(
        min_gap_days=draw(st.integers(0, 9)),
        weekly_cap=draw(st.integers(1, 3)),
        when_paid=draw(MODES),
        unit=draw(st.sampled_from(["account", "invoice"])),
        carrier=draw(st.sampled_from(["each", "oldest"])),
        minimum=draw(st.sampled_from([0, 15000])),
    )
    lives = draw(
        st.lists(
            st.tuples(
                st.integers(-40, 30),  # due
                st.integers(-50, 40),  # opened
                st.integers(1, 60),  # settled after
                st.sampled_from([10000, 5000, -12000]),
            ),
            max_size=5,
        )
    )
    held = draw(st.sets(st.integers(0, 59), max_size=8))

    def facts(n):
        items = [
            item(rank, due, residual)
            for rank, (due, opened, life, residual) in enumerate(lives, 1)
            if opened <= n < opened + life
        ]
        holds = (Reason("hold_until"),) if n in held else ()
        return account(*items, strategy=strategy, holds=holds)

    return strategy, facts


@settings(max_examples=150, deadline=None)
@given(stories())
def test_never_over_the_cap_nor_within_the_gap(story):
    strategy, facts = story
    made = walk(facts)
    days = sorted({m.day for m in made if m.step.channel != "task"})
    for earlier, later in zip(days, days[1:], strict=False):
        assert (later - earlier).days >= strategy.min_gap_days
    for n in range(60):
        week = [d for d in days if day(n) <= d < day(n + 7)]
        assert len(week) <= strategy.weekly_cap


@settings(max_examples=150, deadline=None)
@given(stories())
def test_never_a_customer_who_owes_nothing_nor_a_held_one(story):
    _strategy, facts = story
    for one in walk(facts):
        fact = facts((one.day - START).days)
        assert not fact.holds
        late = {i.id: i for i in fact.items if not i.is_credit}
        credits = sum(i.company_residual for i in fact.items if i.is_credit)
        assert set(one.contact.item_ids) <= late.keys()
        assert sum(i.company_residual for i in late.values()) + credits > 0


@settings(max_examples=150, deadline=None)
@given(stories())
def test_an_item_is_never_asked_for_twice_at_the_same_step(story):
    strategy, facts = story
    seen = set()
    for one in walk(facts):
        carrier = (one.contact.carrier.id, one.step.id)
        again = strategy.when_paid == "restart"
        assert again or carrier not in seen
        seen.add(carrier)


@settings(max_examples=150, deadline=None)
@given(stories())
def test_days_that_are_passed_over_are_days_on_which_nothing_happens(story):
    """The walk looks at a day only when something can happen; looking at each of
    them tells the same."""
    _strategy, facts = story

    class Plodder(Walk):
        def _is_idle(self, fact):
            return False

    quick, slow = (
        cls(replace(facts(0), as_of=day(-1), items=())) for cls in (Walk, Plodder)
    )
    for n in range(60):
        fact = replace(facts(n), as_of=day(n))
        assert quick.day(fact) == slow.day(fact)


@settings(max_examples=100, deadline=None)
@given(stories(), st.integers(1, 59))
def test_stopping_and_going_on_is_the_same_as_walking_on(story, stop):
    """Facts that carry what was done so far, as the loader's do, give the same."""
    strategy, facts = story
    whole = walk(facts)
    if strategy.when_paid == "restart" or strategy.when_paid == "stay":
        return  # the account remembers more than its open items
    first = [m for m in whole if m.day < day(stop)]
    places = {}
    walker = Walk(replace(facts(0), as_of=day(-1), items=()))
    for n in range(stop):
        walker.day(replace(facts(n), as_of=day(n)))
    places = walker.places
    eve = facts(stop - 1)
    eve = replace(
        eve,
        as_of=day(stop - 1),
        items=tuple(
            replace(i, step_delay=places[i.id][0], last_contact=places[i.id][1])
            if i.id in places
            else i
            for i in eve.items
        ),
        contact_dates=tuple(sorted({m.day for m in first if m.step.channel != "task"})),
    )
    second = Walk(eve)
    rest = [
        m for n in range(stop, 60) for m in second.day(replace(facts(n), as_of=day(n)))
    ]
    assert told(first + rest) == told(whole)


@pytest.mark.parametrize("days", [1, 30])
def test_walking_changes_no_fact(days):
    fact = account(item(1, -6))
    before = decide(fact)
    walk(fact, days=days)
    assert decide(fact) == before
