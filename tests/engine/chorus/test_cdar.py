"""Lifecycle messages: what is read, and what is refused without harm."""

import time
import tracemalloc
from datetime import date, datetime, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.ar_chorus_connector.engine import cdar
from odoo.addons.ar_chorus_connector.engine.cdar import cdar_moment, parse_cdar
from odoo.addons.ar_chorus_connector.engine.cdar_codes import LifecycleCode
from odoo.addons.ar_chorus_connector.engine.cdar_facts import observed_of
from odoo.addons.ar_chorus_connector.engine.cdar_write import (
    Receipt,
    shared_by_rate,
    write_cashed,
)
from odoo.addons.ar_chorus_connector.engine.payloads import Unknown

from tests.simulators.xp_z12_013_data import cdar as told

BOM = b"\xef\xbb\xbf"


def message(**status):
    base = {"number": "FAC/2026/1", "seller": "123456782", "code": "205"}
    return told({**base, **status})


def fact(public=False, total=None, **status):
    (observed,) = observed_of(
        parse_cdar(message(**status)), public=public, total_of=lambda _s: total
    )
    return observed.events[0]


def test_a_refusal_is_read_with_all_it_says():
    read = parse_cdar(
        message(
            code="210",
            when="20260910181500",
            created="20260910182000",
            date="2026-09-01",
            reasons=[
                {"code": "TX_TVA_ERR", "label": "Taux", "action": "CNF"},
                {"code": "CMD_ERR", "comment": "N° été <manquant> & « vide »"},
            ],
            figures=[
                {"kind": "DIV", "percent": "10", "location": "BT-152"},
                {"kind": "DVA", "percent": "20", "location": "BT-152"},
            ],
        )
    )
    (status,) = read.statuses
    assert status.status is LifecycleCode.REFUSED
    assert (status.number, status.seller) == ("FAC/2026/1", "123456782")
    assert status.invoice_date == date(2026, 9, 1)
    assert [m.code for m in status.motives] == ["TX_TVA_ERR", "CMD_ERR"]
    assert status.motives[0].action == "CNF"
    assert read.issuer.role == "BY" and read.issuer.name == "ACHETEUR"
    (observed,) = observed_of(read)
    assert observed.invoice.external_id == "123456782/FAC/2026/1/2026"
    event = observed.events[0]
    assert event.moment == datetime(2026, 9, 10, 16, 15, tzinfo=timezone.utc)
    assert event.reasons == ("TX_TVA_ERR", "CMD_ERR")
    assert event.comment == "N° été <manquant> & « vide »\nBT-152: 10 % ≠ 20 %"
    assert event.external_id.startswith("20260910182000-210-")


def test_the_same_message_is_the_same_fact_and_another_is_not():
    one, same = fact(code="211"), fact(code="211")
    assert one.external_id == same.external_id
    other = fact(code="211", figures=[{"kind": "MPA", "amount": "10.00"}])
    assert other.external_id != one.external_id


def test_a_partial_payment_has_its_amount_and_value_date():
    paid = {"kind": "MPA", "amount": "400.10", "day": "2026-09-30"}
    left = {"kind": "RAP", "amount": "799.90"}
    event = fact(code="211", figures=[paid, left])
    assert (event.code, event.amount) == ("211", 40010)
    assert event.expected == date(2026, 9, 30)
    assert fact(code="211").amount is None


@pytest.mark.parametrize(
    "status",
    [
        {"issuer": {"role": "SE"}},
        {"type": "381"},
        {"figures": [{"kind": "MPA", "amount": "-5"}]},
    ],
)
def test_a_refund_announces_no_payment_to_us(status):
    event = fact(code="211", **status)
    assert event.code == "211_REMBOURSEMENT" and event.amount is None


@pytest.mark.parametrize(
    ("figures", "total", "disputed"),
    [
        ([("MNATTC", "120.00", None), ("MAPTTC", "1080", None)], None, 12000),
        ([("MNA", "100.00", "20"), ("MNA", "100.00", "5.5")], None, 22550),
        ([("MAPTTC", "1000.00", None)], 120000, 20000),
        ([("MAPTTC", "1000.00", None)], None, None),
        ([], 120000, None),
    ],
)
def test_only_the_unapproved_part_is_contested(figures, total, disputed):
    named = [dict(zip(("kind", "amount", "percent"), f, strict=True)) for f in figures]
    assert fact(code="206", figures=named, total=total).disputed == disputed


