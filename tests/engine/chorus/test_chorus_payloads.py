"""Reading answers is total: whatever comes, no exception and nothing invented."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.ar_chorus_connector.engine import dates, payloads
from odoo.addons.ar_chorus_connector.engine.paging import Reading

ROW = {
    "identifiantFactureCPP": 8000000001,
    "numeroFacture": "FAC/2026/00001",
    "statut": "SERVICE-FAIT",
    "dateHeureEtatCourant": "2026-07-11T15:45:39.674+02:00",
    "dateFacture": "2026-06-01",
    "montantAPayer": 1200.1,
    "devise": "EUR",
}


def test_a_row_is_read_in_cents_and_utc():
    row = payloads.MovedInvoice.from_json(ROW)
    assert row.external_id == "8000000001" and row.status == "SERVICE_FAIT"
    assert row.amount_due == 120010 and row.invoice_date == date(2026, 6, 1)
    assert row.status_date.isoformat() == "2026-07-11T13:45:39.674000+00:00"


def test_a_row_without_identifier_is_kept_as_unknown():
    page = payloads.Page.from_json({"listeFactures": [ROW, {"statut": "X"}, None]})
    assert len(page.rows) == 1 and len(page.unknown) == 2


def test_null_paging_is_one_page():
    page = payloads.Page.from_json({"listeFactures": [ROW], "parametresRetour": None})
    assert page.pages == 0 and len(page.rows) == 1


def test_a_zero_byte_never_reaches_the_database():
    row = payloads.MovedInvoice.from_json({**ROW, "numeroFacture": "F\x001"})
    assert row.number == "F1"


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=True)
    | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)
KEYS = [
    *ROW,
    "histoStatutId",
    "histoStatutCode",
    "histoStatutDatePassage",
    "evenementId",
]


@given(st.dictionaries(st.sampled_from(KEYS), anything))
def test_any_json_is_read(block):
    payloads.MovedInvoice.from_json(block)
    payloads.status_from_json(block)
    payloads.complement_from_json(block)
    payloads.Page.from_json({"listeFactures": [block], "parametresRetour": block})
    nested = {"histoStatut": [block], "pagesHistoStatut": block}
    payloads.HistoryPage.from_json({"historiquesDesStatuts": nested})
    assert len(payloads.fingerprint(block)) == 64


@given(st.text(max_size=40))
def test_any_text_is_a_date_or_none(text):
    moment = dates.parse_moment(text)
    assert moment is None or moment.tzinfo is not None


@pytest.mark.parametrize(
    ("raw", "utc"),
    [
        ("2026-07-01 16:10", "2026-07-01T14:10:00+00:00"),
        ("2026-01-01 16:10", "2026-01-01T15:10:00+00:00"),
        ("2026-07-01T16:10:00Z", "2026-07-01T16:10:00+00:00"),
        ("2026-07-01T16:10:00+0200", "2026-07-01T14:10:00+00:00"),
        # The hour that exists twice is read as the first one.
        ("2026-10-25 02:30", "2026-10-25T00:30:00+00:00"),
    ],
)
def test_both_date_formats_and_the_change_of_hour(raw, utc):
    assert dates.parse_moment(raw).isoformat() == utc


def test_what_is_sent_says_its_offset():
    moment = dates.parse_moment("2026-07-01 16:10")
    assert dates.to_wire(moment) == "2026-07-01T16:10:00.000+02:00"


def test_easter_and_its_working_days():
    assert not dates.is_working_day(date(2026, 4, 6))
    assert not dates.is_working_day(date(2027, 3, 29))
    assert not dates.is_working_day(date(2026, 5, 14))
    assert dates.add_working_days(date(2026, 4, 30), 1) == date(2026, 5, 4)


@pytest.mark.parametrize("amount", ["1e999999", "-1e999999", "1e13", "NaN", "sNaN"])
def test_an_amount_beyond_reason_is_none(amount):
    row = payloads.MovedInvoice.from_json({**ROW, "montantTTC": amount})
    assert row.amount_total is None


def page(total, *ids):
    rows = [{**ROW, "identifiantFactureCPP": number} for number in ids]
    body = {"listeFactures": rows, "parametresRetour": {"total": total}}
    return payloads.Page.from_json(body)


@pytest.mark.parametrize(
    ("pages", "complete"),
    [
        ([page(3, 1, 2), page(3, 3)], True),
        # A row left while the pages were read: one behind it was never shown.
        ([page(3, 1, 2), page(2)], False),
        ([page(3, 1, 2), page(3, 2)], False),
        ([page(3, 1, 2), page(4, 3, 4)], False),
        ([page(0)], True),
        ([], True),
    ],
)
def test_a_reading_knows_when_it_may_have_missed_a_row(pages, complete):
    reading = Reading()
    for one in pages:
        reading.add(one)
    assert reading.complete is complete
