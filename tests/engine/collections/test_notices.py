"""Judging announced payments."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.ar_collections.engine.calendars import working_days_between
from odoo.addons.ar_collections.engine.notices import judge, share

DAY = date(2026, 3, 16)


def test_kept_as_soon_as_all_of_it_came():
    assert judge([(100, 100)], "active", DAY, DAY) == ("kept", 100)
    assert judge([(60, 60)], "to_review", DAY, DAY) == ("kept", 60)


def test_partly_or_broken_only_after_the_last_day():
    late = DAY + timedelta(days=1)
    assert judge([(60, 30)], "active", DAY, DAY) == ("active", 30)
    assert judge([(60, 30)], "active", DAY, late) == ("partly", 30)
    assert judge([(60, 0)], "active", DAY, late) == ("broken", 0)
    assert judge([(60, 0)], "to_review", DAY, DAY) == ("to_review", 0)


def test_undone_matching_takes_a_kept_notice_back():
    assert judge([(60, 0)], "kept", DAY, DAY) == ("active", 0)


def test_a_payment_counts_once_for_two_announcements():
    assert share([(500, 0), (500, 0)], 500) == [500, 0]
    assert share([(500, 0), (500, 0)], 700) == [500, 200]
    # The second was announced after the first had been paid.
    assert share([(500, 0), (500, 500)], 500) == [500, 0]
    assert share([(500, 0), (500, 500)], 1000) == [500, 500]
    # The second was announced when half of the first had come.
    assert share([(500, 0), (300, 250)], 500) == [500, 0]
    assert share([(500, 0), (300, 250)], 700) == [500, 200]


@given(
    st.lists(
        st.tuples(st.integers(1, 10**6), st.integers(0, 10**6)),
        max_size=5,
    ).map(lambda parts: sorted(parts, key=lambda part: part[1])),
    st.integers(0, 10**7),
)
def test_no_more_is_shared_than_was_paid_or_announced(parts, paid):
    received = share(parts, paid)
    for (announced, before), got in zip(parts, received, strict=True):
        assert 0 <= got <= announced
        assert got <= max(paid - before, 0)
    assert sum(received) <= paid


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 60))
def test_working_days_count_like_a_calendar(start, days):
    end = start + timedelta(days=days)
    expected = sum(
        (start + timedelta(days=n)).weekday() < 5 for n in range(1, days + 1)
    )
    assert working_days_between(start, end) == expected
