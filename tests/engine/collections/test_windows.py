"""When a reminder may leave: holidays, hours and clocks of the customer."""

import doctest
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import pytz
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.ar_collections.engine import calendars, places, windows
from odoo.addons.ar_collections.engine.calendars import (
    is_known,
    is_working_day,
    working_days_between,
)
from odoo.addons.ar_collections.engine.places import place_of
from odoo.addons.ar_collections.engine.windows import (
    Place,
    Window,
    holidays_before,
    is_open,
    release_at,
)

PARIS = Place("Europe/Paris", "FR")
OFFICE = Window(spread=0)
ALL_WEEK = frozenset(range(7))
ZONES = [
    "Europe/Paris",
    "America/New_York",
    "Asia/Tokyo",
    "Indian/Reunion",
    "Australia/Lord_Howe",  # its clocks move by half an hour
    "America/Sao_Paulo",
    "Asia/Kathmandu",
    "Africa/Cairo",  # its clocks move at midnight
]
COUNTRIES = [None, "FR", "US", "JP", "RE", "DE", "ZZ"]


@pytest.mark.parametrize("module", [calendars, places, windows])
def test_the_examples_in_the_docstrings_are_true(module):
    found = doctest.testmod(module)
    assert found.attempted and not found.failed


def utc(text):
    return datetime.fromisoformat(text)


#: what: (earliest UTC, place, window, leaves UTC)
TABLE = {
    "inside the hours": (
        "2026-07-13 09:00",
        PARIS,
        OFFICE,
        "2026-07-13 09:00",
    ),
    "before opening": ("2026-07-13 03:00", PARIS, OFFICE, "2026-07-13 06:30"),
    "at closing time": ("2026-07-13 15:30", PARIS, OFFICE, "2026-07-15 06:30"),
    "Friday evening": ("2026-07-10 18:00", PARIS, OFFICE, "2026-07-13 06:30"),
    "14 July, a Tuesday": ("2026-07-14 08:00", PARIS, OFFICE, "2026-07-15 06:30"),
    "14 July in Berlin": (
        "2026-07-14 08:00",
        Place("Europe/Berlin", "DE"),
        OFFICE,
        "2026-07-14 08:00",
    ),
    "14 July when holidays count as days": (
        "2026-07-14 08:00",
        PARIS,
        Window(spread=0, skip_holidays=False),
        "2026-07-14 08:00",
    ),
    "Easter Monday": ("2026-04-03 16:00", PARIS, OFFICE, "2026-04-07 06:30"),
    "Good Friday is a holiday in Strasbourg": (
        "2026-04-03 08:00",
        Place("Europe/Paris", "FR", "6AE"),
        OFFICE,
        "2026-04-07 06:30",
    ),
    "1 May, a Friday, and the weekend after": (
        "2026-05-01 08:00",
        PARIS,
        OFFICE,
        "2026-05-04 06:30",
    ),
    "year's end": ("2026-12-31 17:00", PARIS, OFFICE, "2027-01-04 07:30"),
    "Monday after the clocks went forward": (
        "2026-03-28 12:00",
        PARIS,
        OFFICE,
        "2026-03-30 06:30",
    ),
    "Monday after the clocks went back": (
        "2026-10-24 12:00",
        PARIS,
        OFFICE,
        "2026-10-26 07:30",
    ),
    "an hour that the clocks skip": (
        "2026-03-29 00:00",
        PARIS,
        Window(ALL_WEEK, start=150, end=240, spread=0),
        "2026-03-29 01:00",
    ),
    "all its hours are skipped": (
        "2026-03-29 00:00",
        PARIS,
        Window(ALL_WEEK, start=135, end=165, spread=0),
        "2026-03-30 00:15",
    ),
    "opens in the hour that comes twice: second pass": (
        "2026-10-25 00:00",
        PARIS,
        Window(ALL_WEEK, start=150, end=240, spread=0),
        "2026-10-25 01:30",
    ),
    "fits into the hour that comes twice: first pass": (
        "2026-10-24 22:00",
        PARIS,
        Window(ALL_WEEK, start=135, end=165, spread=0),
        "2026-10-25 00:15",
    ),
    "New York, while it is noon in Paris": (
        "2026-07-13 10:00",
        Place("America/New_York", "US"),
        OFFICE,
        "2026-07-13 12:30",
    ),
    "Thanksgiving": (
        "2026-11-26 15:00",
        Place("America/New_York", "US"),
        OFFICE,
        "2026-11-27 13:30",
    ),
    "Tokyo closes before Paris opens": (
        "2026-07-13 09:00",
        Place("Asia/Tokyo", "JP"),
        OFFICE,
        "2026-07-13 23:30",
    ),
    "Réunion, Abolition Day on a Monday": (
        "2027-12-20 05:00",
        Place("Indian/Reunion", "RE"),
        OFFICE,
        "2027-12-21 04:30",
    ),
    "the local day counts, not that of UTC": (
        "2026-07-14 23:00",
        Place("Indian/Reunion", "RE"),
        Window(spread=0, start=0, end=24 * 60),
        "2026-07-14 23:00",
    ),
    "open all day and all night": (
        "2026-07-13 23:00",
        PARIS,
        Window(ALL_WEEK, 0, 24 * 60, skip_holidays=False, spread=0),
        "2026-07-13 23:00",
    ),
}


