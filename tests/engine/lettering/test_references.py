import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.ar_lettering.engine import normalise
from odoo.addons.ar_lettering.engine.references import (
    EXACT,
    VARIANT,
    Document,
    ReferenceIndex,
)

INDEX = ReferenceIndex(
    [
        Document(1, "FAC/2025/00012"),
        Document(2, "FAC/2025/00013"),
        Document(3, "FAC/2025/00014"),
        Document(4, "F238765"),
        Document(5, "INV/2025/12/0007", ("RF18539007547034", "PO-4711-22")),
        Document(6, "AV/2025/00012"),
    ]
)


def found(text):
    return [(hit.documents, hit.strength) for hit in INDEX.find(text)]


@pytest.mark.parametrize(
    "text",
    [
        "VIR SEPA RECU /DE ACME /MOTIF FAC/2025/00012 /REF 99",
        "fac 2025 00012",
        "FAC-2025-00012",
        "FAC202500012",
        "FAC 2025 00 012",
        "Fac. 2025/12",
        "FAC/2025/ 00012",
        "FAC 2025-00012.",
    ],
)
def test_whole_number_is_found_however_it_is_spaced(text):
    assert found(text) == [((1,), EXACT)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("VIRFAC202500013", [((2,), VARIANT)]),
        ("facture 202500013", [((2,), VARIANT)]),
        ("FAC25/13", [((2,), VARIANT)]),
        ("202500012", [((1, 6), VARIANT)]),
        ("F 238765 AKR", [((4,), EXACT)]),
        ("cde po4711/22", [((5,), VARIANT)]),
        ("RF18 5390 0754 7034", [((5,), EXACT)]),
    ],
)
def test_other_ways_to_write_a_number_are_worth_less(text, expected):
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "FAC/2025/000123",
        "XFAC/2025/9900012X",
        "1 200,13 EUR du 00/13/2025",
        "virement 0013",
        "loyer 12/2025",
        "IBAN FR76 3000 6000 0112 0001 3000 189",
        "",
        "/",
    ],
)
def test_lookalikes_are_not_citations(text):
    assert found(text) == []


def test_numbers_that_lean_on_the_first_are_read_with_its_prefix():
    assert found("FAC/2025/00012, 00013 et 14") == [
        ((1,), EXACT),
        ((2,), EXACT),
        ((3,), EXACT),
    ]
    assert found("FAC/2025/00012-13") == [((1,), EXACT), ((2,), EXACT)]
    assert found("FAC/2025/00012 13,00 EUR") == [((1,), EXACT)]


def test_structured_reference_must_be_the_whole_number():
    assert INDEX.find_whole("RF18 5390 0754 7034").documents == (5,)
    assert INDEX.find_whole("FAC/2025/00012").documents == (1,)
    assert INDEX.find_whole("00013") is None


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text):
    for hit in INDEX.find(text):
        assert hit.documents


@given(
    st.sampled_from(["FAC", "INV", "F", "VTE", "RG"]),
    st.integers(2019, 2035),
    st.integers(1, 99999),
    st.sampled_from(["/", "-", "", " ", " / ", "."]),
    st.booleans(),
)
def test_any_number_is_found_in_any_spelling(prefix, year, rank, separator, padded):
    index = ReferenceIndex([Document(7, f"{prefix}/{year}/{rank:05d}")])
    if not padded and not separator:
        separator = "-"
    tail = f"{rank:05d}" if padded else str(rank)
    text = f"Vir. {separator.join((prefix.lower(), str(year), tail))} merci"
    assert [hit.documents for hit in index.find(text)] == [(7,)]


def test_check_digits():
    assert normalise.is_rf("RF18 5390 0754 7034")
    assert not normalise.is_rf("RF19 5390 0754 7034")
    assert normalise.is_iban("FR14 2004 1010 0505 0001 3M02 606")
    assert not normalise.is_iban("FR15 2004 1010 0505 0001 3M02 606")


def test_names_are_compared_without_legal_forms_and_accents():
    assert normalise.name_key("SARL Boulangerie d'Émile") == "BOULANGERIE EMILE"
    assert normalise.name_key("S.A. Müller & Cie") == "MULLER"
    assert normalise.name_key("La Société") == "LA SOCIETE"
