"""Disputed and undisputed parts of an invoice through everything that happens to it."""

import doctest

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from odoo.addons.ar_collections.engine import dispute_amounts
from odoo.addons.ar_collections.engine.dispute_amounts import Contested, free, split

AMOUNT = st.integers(min_value=0, max_value=10_000)
ITEMS = st.sampled_from([None, 1, 2, 3])


def test_the_example_at_the_top():
    assert doctest.testmod(dispute_amounts).failed == 0


@given(
    st.dictionaries(st.sampled_from([1, 2, 3]), st.integers(-5_000, 10_000)),
    st.lists(st.tuples(AMOUNT, ITEMS), max_size=6),
)
def test_parts_add_up_to_what_is_open(open_by_item, asked):
    disputes = [Contested(key, cents, item) for key, (cents, item) in enumerate(asked)]
    told = split(open_by_item, disputes)
    total = sum(max(cents, 0) for cents in open_by_item.values())
    assert sum(told.held.values()) + told.undisputed == total
    assert sum(told.by_item.values()) == sum(told.held.values())
    assert told.undisputed >= 0
    for dispute in disputes:
        assert 0 <= told.held[dispute.key] <= dispute.asked
    for item, cents in told.by_item.items():
        assert 0 <= cents <= max(open_by_item[item], 0)


@given(
    st.dictionaries(st.sampled_from([1, 2, 3]), st.integers(0, 10_000), min_size=1),
    st.lists(st.tuples(AMOUNT, ITEMS), max_size=5),
    ITEMS,
)
def test_one_more_dispute_takes_nothing_from_the_others(open_by_item, asked, item):
    disputes = [Contested(key, cents, i) for key, (cents, i) in enumerate(asked)]
    before = split(open_by_item, disputes)
    room = free(open_by_item, disputes, item)
    after = split(open_by_item, [*disputes, Contested("new", room, item)])
    assert after.held["new"] == room
    assert {k: after.held[k] for k in before.held} == before.held
    assert after.undisputed == before.undisputed - room


@given(AMOUNT, st.lists(AMOUNT, max_size=4), AMOUNT, AMOUNT)
def test_a_payment_never_adds_to_a_dispute(owed, asked, paid, undone):
    disputes = [Contested(key, cents) for key, cents in enumerate(asked)]
    before = split({1: owed}, disputes).held
    after = split({1: max(owed - paid, 0)}, disputes).held
    assert all(after[key] <= before[key] for key in before)
    back = split({1: owed}, disputes).held
    assert back == before


class Invoice(RuleBasedStateMachine):
    """An invoice of two instalments, paid, credited, contested in any order."""

    def __init__(self):
        super().__init__()
        self.owed = {1: 6_000, 2: 4_000}
        self.taken = []
        self.running = []
        self.first = {}
        self.count = 0

    @rule(item=st.sampled_from([1, 2]), cents=st.integers(1, 6_000))
    def pay_or_credit(self, item, cents):
        part = min(cents, self.owed[item])
        self.owed[item] -= part
        self.taken.append((item, part))

    @precondition(lambda self: self.taken)
    @rule(data=st.data())
    def undo(self, data):
        index = data.draw(st.integers(0, len(self.taken) - 1))
        item, part = self.taken.pop(index)
        self.owed[item] += part

    @rule(item=st.sampled_from([None, 1, 2]), cents=st.integers(1, 10_000))
    def contest(self, item, cents):
        asked = min(cents, free(self.owed, self.running, item))
        if asked:
            self.count += 1
            self.running.append(Contested(self.count, asked, item))
            self.first[self.count] = asked

    @precondition(lambda self: self.running)
    @rule(data=st.data())
    def close(self, data):
        index = data.draw(st.integers(0, len(self.running) - 1))
        self.running.pop(index)

    @invariant()
    def disputed_and_undisputed_are_the_residual(self):
        told = split(self.owed, self.running)
        assert sum(told.held.values()) + told.undisputed == sum(self.owed.values())
        assert all(told.held[k.key] <= self.first[k.key] for k in self.running)
        if sum(self.owed.values()) == 10_000:
            # All undone: each dispute is back at most at what it was.
            wanted = sum(d.asked for d in self.running)
            assert sum(told.held.values()) <= wanted


TestInvoice = Invoice.TestCase