@pytest.mark.parametrize("case", TABLE)
def test_when_it_leaves(case):
    earliest, place, window, expected = TABLE[case]
    assert release_at(utc(earliest), window, place) == utc(expected)


@st.composite
def window_of_a_strategy(draw):
    start = draw(st.integers(0, 24 * 60 - 1))
    return Window(
        weekdays=draw(st.frozensets(st.integers(0, 6), min_size=1)),
        start=start,
        end=draw(st.integers(start + 1, 24 * 60)),
        skip_holidays=draw(st.booleans()),
        spread=draw(st.sampled_from([0, 15, 60, 240])),
    )


PLACES = st.builds(Place, st.sampled_from(ZONES), st.sampled_from(COUNTRIES))
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2028, 12, 31)).map(
    lambda moment: moment.replace(microsecond=0)
)
KEYS = st.integers(1, 10**6).map(str)


@given(MOMENTS, window_of_a_strategy(), PLACES, KEYS)
def test_it_leaves_inside_the_hours_of_the_customer_and_never_early(
    earliest, window, place, key
):
    moment = release_at(earliest, window, place, key)
    assert moment >= earliest
    # Judged by the clock on the customer's wall, as another library reads it.
    wall = moment.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(place.tz))
    assert wall.weekday() in window.weekdays
    assert window.start <= wall.hour * 60 + wall.minute < window.end
    assert is_open(moment, window, place)
    if window.skip_holidays:
        assert not calendars.is_holiday(wall.date(), place.country)


@given(MOMENTS, window_of_a_strategy(), PLACES, KEYS)
def test_asking_again_at_that_moment_changes_nothing(earliest, window, place, key):
    moment = release_at(earliest, window, place, key)
    assert release_at(moment, window, place, key) == moment


@given(MOMENTS, st.timedeltas(timedelta(), timedelta(days=9)), PLACES, KEYS)
def test_who_is_ready_later_never_leaves_sooner(earliest, delay, place, key):
    delay -= timedelta(microseconds=delay.microseconds)
    first = release_at(earliest, Window(), place, key)
    assert release_at(earliest + delay, Window(), place, key) >= first


