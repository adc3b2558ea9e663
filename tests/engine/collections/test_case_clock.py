"""Deadlines of recovery cases, and what the past says of a case."""

from datetime import date, datetime, timedelta

import pytest

from odoo.addons.ar_collections.engine.calendars import is_working_day
from odoo.addons.ar_collections.engine.case_clock import days_left, deadline, start_of
from odoo.addons.ar_collections.engine.case_states import (
    CASE_OPEN,
    CASE_TRANSITIONS,
    CaseState,
)
from odoo.addons.ar_collections.engine.facts import Item, Reason
from odoo.addons.ar_collections.engine.in_case import in_case_on, with_cases
from odoo.addons.ar_collections.engine.past import Change


@pytest.mark.parametrize(
    "start, days, country, last",
    [
        # The day of the letter does not count.
        (date(2026, 3, 2), 8, "FR", date(2026, 3, 10)),
        # Saturday, then Sunday: the next Monday.
        (date(2026, 3, 6), 8, "FR", date(2026, 3, 16)),
        (date(2026, 3, 7), 8, "FR", date(2026, 3, 16)),
        # Easter Monday and the eighth of May.
        (date(2026, 3, 28), 8, "FR", date(2026, 4, 7)),
        (date(2026, 4, 30), 8, "FR", date(2026, 5, 11)),
        # Christmas Friday and its weekend; New Year's Friday and its weekend.
        (date(2026, 12, 17), 8, "FR", date(2026, 12, 28)),
        (date(2026, 12, 24), 8, "FR", date(2027, 1, 4)),
        # A leap day is a day, and a year end none.
        (date(2028, 2, 22), 8, "FR", date(2028, 3, 1)),
        # The night of summer time, and the night it ends.
        (date(2026, 3, 21), 9, "FR", date(2026, 3, 30)),
        (date(2026, 10, 17), 9, "FR", date(2026, 10, 26)),
        # Another country has other holidays, an unknown one its weekends.
        (date(2026, 7, 6), 8, "FR", date(2026, 7, 15)),
        (date(2026, 7, 6), 8, "DE", date(2026, 7, 14)),
        (date(2026, 7, 6), 8, None, date(2026, 7, 14)),
        # Good Friday is a holiday of Alsace and Moselle alone.
        (date(2026, 3, 26), 8, "FR", date(2026, 4, 3)),
    ],
)
def test_deadline(start, days, country, last):
    assert deadline(start, days, country) == last


def test_a_part_of_a_country_has_its_own_holidays():
    assert deadline(date(2026, 3, 26), 8, "FR", "57") == date(2026, 4, 7)


def test_every_deadline_of_three_years_is_a_working_day_and_never_early():
    day = date(2026, 1, 1)
    while day < date(2029, 1, 1):
        for days in (8, 15, 30):
            last = deadline(day, days, "FR")
            assert is_working_day(last, "FR")
            assert 0 <= (last - day).days - days <= 4
        day += timedelta(days=1)


@pytest.mark.parametrize(
    "day, moment",
    [
        (date(2026, 1, 1), datetime(2025, 12, 31, 23)),
        (date(2026, 3, 29), datetime(2026, 3, 28, 23)),
        (date(2026, 3, 30), datetime(2026, 3, 29, 22)),
        (date(2026, 10, 25), datetime(2026, 10, 24, 22)),
        (date(2026, 10, 26), datetime(2026, 10, 25, 23)),
    ],
)
def test_a_day_begins_on_the_clock_of_the_company(day, moment):
    assert start_of(day, "Europe/Paris") == moment


def test_days_left_are_calendar_days():
    assert days_left(date(2027, 1, 4), date(2026, 12, 31)) == 4
    assert days_left(date(2026, 3, 2), date(2026, 3, 3)) == -1


def test_every_stage_has_a_way_forward_a_way_back_and_an_end():
    for state in CASE_OPEN:
        others = {other for other in CASE_OPEN if other is not state}
        assert CASE_TRANSITIONS[state] == {*others, CaseState.CLOSED}
    assert set(CASE_OPEN) <= CASE_TRANSITIONS[CaseState.CLOSED]
    assert CaseState.REQUESTED not in CASE_TRANSITIONS[CaseState.AMICABLE]


def test_closed_and_reopened_is_told_day_by_day():
    changes = [
        Change(date(2026, 3, 9), True, False),
        Change(date(2026, 3, 20), False, True),
    ]
    rows = [(7, "REC/1", date(2026, 3, 2), True, changes)]
    told = {d: bool(in_case_on(rows, date(2026, 3, d))) for d in (1, 2, 8, 9, 19, 20)}
    assert told == {1: False, 2: True, 8: True, 9: False, 19: False, 20: True}


def test_an_item_in_a_case_keeps_its_other_reasons():
    item = Item(1, 1, "F1", date(2026, 1, 1), 100, 100, "EUR")
    item = with_cases(
        (Item(1, 1, "F1", date(2026, 1, 1), 100, 100, "EUR", disputed=40,
              reasons=(Reason("disputed"),)), item),
        {1: "REC/1"},
    )[0]  # fmt: skip
    assert item.chaseable == 0
    assert [reason.code for reason in item.reasons] == ["in_case", "disputed"]
