"""The legal order of imputation, by the articles, and what holds for any payment."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.ar_collections.engine.imputation import Debt, propose

TODAY = date(2026, 5, 1)


def debt(key, principal, late=10, age=40, **values):
    return Debt(
        key,
        principal,
        due=TODAY - timedelta(days=late),
        since=TODAY - timedelta(days=age),
        **values,
    )


def shares(cents, debts, indicated=()):
    found, left = propose(cents, debts, TODAY, indicated)
    return [(a.key, a.part, a.cents, a.rule) for a in found], left


def test_one_debt_costs_then_interest_then_principal():
    told, left = shares(5000, [debt("A", 10000, interest=300, costs=4000)])
    assert told == [
        ("A", "costs", 4000, "due"),
        ("A", "interest", 300, "due"),
        ("A", "principal", 700, "due"),
    ]
    assert left == 0


def test_the_debtor_indicates():
    debts = [debt("old", 1000, age=90), debt("new", 1000, age=20)]
    told, left = shares(1500, debts, ["new"])
    assert told == [
        ("new", "principal", 1000, "indicated"),
        ("old", "principal", 500, "due"),
    ]
    assert left == 0


def test_an_indication_of_something_unknown_is_none():
    told, _left = shares(500, [debt("A", 1000)], ["B", "A", "A"])
    assert told == [("A", "principal", 500, "indicated")]


def test_due_debts_before_those_that_are_not():
    debts = [debt("later", 1000, late=-20, age=90), debt("due", 1000, age=5)]
    told, _left = shares(1500, debts)
    assert told == [
        ("due", "principal", 1000, "due"),
        ("later", "principal", 500, "not_due"),
    ]


def test_the_last_day_to_pay_is_not_due_yet():
    told, _left = shares(100, [debt("today", 1000, late=0), debt("late", 1000, late=1)])
    assert [key for key, *_rest in told] == ["late"]


def test_the_debt_that_costs_most_before_the_oldest():
    debts = [
        debt("old", 1000, age=90, burden=Decimal("10.15")),
        debt("dear", 1000, age=20, burden=Decimal(15)),
    ]
    told, _left = shares(1200, debts)
    assert told == [
        ("dear", "principal", 1000, "burden"),
        ("old", "principal", 200, "burden"),
    ]


def test_the_oldest_among_equals():
    told, _left = shares(1500, [debt("young", 1000, age=20), debt("old", 1000)])
    assert told == [
        ("old", "principal", 1000, "oldest"),
        ("young", "principal", 500, "oldest"),
    ]


def test_in_proportion_when_all_is_equal():
    told, _left = shares(100, [debt("A", 1000), debt("B", 2000)])
    assert told == [
        ("A", "principal", 33, "pro_rata"),
        ("B", "principal", 67, "pro_rata"),
    ]


def test_too_much_leaves_the_rest():
    told, left = shares(1500, [debt("A", 1000)])
    assert (sum(a[2] for a in told), left) == (1000, 500)
    assert shares(700, []) == ([], 700)


amounts = st.integers(0, 100000)
debts_of = st.lists(
    st.builds(
        Debt,
        key=st.integers(),
        principal=amounts,
        interest=amounts,
        costs=amounts,
        due=st.dates(TODAY - timedelta(60), TODAY + timedelta(60)),
        since=st.dates(TODAY - timedelta(60), TODAY),
        burden=st.sampled_from([Decimal(0), Decimal("10.15"), Decimal("12.15")]),
    ),
    max_size=6,
    unique_by=lambda d: d.key,
)


@given(st.integers(0, 500000), debts_of, st.data())
def test_every_cent_once_and_no_debt_paid_too_much(cents, debts, data):
    keys = [d.key for d in debts]
    indicated = data.draw(st.lists(st.sampled_from(keys)) if keys else st.just([]))
    found, left = propose(cents, debts, TODAY, indicated)
    assert sum(a.cents for a in found) + left == cents
    for one in debts:
        paid = {a.part: a.cents for a in found if a.key == one.key}
        assert len(paid) == sum(a.key == one.key for a in found)
        assert all(0 < paid[part] <= getattr(one, part) for part in paid)
        # Principal is touched only once the accessories are paid.
        if "principal" in paid:
            assert paid.get("interest", 0) == one.interest
            assert paid.get("costs", 0) == one.costs
    assert left == max(cents - sum(d.open for d in debts), 0)
