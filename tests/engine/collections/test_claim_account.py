"""The account of a claim: its elements add up, whatever was paid."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.ar_collections.engine.claim_account import (
    Account,
    Invoice,
    Paid,
    periods,
    share,
)
from odoo.addons.ar_collections.engine.interest import (
    Debt,
    HalfYear,
    Payment,
    RateTable,
    accrue,
    private,
    total,
)

DUE = date(2025, 1, 31)
RATES = RateTable(
    ecb={
        HalfYear(year, half): Decimal(f"{2 + half}.15")
        for year in range(2024, 2029)
        for half in (1, 2)
    }
)


def working(slices):
    return [(s.first, s.last, s.base, str(s.rate), s.days, s.interest) for s in slices]


@st.composite
def paid_invoices(draw):
    """An invoice with any payments, and the interest that the law gives on it."""
    owed = draw(st.integers(min_value=1, max_value=10_000_000))
    credited = draw(st.integers(min_value=0, max_value=owed))
    left = owed - credited
    payments = []
    for _ in range(draw(st.integers(min_value=0, max_value=5))):
        part = draw(st.integers(min_value=0, max_value=left))
        day = DUE + timedelta(days=draw(st.integers(min_value=-20, max_value=700)))
        payments.append(Paid(day, part))
        left -= part
    until = DUE + timedelta(days=draw(st.integers(min_value=0, max_value=900)))
    debt = Debt(
        owed - credited,
        DUE + timedelta(days=1),
        tuple(Payment(p.day, p.cents) for p in payments),
    )
    slices = accrue(debt, private(RATES), until)
    interest = total(slices)
    settled = draw(st.integers(min_value=0, max_value=interest))
    invoice = Invoice(
        "F",
        owed,
        credited=credited,
        paid=tuple(payments),
        interest=periods(working(slices), interest),
        interest_settled=settled,
        indemnity=draw(st.sampled_from([0, 4000])),
    )
    return invoice, interest


@given(st.lists(paid_invoices(), max_size=4))
def test_the_elements_add_up_to_the_total_to_the_cent(told):
    account = Account(tuple(invoice for invoice, _interest in told))
    assert account.total == account.principal + account.interest + account.indemnity
    assert account.principal == account.invoiced - account.received
    assert account.total == sum(
        i.cents
        - i.credited
        - sum(p.cents for p in i.paid)
        + sum(p.cents for p in i.interest)
        - i.interest_settled
        + i.indemnity
        - i.indemnity_settled
        for i in account.invoices
    )


@given(paid_invoices())
def test_the_periods_share_the_interest_rounded_once(told):
    invoice, interest = told
    assert sum(p.cents for p in invoice.interest) == interest
    for period in invoice.interest:
        exact = period.base * Decimal(period.rate) / 100 * period.days / 365
        assert abs(period.cents - exact) < 1


def test_each_half_year_has_its_line_and_its_rate():
    debt = Debt(100_000, date(2025, 6, 21), (Payment(date(2025, 7, 10), 40_000),))
    slices = accrue(debt, private(RATES), date(2025, 7, 20))
    lines = periods(working(slices), total(slices))
    assert [(p.base, p.rate, p.days) for p in lines] == [
        (100_000, "13.15", 10),
        (100_000, "14.15", 10),
        (60_000, "14.15", 10),
    ]
    # 360.27 + 387.67 + 232.60 cents.
    assert [p.cents for p in lines] == [360, 388, 233]
    assert total(slices) == 981


@given(st.lists(st.fractions(min_value=0, max_value=1000), min_size=1, max_size=8))
def test_no_cent_is_lost(exact):
    whole = round(sum(exact))
    parts = share(exact, whole)
    assert sum(parts) == whole
    assert all(abs(p - e) <= 1 for p, e in zip(parts, exact, strict=True))


def test_amounts_that_were_rounded_up_give_a_cent_back():
    parts = share([Fraction(1)] * 150, 149)
    assert sum(parts) == 149
    assert set(parts) == {0, 1}