@pytest.mark.parametrize(
    ("comment", "code"),
    [
        ("Le destinataire public a réalisé le service fait", "204_SERVICE_FAIT"),
        ("Le destinataire public a mandaté la facture", "204_MANDATEE"),
        ("Destinataire public : mise à disposition du comptable", "204_COMPTABLE"),
        ("Le destinataire public a comptabilisé la facture", "204_COMPTABILISEE"),
        ("Service fait à vérifier par l'atelier", "204"),
        ("", "204"),
    ],
)
def test_the_steps_of_a_public_buyer_are_told_apart(comment, code):
    assert fact(code="204", reasons=[{"comment": comment}]).code == code


def test_a_flow_for_a_public_buyer_needs_no_further_words():
    event = fact(True, code="204", reasons=[{"comment": "Service fait"}])
    assert event.code == "204_SERVICE_FAIT"


def test_a_deposit_that_reached_nobody_is_no_deposit():
    event = fact(code="200", reasons=[{"code": "NON_TRANSMISE"}])
    assert event.code == "200_NON_TRANSMISE"


def test_an_unknown_code_is_kept_as_unknown():
    (status,) = parse_cdar(message(code="299")).statuses
    assert status.status == Unknown("status code", "299") and status.code == "299"
    assert fact(code="299").code == "299"


def test_a_status_without_number_is_kept_apart():
    read = parse_cdar(message(number=""))
    assert read.statuses == () and len(read.unknown) == 1


@pytest.mark.parametrize(
    ("raw", "moment"),
    [
        ("20260710101500", "2026-07-10T08:15:00+00:00"),
        ("202601101015", "2026-01-10T09:15:00+00:00"),
        ("20260710", "2026-07-09T22:00:00+00:00"),
        ("20260710101500+0000", "2026-07-10T10:15:00+00:00"),
        ("2026-07-10T10:15:00Z", "2026-07-10T10:15:00+00:00"),
        # The hour that does not exist, and the one that comes twice.
        ("20260329023000", "2026-03-29T01:30:00+00:00"),
        ("20261025023000", "2026-10-25T00:30:00+00:00"),
    ],
)
def test_dates_of_every_format(raw, moment):
    assert cdar_moment(raw).isoformat() == moment


@pytest.mark.parametrize("raw", ["", "yesterday", "20261345101500", "9" * 14, None])
def test_what_is_no_date_is_none(raw):
    assert cdar_moment(raw) is None


def test_the_zone_is_a_setting():
    utc = cdar_moment("20260710101500", ZoneInfo("UTC"))
    assert utc.isoformat() == "2026-07-10T10:15:00+00:00"


def test_encodings_with_and_without_byte_order_mark():
    plain = message().removeprefix(BOM)
    text = plain.decode()
    latin = text.replace("UTF-8", "ISO-8859-1").encode("latin-1")
    wide = text.replace("UTF-8", "UTF-16").encode("utf-16")
    for raw in (plain, BOM + plain, b"\n " + plain, latin, wide):
        assert parse_cdar(raw).statuses[0].number == "FAC/2026/1"


