"""The demo company on paper: same seed, same company; identifiers that check."""

from collections import Counter
from datetime import date, timedelta

import pytest
from stdnum import iban, iso11649
from stdnum.fr import siret, tva

from tests.day import ledger, people
from tests.day.ledger import Due

TODAY = date(2026, 3, 11)


def posted(invoices):
    """What posting would answer: one instalment, twenty per cent of tax."""
    dues = []
    for invoice in invoices:
        net = sum(line.quantity * line.price for line in invoice.lines)
        dues.append(
            Due(
                invoice=invoice.key,
                number=invoice.key,
                rank=0,
                day=invoice.day + timedelta(days=0 if invoice.credit else 30),
                cents=-net * 12 // 10 if invoice.credit else net * 12 // 10,
                customer=invoice.customer,
                currency=invoice.currency,
                credits=invoice.credits,
            )
        )
    return dues


@pytest.fixture(scope="module")
def full():
    customers = people.customers()
    invoices = ledger.invoices(customers, TODAY)
    return customers, invoices, ledger.receipts(customers, posted(invoices), TODAY)


def test_150_customers_of_every_kind_and_about_1200_invoices(full):
    customers, invoices, _receipts = full
    assert Counter(c.kind for c in customers) == people.KINDS
    assert len({c.name for c in customers}) == len(customers) == 150
    assert 1100 < sum(not i.credit for i in invoices) < 1300
    assert 20 < sum(i.credit for i in invoices) < 70


def test_the_same_seed_gives_the_same_company(full):
    customers, invoices, receipts = full
    assert people.customers() == customers
    assert ledger.invoices(customers, TODAY) == invoices
    assert ledger.receipts(customers, posted(invoices), TODAY) == receipts
    assert ledger.invoices(people.customers(seed=7), TODAY, seed=7) != invoices


def test_a_small_company_still_has_the_odd_ones():
    small = people.customers(scale=0.2)
    assert len(small) == 30
    assert {flag for c in small for flag in c.flags} == {
        "forgetful",
        "hardbounce",
        "no_email",
        "stopped",
    }
    assert {c.kind for c in small} == set(people.KINDS)


def test_numbers_pass_the_checks_that_real_ones_pass(full):
    customers, invoices, _receipts = full
    for customer in customers:
        assert not customer.siret or siret.is_valid(customer.siret), customer
        assert not customer.vat or tva.is_valid(customer.vat), customer
        assert not customer.iban or iban.is_valid(customer.iban), customer
    references = [i.reference for i in invoices if i.reference]
    assert references and len(set(references)) == len(references)
    assert all(iso11649.is_valid(reference) for reference in references)


def test_history_ends_on_the_last_working_day(full):
    _customers, invoices, receipts = full
    last = ledger.previous_working_day(TODAY)
    assert max(i.day for i in invoices) <= last
    assert max(r.day for r in receipts) <= last
    assert (TODAY - min(i.day for i in invoices)).days > 500
    assert all(ledger.is_working(r.day) for r in receipts)


def test_nobody_pays_more_than_he_owes(full):
    _customers, invoices, receipts = full
    dues = posted(invoices)
    owed = {due.invoice: due.cents for due in dues}
    for due in dues:
        if due.credits:
            owed[due.credits] += due.cents  # a credit note: negative
    paid = Counter()
    for receipt in receipts:
        numbers = [invoice for invoice, _rank in receipt.pays]
        assert bool(numbers) == (receipt.way in ("bank", "cheque"))
        if len(numbers) > 1:
            assert receipt.cents == sum(owed[number] for number in numbers)
            paid.update({number: owed[number] for number in numbers})
        elif numbers:
            paid[numbers[0]] += receipt.cents
    assert len(paid) > 800
    assert all(cents <= owed[number] for number, cents in paid.items())