def test_a_night_s_plan_is_spread_evenly_over_the_first_hour():
    moments = [
        release_at(utc("2026-07-13 02:00"), Window(), PARIS, str(n)) for n in range(600)
    ]
    assert min(moments) >= utc("2026-07-13 06:30")
    assert max(moments) < utc("2026-07-13 07:30")
    quarters = [(m - utc("2026-07-13 06:30")) // timedelta(minutes=15) for m in moments]
    assert all(110 <= quarters.count(quarter) <= 190 for quarter in range(4))


def test_the_own_minute_of_an_account_is_the_same_on_every_day():
    days = ["2026-07-13 02:00", "2026-07-15 02:00", "2026-07-16 02:00"]
    moments = [release_at(utc(day), Window(), PARIS, "4711") for day in days]
    assert len({moment.time() for moment in moments}) == 1
    assert release_at(utc(days[0]), Window(), PARIS, "4712") != moments[0]
    # Whoever is ready in the middle of the day waits for it, too.
    late = release_at(utc("2026-07-13 11:10"), Window(), PARIS, "4711")
    assert late == moments[0] + timedelta(hours=5)
    # It was hashed by a fixed rule: another run and another host agree.
    assert moments[0] == utc("2026-07-13 07:05:02")


@pytest.mark.parametrize(
    "values",
    [{"weekdays": frozenset()}, {"start": 600, "end": 600}, {"end": 25 * 60}],
)
def test_a_window_that_never_opens_is_refused(values):
    with pytest.raises(ValueError):
        Window(**values)


def test_the_holidays_that_made_it_wait_are_told():
    leaves = utc("2026-07-15 06:42")
    ready = utc("2026-07-11 03:00")
    assert holidays_before(leaves, ready, Window(), PARIS) == [date(2026, 7, 14)]
    germany = Place("Europe/Berlin", "DE")
    assert holidays_before(leaves, ready, Window(), germany) == []
    assert holidays_before(leaves, ready, Window(skip_holidays=False), PARIS) == []


#: (country, state, postal code, zone noted): (zone, part of the country)
ADDRESSES = {
    ("FR", None, "75001", None): ("Europe/Paris", None),
    ("FR", None, "57000", None): ("Europe/Paris", "57"),
    ("FR", None, "68100", None): ("Europe/Paris", "6AE"),
    ("FR", None, "97400", "Europe/Paris"): ("Indian/Reunion", "974"),
    ("FR", None, "98800", None): ("Pacific/Noumea", "NC"),
    ("GP", None, None, "Europe/Paris"): ("America/Guadeloupe", None),
    ("DE", "DE-BY", None, None): ("Europe/Berlin", "BY"),
    ("ES", "B", None, None): ("Europe/Madrid", "CT"),
    ("ES", "TF", None, "Europe/Madrid"): ("Atlantic/Canary", "CN"),
    ("GB", None, "EH1 1YZ", None): ("Europe/London", "SCT"),
    ("GB", "N1", None, None): ("Europe/London", "SCT"),
    ("GB", None, "BT1 5GS", None): ("Europe/London", "NIR"),
    ("GB", None, "SW1A 1AA", None): ("Europe/London", "ENG"),
    ("GB", None, "G1 1AA", None): ("Europe/London", "SCT"),
    ("GB", None, "GL1 1AA", None): ("Europe/London", "ENG"),
    ("CH", "GE-FR", None, None): ("Europe/Zurich", "GE"),
    ("US", "CA", None, "America/New_York"): ("America/Los_Angeles", "CA"),
    ("US", "NY", None, None): ("America/New_York", "NY"),
    ("US", None, None, "America/Denver"): ("America/Denver", None),
    ("CA", "QC", None, None): ("America/Toronto", "QC"),
    ("AU", None, None, None): ("Australia/Sydney", None),
    ("JP", None, None, "Europe/Paris"): ("Asia/Tokyo", None),
}


@pytest.mark.parametrize("address", ADDRESSES)
def test_zone_and_calendar_of_an_address(address):
    place = place_of(*address)
    assert (place.tz, place.subdivision) == ADDRESSES[address]


def test_every_region_named_has_a_calendar_and_every_zone_exists():
    for country, zones in places.STATE_ZONES.items():
        assert set(zones) <= set(_zones(country)), country
    for postcode, (region, zone) in places.FRENCH_OVERSEAS.items():
        assert calendars.knows_region("FR", region), postcode
        ZoneInfo(zone)
    for region in {*places.LOCAL_LAW.values()}:
        assert calendars.knows_region("FR", region)
    for region in places.SPANISH_COMMUNITIES:
        assert calendars.knows_region("ES", region), region


def _zones(country):
    # American territories have a country code of their own, too.
    codes = [country, "PR", "GU", "AS"] if country == "US" else [country]
    return [zone for code in codes for zone in pytz.country_timezones[code]]


def test_a_country_that_nobody_knows_has_its_weekends():
    assert not is_known("ZZ")
    assert is_working_day(date(2026, 7, 14), "ZZ")
    assert not is_working_day(date(2026, 7, 18), "ZZ")
    assert place_of("ZZ") is None


def test_weekends_are_those_of_the_country():
    friday = date(2026, 6, 12)
    assert is_working_day(friday, "FR")
    assert not is_working_day(friday, "IL")


def test_working_days_leave_out_the_holidays_of_the_country():
    start, end = date(2026, 4, 30), date(2026, 5, 11)
    assert working_days_between(start, end) == 7
    assert working_days_between(start, end, "FR") == 5  # without 1 and 8 May
    assert working_days_between(start, end, "DE") == 6
    assert working_days_between(end, start, "FR") == 0


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)), st.integers(0, 400))
def test_working_days_add_up(start, days):
    middle, end = start + timedelta(days=days // 3), start + timedelta(days=days)
    parts = working_days_between(start, middle, "FR")
    parts += working_days_between(middle, end, "FR")
    assert parts == working_days_between(start, end, "FR")