BOMB = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "%s">%s]>"""
LAUGHS = BOMB % (
    b"ha" * 10,
    b"".join(
        b'<!ENTITY b%d "%s">' % (n, b"&b%d;" % (n - 1) * 10 if n else b"&b;" * 10)
        for n in range(12)
    ),
)
EXTERNAL = b'<!DOCTYPE a SYSTEM "file:///etc/passwd">'
INSIDE = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("prolog", [LAUGHS, EXTERNAL, INSIDE, b"<!-- a -->" + INSIDE])
def test_no_document_type_whatever_it_declares(prolog):
    plain = message().removeprefix(BOM)
    body = plain.partition(b"?>")[2]
    start = time.perf_counter()
    with pytest.raises(cdar.CdarForbidden):
        parse_cdar(prolog + body.replace(b"ACHETEUR", b"&x;&b11;"))
    with pytest.raises(cdar.CdarError):
        parse_cdar((prolog + body).decode().encode("utf-16"))
    assert time.perf_counter() - start < 1


def test_comments_and_instructions_may_stand_in_front():
    body = message().removeprefix(BOM).partition(b"?>")[2]
    raw = b'<?xml version="1.0"?><?x <!DOCTYPE ?><!-- <!DOCTYPE -->' + body
    assert parse_cdar(raw).statuses


@pytest.mark.parametrize(
    ("raw", "error"),
    [
        (b"", cdar.CdarMalformed),
        (b"{}", cdar.CdarMalformed),
        (b"<a", cdar.CdarMalformed),
        (b"<html><body>503</body></html>", cdar.CdarWrongRoot),
        (message()[:-200], cdar.CdarMalformed),
        (message().replace(b"Response:100", b"Response:1"), cdar.CdarWrongRoot),
        (message().replace(b"Information", b"Other"), cdar.CdarWrongRoot),
        (message().replace(b"UTF-8", b"UTF-7"), cdar.CdarMalformed),
        (message().replace(b"UTF-8", b"IBM037"), cdar.CdarMalformed),
        (message().decode("utf-8-sig").encode("utf-16-le"), cdar.CdarMalformed),
        (b"\xff\xfe<", cdar.CdarMalformed),
        (message().replace(b"ACHETEUR", b"\xff\xff"), cdar.CdarMalformed),
        (message().replace(b"ACHETEUR", b"&unknown;"), cdar.CdarMalformed),
        (b"<a>" * 5000 + b"</a>" * 5000, cdar.CdarMalformed),
        (b"<a>" + b"<b/>" * 300_000 + b"</a>", cdar.CdarWrongRoot),
        (b" " * (20 * 1024 * 1024 + 1), cdar.CdarTooLarge),
    ],
)
def test_anything_else_is_refused_with_a_typed_error(raw, error):
    with pytest.raises(error) as caught:
        parse_cdar(raw)
    assert caught.value.kind and len(str(caught.value)) < 100


def test_too_many_elements_are_refused():
    mark = b"<rsm:AcknowledgementDocument>"
    raw = message().replace(mark, b"<ram:X/>" * 210_000 + mark)
    with pytest.raises(cdar.CdarTooLarge):
        parse_cdar(raw)


def test_a_large_attachment_costs_no_more_than_a_few_copies():
    blob = b"QUJD" * 1_000_000
    mark = b"<ram:ProcessConditionCode>"
    raw = message().replace(
        mark,
        b'<ram:AttachmentBinaryObject filename="a.pdf">' + blob + b"</ram:"
        b"AttachmentBinaryObject>" + mark,
    )
    tracemalloc.start()
    (status,) = parse_cdar(raw).statuses
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert status.attachments == ("a.pdf",)
    assert peak < 5 * len(raw)


@given(st.binary(max_size=300), st.integers(0, 2000))
def test_damage_anywhere_never_breaks_the_reader(noise, where):
    raw = message(code="206", reasons=[{"code": "AUTRE"}])
    broken = raw[:where] + noise + raw[where + len(noise) :]
    try:
        observed_of(parse_cdar(broken))
    except cdar.CdarError:
        pass


def receipt(**values):
    moment = datetime(2026, 9, 30, 8, tzinfo=timezone.utc)
    return Receipt(
        **{
            "message_id": "m-1",
            "number": "FAC/2026/1",
            "invoice_date": date(2026, 9, 1),
            "type_code": "380",
            "seller": "123456782",
            "seller_name": "Vendeur & fils",
            "buyer": "200000008",
            "buyer_name": "Acheteur",
            "moment": moment,
            "created": moment,
            "currency": "EUR",
            "amounts": ((Decimal("5.5"), 1055), (Decimal(20), -2400)),
            **values,
        }
    )


def test_our_own_message_is_read_back_as_it_was_meant():
    (status,) = parse_cdar(write_cashed(receipt())).statuses
    assert status.status is LifecycleCode.CASHED
    assert (status.number, status.seller) == ("FAC/2026/1", "123456782")
    assert cdar_moment(status.raw_date) == receipt().moment
    told_figures = [(f.kind, f.cents, f.percent) for f in status.figures]
    assert told_figures == [
        ("MEN", 1055, Decimal("5.50")),
        ("MEN", -2400, Decimal("20.00")),
    ]


@pytest.mark.parametrize("missing", [{"amounts": ()}, {"number": ""}, {"seller": ""}])
def test_a_message_that_would_be_refused_is_not_written(missing):
    with pytest.raises(ValueError):
        write_cashed(receipt(**missing))


@given(
    st.integers(-(10**9), 10**9),
    st.dictionaries(st.integers(0, 25), st.integers(1, 10**9), min_size=1, max_size=4),
)
def test_the_shares_of_the_rates_add_up(cents, totals):
    shares = shared_by_rate(cents, {Decimal(rate): t for rate, t in totals.items()})
    assert sum(share for _rate, share in shares) == cents
