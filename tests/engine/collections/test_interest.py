"""Late interest: vectors of the law, and what must hold for any debt."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.ar_collections.engine.indemnity import in_minor_units, is_late
from odoo.addons.ar_collections.engine.interest import (
    Debt,
    HalfYear,
    MissingRate,
    Payment,
    RateTable,
    accrue,
    contractual,
    private,
    public,
    round_half_up,
    total,
)

RATES = RateTable(
    ecb={
        HalfYear(2024, 2): Decimal("4.25"),
        HalfYear(2025, 1): Decimal("3.15"),
        HalfYear(2025, 2): Decimal("2.15"),
        HalfYear(2026, 1): Decimal("2.15"),
    },
    legal={
        HalfYear(2024, 2): Decimal("4.92"),
        HalfYear(2026, 1): Decimal("2.62"),
    },
)
FIFTEEN = contractual(Decimal(15))
DAY = timedelta(days=1)


def lines(slices):
    return [(s.first, s.last, s.base, s.rate, s.days) for s in slices]


def test_published_example():
    # 15,000 € at 15 % for 30 days: 184.93 €.
    due = date(2026, 3, 31)
    slices = accrue(Debt(1500000, due + DAY), FIFTEEN, due + 30 * DAY)
    assert [s.days for s in slices] == [30]
    assert total(slices) == 18493


@pytest.mark.parametrize(
    ("first", "rate"),
    [(date(2024, 7, 1), Decimal("14.25")), (date(2026, 1, 1), Decimal("12.15"))],
)
def test_default_rate_of_a_half_year(first, rate):
    slices = accrue(Debt(100000, first), private(RATES), first)
    assert [s.rate for s in slices] == [rate]


def test_private_delay_is_split_by_half_year():
    # Due on 15 December 2024: 16 days at 14.25 %, 181 at 13.15 %, 10 at 12.15 %.
    slices = accrue(
        Debt(1000000, date(2024, 12, 16)), private(RATES), date(2025, 7, 10)
    )
    assert lines(slices) == [
        (date(2024, 12, 16), date(2024, 12, 31), 1000000, Decimal("14.25"), 16),
        (date(2025, 1, 1), date(2025, 6, 30), 1000000, Decimal("13.15"), 181),
        (date(2025, 7, 1), date(2025, 7, 10), 1000000, Decimal("12.15"), 10),
    ]
    # 62.4657… + 652.0958… + 33.2876… = 747.8493…
    assert total(slices) == 74785


def test_public_rate_is_frozen_when_interest_began():
    slices = accrue(
        Debt(1000000, date(2024, 12, 16)), public(RATES), date(2026, 12, 31)
    )
    # H2-2026 is not in the table, and is not needed.
    assert [s.rate for s in slices] == [Decimal("12.25")]
    assert slices[0].days == 746


def test_partial_payments_lower_the_base_the_day_after():
    debt = Debt(
        300000,
        date(2026, 1, 11),
        (Payment(date(2026, 1, 20), 100000), Payment(date(2026, 2, 9), 200000)),
    )
    slices = accrue(debt, private(RATES), date(2026, 6, 30))
    assert lines(slices) == [
        (date(2026, 1, 11), date(2026, 1, 20), 300000, Decimal("12.15"), 10),
        (date(2026, 1, 21), date(2026, 2, 9), 200000, Decimal("12.15"), 20),
    ]
    assert total(slices) == round_half_up(
        Fraction(300000 * 1215 * 10, 3650000) + Fraction(200000 * 1215 * 20, 3650000)
    )


def test_paid_on_the_last_day_bears_nothing():
    due = date(2026, 1, 10)
    debt = Debt(300000, due + DAY, (Payment(due, 300000),))
    assert accrue(debt, private(RATES), date(2026, 5, 1)) == []
    assert accrue(Debt(300000, due + DAY), private(RATES), due) == []


def test_a_leap_year_still_has_365_days():
    slices = accrue(Debt(365000, date(2024, 2, 29)), FIFTEEN, date(2024, 2, 29))
    assert total(slices) == 150


def test_missing_half_year_is_named():
    with pytest.raises(MissingRate) as error:
        accrue(Debt(100, date(2026, 6, 1)), private(RATES), date(2026, 7, 1))
    assert error.value.half == HalfYear(2026, 2)
    with pytest.raises(MissingRate) as error:
        accrue(Debt(100, date(2024, 6, 30)), public(RATES), date(2026, 1, 1))
    assert error.value.half == HalfYear(2024, 1)


def test_no_rate_is_needed_once_paid():
    debt = Debt(100, date(2026, 6, 1), (Payment(date(2026, 6, 30), 100),))
    assert accrue(debt, private(RATES), date(2026, 12, 31))


def test_rounded_once_per_debt_not_per_line():
    # Two slices of 0.4 cent each are one cent together, not none.
    small = Debt(1100, date(2024, 12, 31))
    slices = accrue(small, private(RATES), date(2025, 1, 1))
    assert [round_half_up(s.interest) for s in slices] == [0, 0]
    assert total(slices) == 1


def test_floor_is_three_times_the_last_legal_rate_known():
    assert RATES.floor(date(2026, 11, 1)) == (Decimal("7.86"), HalfYear(2026, 1))
    assert RATES.floor(date(2025, 3, 1)) == (Decimal("14.76"), HalfYear(2024, 2))
    assert RATES.floor(date(2024, 1, 1)) is None
    # The floor does not bind the default: 14.25 % stands below 14.76 %.
    first = date(2024, 7, 1)
    assert accrue(Debt(100, first), private(RATES), first)[0].rate == Decimal("14.25")


def test_indemnity_is_for_what_is_late_on_the_first_day():
    first = date(2026, 1, 11)
    assert is_late(first, [], 100, first)
    assert not is_late(first, [], 100, first - DAY)
    assert not is_late(first, [(first - DAY, 100)], 100, first + DAY)
    assert is_late(first, [(first, 100)], 100, first + DAY)
    assert is_late(first, [(first - DAY, 99)], 100, first)
    assert in_minor_units(Decimal(1), 2) == 4000
    assert in_minor_units(Decimal("162.4"), 0) == 6496


days = st.integers(0, 700).map(lambda n: date(2024, 7, 1) + n * DAY)
payments = st.lists(
    st.builds(Payment, day=days, cents=st.integers(1, 500000)), max_size=5
)
debts = st.builds(
    Debt,
    cents=st.integers(0, 2000000),
    first_day=days,
    payments=payments.map(tuple),
)
regimes = st.sampled_from([private(RATES), public(RATES), FIFTEEN])


@given(debts, regimes, days)
def test_never_negative_and_never_overlapping(debt, regime, until):
    slices = accrue(debt, regime, until)
    assert all(s.base > 0 and s.days > 0 and s.interest >= 0 for s in slices)
    assert all(a.last < b.first for a, b in zip(slices, slices[1:], strict=False))
    assert all(debt.first_day <= s.first and s.last <= until for s in slices)


@given(debts, regimes, days, days)
def test_additive_over_adjacent_periods(debt, regime, one, two):
    early, late = sorted((one, two))
    exact = sum((s.interest for s in accrue(debt, regime, late)), Fraction(0))
    before = sum((s.interest for s in accrue(debt, regime, early)), Fraction(0))
    after = sum(
        (
            Fraction(s.base * (s.last - max(s.first, early + DAY) + DAY).days)
            * Fraction(s.rate)
            / 36500
            for s in accrue(debt, regime, late)
            if s.last > early
        ),
        Fraction(0),
    )
    assert before + after == exact
    split = round_half_up(before) + round_half_up(after)
    assert abs(split - round_half_up(exact)) <= 1


@given(debts, regimes, days, days, st.integers(1, 500000))
def test_a_payment_never_adds_interest(debt, regime, until, day, cents):
    more = Debt(debt.cents, debt.first_day, (*debt.payments, Payment(day, cents)))
    assert total(accrue(more, regime, until)) <= total(accrue(debt, regime, until))
