"""Judging announced payments."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.ar_collections.engine.calendars import working_days_between
from odoo.addons.ar_collections.engine.notices import judge

DAY = date(2026, 3, 16)


def test_kept_as_soon_as_all_of_it_came():
    assert judge([(100, 100, 0)], "active", DAY, DAY) == ("kept", 100)
    assert judge([(60, 100, 40)], "to_review", DAY, DAY) == ("kept", 60)


def test_partly_or_broken_only_after_the_last_day():
    late = DAY + timedelta(days=1)
    assert judge([(60, 100, 70)], "active", DAY, DAY) == ("active", 30)
    assert judge([(60, 100, 70)], "active", DAY, late) == ("partly", 30)
    assert judge([(60, 100, 100)], "active", DAY, late) == ("broken", 0)
    assert judge([(60, 100, 100)], "to_review", DAY, DAY) == ("to_review", 0)


def test_undone_matching_takes_a_kept_notice_back():
    assert judge([(60, 100, 100)], "kept", DAY, DAY) == ("active", 0)


@given(
    st.lists(
        st.tuples(
            st.integers(1, 10**9), st.integers(0, 10**9), st.integers(-(10**9), 10**9)
        ),
        max_size=5,
    ),
    st.booleans(),
)
def test_never_more_received_than_announced(lines, late):
    today = DAY + timedelta(days=1) if late else DAY
    _state, received = judge(lines, "active", DAY, today)
    assert 0 <= received <= sum(announced for announced, _before, _now in lines)


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 60))
def test_working_days_count_like_a_calendar(start, days):
    end = start + timedelta(days=days)
    expected = sum(
        (start + timedelta(days=n)).weekday() < 5 for n in range(1, days + 1)
    )
    assert working_days_between(start, end) == expected
