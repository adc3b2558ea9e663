"""What holds for any batch of receipts and any ledger."""

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.ar_lettering.engine.facts import Decision
from odoo.addons.ar_lettering.engine.match import match

from .ledgers import IBAN, item, ledger, notice, number, receipt

AMOUNTS = st.sampled_from([100, 200, 300, 400, 500, -100, -200])


@st.composite
def batches(draw):
    """Small amounts and few invoices, so that receipts collide often."""
    items = []
    for ident in range(1, draw(st.integers(1, 8)) + 1):
        document = draw(st.integers(101, 105))
        partner = document % 2 + 1
        disputed = draw(st.booleans()) and draw(st.booleans())
        amount = draw(AMOUNTS)
        items.append(item(ident, amount, document, partner, disputed=disputed))
    positive = [i for i in items if i.residual > 0]
    notices = (
        tuple(
            notice(n, i.residual, (i.id, i.residual), partner=i.partner)
            for n, i in enumerate(draw(st.lists(st.sampled_from(positive), max_size=2)))
        )
        if positive
        else ()
    )
    books = ledger(
        *items,
        closed={110: 1, 111: 2},
        accounts={IBAN: frozenset({1})},
        names={"DURAND": frozenset({2}), "SHARED": frozenset({1, 2})},
        notices=notices,
    )
    cited = st.lists(st.integers(101, 111), max_size=3)
    receipts = [
        receipt(
            n,
            draw(st.integers(1, 12)) * 100,
            " ".join(
                draw(st.sampled_from([number(d), f"fact {d}", number(d)[4:]]))
                for d in draw(cited)
            ),
            payer_account=draw(st.sampled_from(["", IBAN])),
            payer_name=draw(st.sampled_from(["", "Durand", "Shared"])),
        )
        for n in range(draw(st.integers(1, 6)))
    ]
    return books, receipts


@given(batches())
@settings(max_examples=400, deadline=None)
def test_booked_sums_are_exact_and_nothing_is_paid_twice(batch):
    books, receipts = batch
    residuals = {i.id: i.residual for i in books.items}
    used = set()
    outcomes = match(receipts, books)
    assert set(outcomes) == {r.id for r in receipts}
    for entry in receipts:
        outcome = outcomes[entry.id]
        total = sum(a.amount for a in outcome.allocations)
        if outcome.allocations:
            assert total == entry.amount + outcome.written_off - outcome.gap
            written_off = sum(part.amount for part in outcome.gap_parts)
            assert written_off == outcome.written_off
        if outcome.decision is Decision.AUTO:
            assert outcome.gap == 0
            assert not outcome.vetoes and outcome.evidence
        if outcome.decision is Decision.LEAVE:
            assert outcome.reasons and not outcome.allocations
        for allocation in outcome.allocations:
            residual = residuals[allocation.item]
            assert allocation.item not in used
            assert 0 < allocation.amount / residual <= 1
            used.add(allocation.item)


@given(batches(), st.randoms(use_true_random=False))
@settings(max_examples=300, deadline=None)
def test_order_of_the_batch_changes_nothing(batch, random):
    books, receipts = batch
    shuffled, items = list(receipts), list(books.items)
    random.shuffle(shuffled)
    random.shuffle(items)
    other = type(books)(**{**books.__dict__, "items": tuple(items)})
    assert match(shuffled, other) == match(receipts, books)


@given(batches())
@settings(max_examples=200, deadline=None)
def test_nothing_is_booked_for_its_amount_alone(batch):
    books, receipts = batch
    mute = [type(r)(r.id, r.amount, r.currency, r.date) for r in receipts]
    for outcome in match(mute, books).values():
        assert outcome.decision is not Decision.AUTO
