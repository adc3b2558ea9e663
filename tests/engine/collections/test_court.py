"""The court of a debtor, and the clocks of the order that it issues."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.ar_collections.engine import order_clock
from odoo.addons.ar_collections.engine.calendars import is_working_day
from odoo.addons.ar_collections.engine.court import (
    Court,
    Way,
    department,
    propose,
    trades,
    way,
)
from odoo.addons.ar_collections.engine.order_clock import Terms, clock

LYON = Court(1, "69", "economic", "Lyon")
TARARE = Court(2, "69", "commercial", "Villefranche-Tarare")
NIMES = Court(3, "30", "commercial", "Nîmes")
ALES = Court(4, "30", "judicial", "Alès")
GARD = Court(5, "30", "judicial", "Nîmes")
METZ = Court(6, "57", "chamber", "Metz")
COURTS = [LYON, TARARE, NIMES, ALES, GARD, METZ]
TERMS = Terms(3, 1, 2)


def test_the_only_court_of_a_department_is_certain():
    told = propose(COURTS, "30100", "Alès", trading=True)
    assert (told.court, told.why, told.certain) == (NIMES, "only", True)


def test_the_town_of_a_seat_decides_between_several():
    told = propose(COURTS, "69003", "LYON 3EME CEDEX 03", trading=True)
    assert (told.court, told.why, told.others) == (LYON, "seat", (TARARE,))
    told = propose(COURTS, "30100", "ALES", trading=False)
    assert (told.court, told.others) == (ALES, (GARD,))


def test_several_courts_are_proposed_and_said_to_be_several():
    told = propose(COURTS, "69400", "Gleizé", trading=True)
    assert told.court in (LYON, TARARE)
    assert not told.certain
    assert {told.court, *told.others} == {LYON, TARARE}


def test_traders_of_moselle_go_to_the_chamber_of_the_judicial_court():
    assert propose(COURTS, "57000", "Metz", trading=True).court == METZ


def test_what_the_table_does_not_know_is_said():
    assert propose(COURTS, "", "Lyon", trading=True).why == "unknown"
    assert propose(COURTS, "29200", "Brest", trading=True).why == "none"


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("01000", "01"),
        ("20000", "2A"),
        ("20137", "2A"),
        ("20600", "2B"),
        ("97110", "971"),
        ("97600", "976"),
        ("75116", "75"),
        ("1000", None),
        (None, None),
    ],
)
def test_departments(code, found):
    assert department(code) == found


@pytest.mark.parametrize(
    ("name", "merchant"),
    [
        ("Boulangerie Petit", True),
        ("S.C.I. du Parc", True),
        ("SCI du Parc", False),
        ("Association des amis de l'orgue", False),
        ("Copropriété Les Lilas", False),
        ("Associés du Bâtiment SARL", True),
    ],
)
def test_the_name_tells_who_does_not_trade(name, merchant):
    assert trades("private", name) is merchant
    assert not trades("consumer", name)


@pytest.mark.parametrize(
    ("country", "regime", "told"),
    [
        ("FR", "private", Way.ORDER),
        ("FR", "consumer", Way.ORDER),
        ("FR", "public", Way.PUBLIC),
        ("RE", "private", Way.ORDER),
        ("BE", "private", Way.EUROPEAN),
        ("DK", "private", Way.ABROAD),
        ("GB", "private", Way.ABROAD),
        ("CH", "public", Way.ABROAD),
    ],
)
def test_the_way_by_country(country, regime, told):
    assert way(country, regime) is told


@pytest.mark.parametrize(
    ("ordered", "prudent", "legal"),
    [
        # A Monday.
        (date(2026, 8, 23), date(2026, 11, 23), date(2026, 11, 23)),
        # A Sunday that is a holiday; the Monday after it is none.
        (date(2026, 8, 1), date(2026, 10, 30), date(2026, 11, 2)),
        # The last day of February, and new year's day.
        (date(2026, 11, 30), date(2027, 2, 26), date(2027, 3, 1)),
        (date(2026, 10, 1), date(2026, 12, 31), date(2027, 1, 4)),
    ],
)
def test_three_months_to_serve(ordered, prudent, legal):
    told = clock(ordered, TERMS, ordered)
    assert (told.step, told.day, told.legal) == ("serve", prudent, legal)


def test_an_order_that_is_not_served_in_time_is_void():
    ordered = date(2026, 8, 1)
    assert clock(ordered, TERMS, date(2026, 11, 2)).step == "serve"
    assert clock(ordered, TERMS, date(2026, 11, 3)).step == "void"
    late = clock(ordered, TERMS, date(2026, 12, 1), served=date(2026, 11, 4))
    assert late.step == "void"


def test_opposition_then_enforcement():
    ordered, served = date(2026, 4, 2), date(2026, 4, 14)
    told = clock(ordered, TERMS, served, served)
    # 14 May is Ascension Day: the time goes on to the next working day.
    assert (told.step, told.legal) == ("opposition", date(2026, 5, 15))
    # 14 June is a Sunday.
    assert told.day == date(2026, 6, 16)
    assert clock(ordered, TERMS, date(2026, 6, 16), served).step == "enforce"
    opposed = clock(ordered, TERMS, date(2026, 5, 1), served, date(2026, 4, 30))
    assert opposed.step == "opposed"


@given(st.dates(date(2022, 3, 1), date(2035, 12, 31)), st.integers(0, 80))
def test_the_creditor_is_never_told_too_late_a_day(ordered, later):
    day, legal = order_clock.serve_by(ordered, TERMS)
    assert day <= legal
    assert is_working_day(day, "FR")
    assert is_working_day(legal, "FR")
    served = ordered + timedelta(days=later)
    assert order_clock.enforce_from(served, TERMS) > order_clock.opposition_ends(
        served, TERMS
    )
