"""The past rewound from the present: replayed day by day, it says the same."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.ar_collections.engine.past import (
    Change,
    Contacting,
    Ledger,
    Match,
    Places,
    Settled,
    Spells,
    Touch,
    height_on,
    restart_on,
    rewind,
    under_way,
)

START = date(2026, 3, 1)


def day(number):
    return START + timedelta(days=number)


def line(rank=1, residual=100, since=0, scope=None, move=None):
    return {
        "line_id": rank,
        "move_id": move or rank,
        "residual": residual,
        "company_residual": residual,
        "since": day(since),
        "scope_code": scope,
    }


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3)), max_size=8))
def test_rewinding_finds_what_was_written_down_each_evening(writes):
    value, evenings, changes = 0, {}, []
    for n in range(10):
        for when, new in writes:
            if when == n and new != value:
                changes.append(Change(day(n), value, new))
                value = new
        evenings[n] = value
    for n, told in evenings.items():
        assert rewind(value, changes, day(n)) == told


def residuals(ledger, days=10):
    return [sum(ln["residual"] for ln in ledger.on(day(n))) for n in range(days)]


def test_a_line_counts_from_its_day_and_less_what_it_received():
    ledger = Ledger(
        [line(since=2)], [Match(1, 9, 40, 40, day(4)), Match(1, 9, 60, 60, day(7))]
    )
    assert residuals(ledger) == [0, 0, 100, 100, 60, 60, 60, 0, 0, 0]


def test_a_matching_that_was_undone_stood_until_then():
    undone = Match(1, 9, 100, 100, day(3), until=day(6))
    assert residuals(Ledger([line()], [undone])) == [100] * 3 + [0] * 3 + [100] * 4


def test_a_payment_reset_to_draft_counted_until_then():
    states = {9: [Change(day(6), True, False)]}
    ledger = Ledger([line()], [Match(1, 9, 100, 100, day(3))], {9: False}, states)
    assert residuals(ledger) == [100] * 3 + [0] * 3 + [100] * 4


def test_an_invoice_reset_and_posted_again_was_away_in_between():
    states = {1: [Change(day(3), True, False), Change(day(5), False, True)]}
    ledger = Ledger([line()], posted={1: True}, states=states)
    assert residuals(ledger) == [100] * 3 + [0] * 2 + [100] * 5


def test_no_followup_of_then():
    flips = {1: [Change(day(4), False, True)], 2: [Change(day(4), True, False)]}
    ledger = Ledger(
        [line(1, scope="scope_no_followup"), line(2), line(3, scope="scope_account")],
        followups=flips,
    )
    scopes = [[ln["scope_code"] for ln in ledger.on(day(n))] for n in (3, 4)]
    assert scopes == [
        [None, "scope_no_followup", "scope_account"],
        ["scope_no_followup", None, "scope_account"],
    ]


@settings(max_examples=200)
@given(
    st.lists(
        st.tuples(st.integers(0, 9), st.none() | st.integers(0, 9), st.integers(1, 50)),
        max_size=5,
    ),
    st.lists(st.integers(0, 9), max_size=3, unique=True).map(sorted),
    st.integers(0, 5),
)
def test_between_its_turns_a_line_says_the_same(matches, flips, since):
    one = line(residual=1000, since=since)
    told = [
        Match(1, 9, cents, cents, day(a), until=b if b is None else day(b))
        for a, b, cents in matches
    ]
    states = {9: [Change(day(n), i % 2 == 0, i % 2 == 1) for i, n in enumerate(flips)]}
    ledger = Ledger([one], told, {9: len(flips) % 2 == 0}, states)
    spells = Spells()
    for n in range(10):
        kept = spells.get(
            1,
            day(n),
            lambda: ledger.turns(one),
            lambda n=n: ledger.at(one, day(n)),
        )
        assert kept == ledger.at(one, day(n))


def test_places_come_from_the_contacts():
    places = Places(
        {1: [Touch(day(2), 5), Touch(day(4), None), Touch(day(6), 20, contact=False)]}
    )
    told = [places.on(1, day(n), 40, day(8)) for n in (1, 2, 4, 6)]
    assert told == [
        (None, None),
        (5, day(2)),
        (5, day(4)),
        (20, day(4)),
    ]
    assert places.on(2, day(5), 40, day(5)) == (40, day(5)), "nothing known: as now"
    assert places.on(2, day(4), 40, day(5)) == (40, None)


def test_the_height_counts_since_the_account_was_clean():
    reached, resets = [(day(1), 5), (day(3), 20), (day(7), 5)], [day(5)]
    told = [height_on(day(n), 5, reached, resets) for n in (0, 1, 3, 4, 5, 6, 7)]
    assert told == [None, 5, 20, 20, None, None, 5]
    assert height_on(day(3), 40, [], []) == 40, "nothing known: as now"


def test_a_ladder_began_again_when_the_oldest_reminded_was_settled():
    oldest = Settled(1, day(0), day(5), 5, day(2))
    younger = Settled(2, day(3), day(4), 5, day(2))
    assert restart_on(day(4), [oldest, younger]) is None, "an older one was open"
    assert restart_on(day(5), [oldest, younger]) == day(5)
    assert restart_on(day(9), [Settled(3, day(0), day(5), None, None)]) is None
    assert restart_on(day(4), [oldest]) is None, "not settled yet"


def test_the_reminder_that_was_under_way():
    failed = Contacting("account", day(1), None, ((day(3), "failed"),))
    again = Contacting("account", day(6), day(8))
    told = [under_way([failed, again], day(n))[0] for n in (0, 1, 3, 5, 6, 8)]
    assert told == [None, "planned", "failed", "failed", "planned", None]
    assert under_way([], day(1)) == (None, None)
