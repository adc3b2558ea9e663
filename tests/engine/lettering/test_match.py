"""Which receipts are booked, proposed or left, and for which reasons."""

import pytest

from odoo.addons.ar_lettering.engine.explain import explain, main_reason
from odoo.addons.ar_lettering.engine.facts import Decision
from odoo.addons.ar_lettering.engine.match import match

from .ledgers import IBAN, item, ledger, notice, number, receipt

AUTO, PROPOSE, LEAVE = Decision.AUTO, Decision.PROPOSE, Decision.LEAVE


def one(books, *receipts):
    return match(receipts, books)[receipts[0].id]


def paid(outcome):
    return {a.item: a.amount for a in outcome.allocations}


def codes(outcome):
    return {r.code for r in (*outcome.reasons, *outcome.vetoes)}


def test_cited_invoice_with_its_amount_is_booked():
    outcome = one(ledger(item(12, 120000)), receipt(1, 120000, "VIR FAC 2025-12"))
    assert (outcome.decision, outcome.rule) == (AUTO, "cited_one")
    assert paid(outcome) == {12: 120000}
    assert outcome.gap == 0


def test_several_cited_invoices_and_a_cited_credit_note():
    books = ledger(item(12, 120000), item(13, 60000), item(14, -12000))
    outcome = one(books, receipt(1, 168000, "FAC/2025/00012, 00013 - FAC/2025/00014"))
    assert outcome.decision is AUTO
    assert paid(outcome) == {12: 120000, 13: 60000, 14: -12000}


def test_credit_note_deducted_without_a_word_is_netted_when_it_is_the_only_way():
    books = ledger(item(12, 120000), item(20, -12000), item(21, -500))
    outcome = one(books, receipt(1, 108000, number(12)))
    assert (outcome.decision, outcome.rule) == (AUTO, "cited_net")
    assert paid(outcome) == {12: 120000, 20: -12000}
    twins = ledger(item(12, 120000), item(20, -12000), item(21, -12000))
    unsure = one(twins, receipt(1, 108000, number(12)))
    assert unsure.decision is PROPOSE
    assert "letter_citation_ambiguous" in codes(unsure)
    ways = [paid(way) for way in (unsure, *unsure.alternatives)][:2]
    assert {12: 120000, 20: -12000} in ways and {12: 120000, 21: -12000} in ways


def test_instalments_of_one_invoice_oldest_first():
    books = ledger(item(1, 40000, 12), item(2, 40000, 12), item(3, 40000, 12))
    outcome = one(books, receipt(1, 80000, number(12)))
    assert (outcome.decision, outcome.rule) == (AUTO, "cited_instalment")
    assert paid(outcome) == {1: 40000, 2: 40000}


def test_wrong_amount_is_proposed_with_the_gap_and_never_booked():
    books = ledger(item(12, 120000))
    short = one(books, receipt(1, 118500, number(12)))
    assert (short.decision, short.short, short.gap) == (PROPOSE, 1500, 0)
    assert paid(short) == {12: 118500}
    over = one(books, receipt(1, 121000, number(12)))
    assert (over.decision, over.gap) == (PROPOSE, 1000)
    assert paid(over) == {12: 120000}
    assert codes(over) == {"letter_sum_differs"}


def test_same_amount_without_citation_is_booked_for_a_known_payer_only():
    books = ledger(item(12, 120000), accounts={IBAN: frozenset({1})})
    known = one(books, receipt(1, 120000, "VIREMENT", payer_account=IBAN))
    assert (known.decision, known.rule) == (AUTO, "unique_amount")
    unknown = one(books, receipt(1, 120000, "VIREMENT"))
    assert unknown.decision is LEAVE
    assert codes(unknown) == {"letter_nothing_known"}


def test_equal_amounts_are_not_decided_by_chance():
    books = ledger(item(12, 120000), item(13, 120000), accounts={IBAN: frozenset({1})})
    outcome = one(books, receipt(1, 120000, payer_account=IBAN))
    assert outcome.decision is PROPOSE
    assert codes(outcome) == {"letter_equal_amounts"}
    # The oldest due first, by convention; the other one is second.
    assert paid(outcome) == {12: 120000}
    assert [paid(other) for other in outcome.alternatives] == [{13: 120000}]


def test_everything_due_of_a_known_payer_is_booked():
    books = ledger(item(12, 120000), item(13, 60000), names={"ACME": frozenset({1})})
    outcome = one(books, receipt(1, 180000, payer_name="ACME SARL"))
    assert (outcome.decision, outcome.rule) == (AUTO, "all_due")


def test_payment_of_a_paid_invoice_is_left_as_possible_double():
    books = ledger(item(13, 500), closed={12: 1})
    outcome = one(books, receipt(1, 120000, number(12)))
    assert outcome.decision is LEAVE
    assert codes(outcome) == {"letter_cites_paid"}


def test_paid_invoice_among_the_cited_is_a_veto():
    books = ledger(item(13, 60000), closed={12: 1})
    outcome = one(books, receipt(1, 60000, f"{number(12)} {number(13)}"))
    assert outcome.decision is PROPOSE
    assert codes(outcome) == {"letter_cites_paid"}


@pytest.mark.parametrize(
    ("books", "more", "veto"),
    [
        (ledger(item(12, 5000, disputed=True)), {}, "letter_disputed"),
        (ledger(item(12, 5000)), {"partner": 2}, "letter_other_payer"),
        (
            ledger(item(12, 5000), accounts={IBAN: frozenset({2, 3})}),
            {"payer_account": IBAN},
            "letter_payer_unclear",
        ),
    ],
)
def test_contrary_evidence_asks_a_person(books, more, veto):
    outcome = one(books, receipt(1, 5000, number(12), **more))
    assert outcome.decision is PROPOSE
    assert codes(outcome) == {veto}


