"""More true evidence never makes the right match less likely; who pays for others."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.ar_lettering.engine import calibration
from odoo.addons.ar_lettering.engine.facts import (
    Decision,
    GapKind,
    Paid,
    Tolerances,
)
from odoo.addons.ar_lettering.engine.match import match
from odoo.addons.ar_lettering.engine.memory import Counts, Memory

from .ledgers import IBAN, TODAY, item, ledger, notice, number, receipt

AUTO, PROPOSE, LEAVE = Decision.AUTO, Decision.PROPOSE, Decision.LEAVE


def one(books, entry):
    return match([entry], books)[entry.id]


def paid(outcome):
    return {a.item: a.amount for a in outcome.allocations}


def likelihood(outcome, right):
    shown = (outcome, *outcome.alternatives)
    return max((o.probability for o in shown if paid(o) == right), default=0.0)


@st.composite
def ledgers(draw):
    amounts = draw(
        st.lists(st.integers(1000, 90000), min_size=2, max_size=8, unique=True)
    )
    items = [item(n + 101, amount) for n, amount in enumerate(amounts)]
    others = [item(n + 201, a + 7, partner=2) for n, a in enumerate(amounts[:3])]
    books = ledger(
        *items,
        *others,
        accounts={IBAN: frozenset({1})},
        names={"DURAND": frozenset({1}), "MOREL": frozenset({2})},
    )
    return books, draw(st.sampled_from(items))


EVIDENCE = {
    "number": lambda entry, one: replace(
        entry, texts=(*entry.texts, ("label", f"FACT {number(one.document)}"))
    ),
    "last digits": lambda entry, one: replace(
        entry, texts=(*entry.texts, ("label", f"FACT {one.document:05d}"))
    ),
    "account": lambda entry, one: replace(entry, payer_account=IBAN),
    "name": lambda entry, one: replace(entry, payer_name="SARL Durand"),
    "document": lambda entry, one: replace(entry, documents=(number(one.document),)),
    "customer": lambda entry, one: replace(entry, partner=1),
}


@given(ledgers(), st.lists(st.sampled_from(sorted(EVIDENCE)), max_size=4, unique=True))
@settings(max_examples=150, deadline=None)
def test_true_evidence_never_lowers_the_right_hypothesis(drawn, kinds):
    books, right = drawn
    entry = receipt(1, right.residual, "VIREMENT")
    before = 0.0
    for kind in kinds:
        entry = EVIDENCE[kind](entry, right)
        now = likelihood(one(books, entry), {right.id: right.residual})
        assert now >= before - 1e-9, kind
        before = now


@pytest.mark.parametrize(
    ("paid_amount", "more", "kind", "written_off"),
    [
        (99940, {}, GapKind.CENTS, 60),
        (98800, {"fees": 1200}, GapKind.FEE, 1200),
        (98000, {"date": TODAY.replace(day=2)}, GapKind.DISCOUNT, 2000),
    ],
)
def test_gap_that_is_explained_is_booked_with_its_kind(
    paid_amount, more, kind, written_off
):
    one_item = item(
        12, 100000, discount=2000, discount_until=TODAY.replace(day=3), issued=None
    )
    outcome = one(ledger(one_item), receipt(1, paid_amount, number(12), **more))
    assert (outcome.decision, outcome.gap_kind) == (AUTO, kind)
    assert outcome.written_off == written_off
    assert [p.amount for p in outcome.gap_parts] == [written_off]
    assert paid(outcome) == {12: 100000}


@pytest.mark.parametrize(
    ("paid_amount", "kind"),
    [
        (95000, GapKind.RETENTION),
        (50000, GapKind.PARTIAL),
        (93217, GapKind.DEDUCTION),
        (104000, GapKind.INTEREST),
        (170000, GapKind.OVER),
    ],
)
def test_gap_that_stays_open_is_proposed(paid_amount, kind):
    outcome = one(ledger(item(12, 100000)), receipt(1, paid_amount, number(12)))
    assert (outcome.decision, outcome.gap_kind) == (PROPOSE, kind)
    assert outcome.written_off == 0
    assert outcome.short - outcome.gap == 100000 - paid_amount


def test_late_discount_is_a_short_payment_for_a_person():
    late = item(12, 100000, discount=2000, discount_until=TODAY.replace(month=1, day=2))
    outcome = one(ledger(late), receipt(1, 98000, number(12)))
    assert outcome.decision is PROPOSE


def test_part_of_the_named_invoice_is_booked_where_the_company_wants_it():
    names = {"ACME": frozenset({1})}
    books = ledger(item(12, 100000), names=names, tolerances=Tolerances(parts=True))
    known = one(books, receipt(1, 50000, number(12), payer_name="Acme"))
    assert (known.decision, paid(known)) == (AUTO, {12: 50000})
    assert known.short == 50000
    small = one(books, receipt(1, 98500, number(12), payer_name="Acme"))
    assert small.decision is PROPOSE
    stranger = one(books, receipt(1, 50000, number(12)))
    assert stranger.decision is PROPOSE


def test_a_part_that_an_open_credit_may_explain_is_left_to_a_person():
    """Whoever cites his invoice and takes a credit off pays no part of it."""
    credits = [item(100 + n, -1000 - 7 * n) for n in range(60)]
    books = ledger(
        item(12, 100000),
        *credits,
        names={"ACME": frozenset({1})},
        tolerances=Tolerances(parts=True),
    )
    short = sum(-credit.residual for credit in credits[:9])
    netted = receipt(1, 100000 - short, number(12), payer_name="Acme")
    assert one(books, netted).decision is PROPOSE


def test_public_accountant_pays_several_buyers_that_their_platform_announced():
    books = ledger(
        item(12, 120000, partner=1),
        item(13, 45000, partner=2),
        item(14, 77000, partner=3),
        names={"COMMUNE VAL": frozenset({1}), "CCAS LYON": frozenset({2})},
        notices=tuple(
            replace(notice(n, amount, (ident, amount), partner=p), platform=True)
            for n, ident, amount, p in (
                (1, 12, 120000, 1),
                (2, 13, 45000, 2),
                (3, 14, 77000, 3),
            )
        ),
    )
    entry = receipt(9, 165000, "VIR SEPA", payer_name="DRFIP AUVERGNE RHONE ALPES")
    outcome = one(books, entry)
    assert (outcome.decision, outcome.rule) == (AUTO, "announced_together")
    assert paid(outcome) == {12: 120000, 13: 45000}
    assert outcome.notices == (1, 2)
    somebody = replace(entry, payer_name="Inconnu SA")
    assert one(books, somebody).decision is LEAVE


def test_two_sets_of_notices_for_one_transfer_are_not_chosen_by_chance():
    notices = tuple(
        replace(notice(n, 50000, (n + 10, 50000), partner=n), platform=True)
        for n in (1, 2, 3)
    )
    books = ledger(*(item(n + 10, 50000, partner=n) for n in (1, 2, 3)))
    books = replace(books, notices=notices)
    entry = receipt(9, 100000, "VIR", payer_name="TRESORERIE DE NANTES")
    assert one(books, entry).decision is not AUTO


def test_same_amount_of_the_same_payer_within_days_asks_a_person():
    accounts = {IBAN: frozenset({1})}
    before = Paid(1, 5000, "EUR", TODAY.replace(day=10))
    books = ledger(item(12, 5000), accounts=accounts, paid=(before,))
    outcome = one(books, receipt(1, 5000, payer_account=IBAN))
    assert outcome.decision is PROPOSE
    assert {r.code for r in outcome.vetoes} == {"letter_double_payment"}
    named = one(books, receipt(1, 5000, number(12), payer_account=IBAN))
    assert named.decision is AUTO


def test_learned_account_names_the_payer_and_an_undo_takes_it_back():
    memory = Memory()
    entry = receipt(1, 5000, payer_account=IBAN, payer_name="Enseigne du Coin")
    books = ledger(item(12, 5000), memory=memory)
    assert one(books, entry).decision is LEAVE
    memory.learn(entry, {1})
    memory.learn(entry, {1})
    assert paid(one(books, entry)) == {12: 5000}
    memory.signs["account", IBAN][1] = Counts(2, 2)
    memory.signs["name", "ENSEIGNE COIN"][1] = Counts(2, 2)
    assert one(books, entry).decision is LEAVE


def test_parent_that_pays_for_its_subsidiary():
    books = ledger(
        item(12, 5000, partner=2),
        names={"HOLDING NORD": frozenset({1})},
        pays_for={1: frozenset({2})},
    )
    outcome = one(books, receipt(1, 5000, number(12), payer_name="Holding Nord"))
    assert outcome.decision is AUTO
    alone = replace(books, pays_for={})
    outcome = one(alone, receipt(1, 5000, number(12), payer_name="Holding Nord"))
    assert "letter_other_payer" in {r.code for r in outcome.vetoes}


def test_amount_ordered_in_another_currency_is_matched_in_that_currency():
    books = ledger(item(12, 5000, currency="USD"))
    entry = receipt(1, 4600, number(12), original_amount=5000, original_currency="USD")
    outcome = one(books, entry)
    assert (outcome.decision, outcome.currency) == (AUTO, "USD")
    assert paid(outcome) == {12: 5000}


def test_history_moves_the_curve_and_it_never_falls():
    shipped = calibration.Calibration()
    good = calibration.fit([(0.9, True)] * 3000)
    bad = calibration.fit([(0.9992, False)] * 30)
    assert good.probability(0.92) > shipped.probability(0.92)
    assert bad.probability(0.9995) < shipped.probability(0.9995)
    for curve in (shipped, good, bad):
        told = [curve.probability(n / 500) for n in range(501)]
        assert told == sorted(told)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=60))
def test_any_history_gives_a_rising_curve(decisions):
    curve = calibration.fit(decisions)
    told = [curve.probability(n / 100) for n in range(101)]
    assert all(0 <= p <= 1 for p in told)
    assert all(a <= b + 1e-12 for a, b in zip(told, told[1:], strict=False))
