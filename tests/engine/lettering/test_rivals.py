"""Receipts that want the same item, parts of invoices, and weak citations."""

from dataclasses import replace
from datetime import timedelta

from odoo.addons.ar_lettering.engine.facts import Decision, Paid, Tolerances
from odoo.addons.ar_lettering.engine.match import match
from odoo.addons.ar_lettering.engine.memory import Memory

from .ledgers import IBAN, TODAY, item, ledger, number, receipt
from .test_match import codes, one, paid

AUTO, PROPOSE, LEAVE = Decision.AUTO, Decision.PROPOSE, Decision.LEAVE


def test_payment_that_came_twice_on_a_day_is_booked_once():
    books = ledger(item(12, 5000), item(13, 5000), accounts={IBAN: frozenset({1})})
    twice = [receipt(n, 5000, number(12), payer_account=IBAN) for n in (1, 2)]
    outcomes = match(twice, books)
    assert (outcomes[1].decision, paid(outcomes[1])) == (AUTO, {12: 5000})
    # The same again pays nothing else, although an equal item is open.
    assert outcomes[2].decision is not AUTO
    # Two payers that are not the same: which of them it was is for a person.
    other = receipt(3, 5000, number(12), payer_account="FR7610096000305678901234567")
    outcomes = match([twice[0], other], ledger(item(12, 5000)))
    assert {o.decision for o in outcomes.values()} == {LEAVE}
    assert [paid(o.alternatives[0]) for o in outcomes.values()] == [{12: 5000}] * 2


def test_number_with_a_slip_gives_way_to_the_whole_number():
    books = ledger(item(12, 5000), accounts={IBAN: frozenset({1})})
    slip = receipt(1, 5000, "FAC/2025/00021", payer_account=IBAN)
    named = receipt(2, 5000, number(12), payer_account=IBAN)
    assert paid(one(books, slip)) == {12: 5000}
    outcomes = match([slip, named], books)
    assert (outcomes[2].decision, paid(outcomes[2])) == (AUTO, {12: 5000})
    assert outcomes[1].decision is not AUTO


def test_part_of_the_one_named_invoice_is_booked_where_the_company_wants_it():
    books = ledger(
        item(12, 120000),
        accounts={IBAN: frozenset({1})},
        tolerances=Tolerances(parts=True),
    )

    def of(amount, text="FAC/2025/00012"):
        found = one(books, receipt(1, amount, text, payer_account=IBAN))
        return found.decision, found.gap_kind.value, paid(found)

    assert of(60000) == (AUTO, "partial", {12: 60000})
    assert of(101234) == (AUTO, "deduction", {12: 101234})
    assert of(114000) == (AUTO, "retention", {12: 114000})
    # May be what a bank kept, and the last digits are no number.
    assert of(118500)[0] is PROPOSE
    assert of(60000, "12")[0] is PROPOSE
    # The same amount came last week already.
    books = replace(books, paid=(Paid(1, 60000, "EUR", TODAY - timedelta(days=7)),))
    assert of(60000)[0] is PROPOSE


def test_payer_of_several_customers_may_pay_for_one_more_that_he_names():
    memory = Memory()
    for partner in (2, 3):
        memory.learn(receipt(9, 100, payer_account=IBAN), {partner})
    books = replace(ledger(item(12, 5000)), memory=memory)
    assert one(books, receipt(1, 5000, number(12), payer_account=IBAN)).decision is AUTO
    shown = one(books, receipt(1, 5000, "12", payer_account=IBAN))
    assert shown.decision is not AUTO


def test_unknown_payer_and_the_end_of_a_number_are_shown_and_not_booked():
    books = ledger(item(98765, 5000))
    shown = one(books, receipt(1, 4900, "FACTURE 98765"))
    assert (shown.decision, paid(shown)) == (PROPOSE, {98765: 5000})
    assert shown.gap_kind.value == "cents"
    assert "letter_payer_unknown" in codes(shown)


def test_half_of_one_item_and_part_of_the_only_one_are_shown():
    known = {IBAN: frozenset({1})}
    two = ledger(item(12, 50000), item(13, 77700), accounts=known)
    half = one(two, receipt(1, 25000, "VIREMENT", payer_account=IBAN))
    assert (half.decision, paid(half)) == (PROPOSE, {12: 25000})
    alone = one(
        ledger(item(12, 50000), accounts=known),
        receipt(1, 31234, "VIREMENT", payer_account=IBAN),
    )
    assert (alone.decision, paid(alone)) == (PROPOSE, {12: 31234})
    assert alone.probability < 0.5