def test_invoices_of_two_customers_are_for_a_payer_who_is_neither():
    names = {"DURAND": frozenset({3})}
    books = ledger(item(12, 5000), item(13, 6000, partner=2), names=names)
    text = f"{number(12)} {number(13)}"
    factor = one(books, receipt(1, 11000, text, payer_name="Affacturage"))
    assert (factor.decision, paid(factor)) == (AUTO, {12: 5000, 13: 6000})
    outcome = one(books, receipt(1, 11000, text, payer_name="Durand"))
    assert outcome.decision is PROPOSE
    assert "letter_several_customers" in codes(outcome)


def test_few_digits_count_for_a_known_payer_only():
    books = ledger(item(112, 5000), names={"ACME": frozenset({1})})
    known = one(books, receipt(1, 5000, "facture 112", payer_name="Acme"))
    assert (known.decision, known.rule) == (AUTO, "cited_one")
    assert one(books, receipt(1, 5000, "facture 112")).decision is LEAVE
    other = one(books, receipt(1, 4900, "facture 112", payer_name="Acme"))
    assert other.decision is PROPOSE


def test_spelling_of_two_documents_is_read_among_the_payers_own():
    books = ledger(item(12, 5000), item(13, 7000, partner=2))
    books = type(books)(
        **{
            **books.__dict__,
            "documents": (
                type(books.documents[0])(12, "FAC/2025/00012"),
                type(books.documents[0])(13, "AV/2025/00012"),
            ),
        }
    )
    own = one(books, receipt(1, 7000, "202500012", partner=2))
    assert paid(own) == {13: 7000}
    by_sum = one(books, receipt(1, 5000, "202500012"))
    assert (by_sum.decision, paid(by_sum)) == (AUTO, {12: 5000})
    neither = one(books, receipt(1, 6000, "202500012"))
    assert neither.decision is PROPOSE
    assert "letter_citation_ambiguous" in codes(neither)


def test_announced_payment_is_booked_when_its_payer_pays_it():
    books = ledger(
        item(12, 120000),
        item(13, 60000),
        accounts={IBAN: frozenset({1})},
        notices=(notice(5, 90000, (12, 60000), (13, 30000)),),
    )
    outcome = one(books, receipt(1, 90000, payer_account=IBAN))
    assert (outcome.decision, outcome.notice) == (AUTO, 5)
    assert paid(outcome) == {12: 60000, 13: 30000}
    stranger = one(books, receipt(1, 90000))
    assert (stranger.decision, stranger.notice) == (PROPOSE, 5)


def test_announced_payment_is_not_used_out_of_time_nor_twice():
    late = ledger(
        item(12, 5000),
        accounts={IBAN: frozenset({1})},
        notices=(notice(5, 5000, (12, 5000), days=-90),),
    )
    assert one(late, receipt(1, 5000, payer_account=IBAN)).rule == "unique_amount"
    books = ledger(
        item(12, 5000),
        item(13, 5000),
        accounts={IBAN: frozenset({1})},
        notices=(notice(5, 5000, (12, 5000)),),
    )
    pair = [receipt(n, 5000, payer_account=IBAN) for n in (1, 2)]
    outcomes = match(pair, books)
    assert {o.decision for o in outcomes.values()} == {LEAVE}
    assert codes(outcomes[1]) == {"letter_claimed_twice"}


def test_two_receipts_for_one_invoice_get_nothing():
    books = ledger(item(12, 5000))
    outcomes = match(
        [receipt(1, 5000, number(12)), receipt(2, 5000, number(12))], books
    )
    assert {o.decision for o in outcomes.values()} == {LEAVE}
    assert {c for o in outcomes.values() for c in codes(o)} == {"letter_claimed_twice"}


def test_citation_beats_amount_for_the_same_invoice():
    books = ledger(item(12, 5000), accounts={IBAN: frozenset({1})})
    guess, named = receipt(1, 5000, payer_account=IBAN), receipt(2, 5000, number(12))
    outcomes = match([guess, named], books)
    assert outcomes[2].decision is AUTO
    assert outcomes[1].decision is LEAVE
    assert codes(outcomes[1]) == {"letter_nothing_owed"}


def test_other_currency_is_left_in_words():
    books = ledger(item(12, 5000, currency="USD"))
    outcome = one(books, receipt(1, 5000, number(12)))
    assert codes(outcome) == {"letter_other_currency"}


def test_customer_named_by_the_bank_as_ultimate_debtor_owes():
    books = ledger(
        item(12, 5000),
        names={"COMMUNE VAL": frozenset({1}), "TRESORERIE": frozenset({9})},
    )
    outcome = one(
        books,
        receipt(
            1,
            5000,
            number(12),
            payer_name="Trésorerie",
            ultimate_debtor="Commune du Val",
        ),
    )
    assert outcome.decision is AUTO


def test_money_out_is_not_a_receipt():
    assert match([receipt(1, -5000, number(12))], ledger(item(12, 5000))) == {}


def test_explanation_is_codes_and_named_values():
    outcome = one(ledger(item(12, 120000)), receipt(1, 118500, number(12)))
    told = explain(outcome, lambda kind, ident: f"{kind} {ident}")
    assert told["decision"] == "propose"
    assert main_reason(told) == "letter_sum_differs"
    assert told["vetoes"][0]["params"]["gap"] == {"cents": -1500, "currency": "EUR"}
    assert told["evidence"][0] == {
        "code": "letter_cites",
        "params": {"document": "document 12"},
    }
