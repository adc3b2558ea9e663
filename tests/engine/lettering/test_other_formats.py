"""CFONB 120, MT940 and OFX: every field of the evidence, and hostile files."""

import time
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from odoo.addons.ar_lettering.engine import cfonb120, mt940_file, ofx_file
from odoo.addons.ar_lettering.engine.statement import Money, StatementFileError

# ofxparse calls a library by its former names.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

DATA = Path(__file__).parent / "data"
CFONB = (DATA / "cfonb120_two_accounts.txt").read_bytes()
MT940 = (DATA / "mt940_three_styles.sta").read_bytes()
OFX = (DATA / "ofx_francs.ofx").read_bytes()
PARSERS = {"cfonb": cfonb120, "mt940": mt940_file, "ofx": ofx_file}
FILES = {"cfonb": CFONB, "mt940": MT940, "ofx": OFX}


def fails_with(parser, content, **limits):
    with pytest.raises(StatementFileError) as caught:
        parser.parse(content, **limits)
    return caught.value.code


# CFONB 120 -------------------------------------------------------------------------


def test_cfonb_statements_balance_per_account():
    file = cfonb120.parse(CFONB)
    first, second = file.statements
    assert not file.problems
    assert (first.account, first.currency) == ("300060000112345678901", "EUR")
    assert (first.opening, first.closing) == (10000, Decimal("11660.50"))
    assert (first.opening_date, first.closing_date) == (
        date(2026, 1, 14),
        date(2026, 1, 15),
    )
    assert first.balance_gap == 0
    assert (second.account, second.transactions) == ("300060000110987654321", ())


def test_cfonb_every_qualifier_has_its_place():
    receipt, foreign, debit, rejected = cfonb120.parse(CFONB).statements[0].transactions
    assert receipt.amount == Decimal("1250.50")
    assert receipt.payer_name == "ETABLISSEMENTS DURAND ET FILS"
    assert receipt.ultimate_debtor == "MAIRIE DE SAINT-EMILION"
    # The client's text is one of 140 characters: the number is cut between records.
    assert receipt.free_text.endswith("AVOIR AV/2026/00004 DU MOIS")
    assert receipt.end_to_end == "CMD-7781"
    assert receipt.additional_info == "VIR SEPA ETS DURAND FOURNITURES"
    assert receipt.bank_reference == "BNPAFRPP7781"
    assert [ref.reference for ref in receipt.structured] == ["RF18539007547034"]
    assert receipt.bank_category == "05/0105"
    assert receipt.value_date == date(2026, 1, 15)
    assert dict(receipt.extra) == {"IPY": "55208131766522 SIRET"}
    assert foreign.original == Money(Decimal("1078.00"), "USD")
    assert foreign.fees == Decimal("15.50")
    assert (debit.amount, debit.payer_name) == (-450, "ENERGIE SA")
    assert debit.ultimate_debtor == "REGIE LOCALE"
    assert debit.mandate == "MANDAT-001"
    assert debit.payer_account == "FR7630004000031234567890143"
    assert rejected.return_reason == "AC04"


def test_cfonb_one_bad_movement_is_named_and_the_rest_kept():
    bad = CFONB.replace(b"0000000009800{", b"00000000098X0{")
    file = cfonb120.parse(bad.replace(b"EUR200000000001550", b"EUR2000000000ABCDE"))
    (problem,) = [p for p in file.problems if p.fatal]
    assert (problem.code, problem.statement, problem.entry) == ("bad_amount", 1, 2)
    assert len(file.statements[0].transactions) == 3
    # Complements of the movement left out are not blamed on another one.
    assert "FEE" not in [p.detail[:3] for p in file.problems]


def test_cfonb_amounts_signed_by_their_last_character():
    lines = CFONB.decode().splitlines()
    movement = lines[1]
    for last, cents in (("{", 0), ("A", 1), ("I", 9), ("}", 0), ("J", -1), ("R", -9)):
        line = movement[:90] + "0000000000012" + last + movement[104:]
        file = cfonb120.parse("\n".join([lines[0], line, lines[-3]]).encode())
        sign = -1 if last in "}JKLMNOPQR" else 1
        (transaction,) = file.statements[0].transactions
        assert transaction.amount == Decimal(sign * 120 + cents) / 100, last
    braces = CFONB.decode().replace("{", "é").replace("}", "è")
    old = cfonb120.parse(braces.encode("latin-1"))
    assert (
        old.statements[0].transactions
        == cfonb120.parse(CFONB).statements[0].transactions
    )


def test_cfonb_without_line_ends_and_with_trimmed_ones():
    lines = CFONB.decode().splitlines()
    whole = cfonb120.parse("".join(line.ljust(120) for line in lines).encode())
    trimmed = cfonb120.parse("\n".join(line.rstrip() for line in lines).encode())
    assert whole.statements == trimmed.statements == cfonb120.parse(CFONB).statements


# MT940 ------------------------------------------------------------------------------


def test_mt940_pages_make_one_statement():
    (statement,) = mt940_file.parse(MT940).statements
    assert statement.account == "FR7630006000011234567890189"
    assert (statement.opening, statement.closing) == (10000, Decimal("11660.50"))
    assert statement.balance_gap == 0
    assert [tx.amount for tx in statement.transactions] == [
        Decimal("1250.50"),
        980,
        -450,
        -120,
    ]


def test_mt940_three_spellings_of_field_86():
    german, slashes, plain, returned = (
        mt940_file.parse(MT940).statements[0].transactions
    )
    assert german.payer_name == "ETABLISSEMENTS DURAND ET FILS"
    assert german.payer_account == "FR7630004000031234567890143"
    assert german.end_to_end == "CMD-7781"
    assert german.free_text == "FAC/2026/00012 FAC/2026/00013"
    assert german.bank_reference == "BK0001"
    assert slashes.payer_name == "OVERSEAS LTD"
    assert slashes.payer_account == "GB29NWBK60161331926819"
    assert slashes.free_text == "INVOICE FAC/2026/00014"
    assert slashes.original == Money(Decimal("1078.00"), "USD")
    assert slashes.fees == Decimal("15.50")
    assert slashes.end_to_end == "INV-9"
    assert plain.free_text == "PRLV SEPA ENERGIE SA RUM MANDAT-001"
    assert returned.is_reversal
    assert returned.free_text == "REJET"


def test_mt940_one_bad_entry_is_named():
    file = mt940_file.parse(MT940.replace(b"CR980,00N", b"XX980,00N"))
    (problem,) = file.problems
    assert (problem.code, problem.entry) == ("entry_unreadable", 2)
    assert "980,00" in problem.detail
    assert len(file.statements[0].transactions) == 3


# OFX --------------------------------------------------------------------------------


def test_ofx_fields_and_french_account():
    (statement,) = ofx_file.parse(OFX).statements
    assert statement.account == "300060000112345678901"
    assert statement.closing == 11238
    assert (statement.opening_date, statement.closing_date) == (
        date(2026, 1, 14),
        date(2026, 1, 15),
    )
    receipt, fee = statement.transactions
    assert (receipt.amount, fee.amount) == (Decimal("1250.50"), Decimal("-12.50"))
    assert receipt.bank_reference == "A1"
    assert receipt.payer_name == "VIR ETABLISSEMENTS DURAND"
    assert receipt.free_text.endswith("FAC/2026/00012 & FAC/2026/00013")
    assert fee.free_text == "FRAIS DE TENUE"


def test_ofx_in_utf8_and_as_xml_reads_alike():
    text = OFX.decode().replace("DURAND", "DÜRAND")
    body = text[text.index("<OFX>") :]
    xml = '<?xml version="1.0"?>\n<?OFX OFXHEADER="200" VERSION="211"?>\n'
    (old,) = ofx_file.parse(text.encode("cp1252")).statements
    (utf8,) = ofx_file.parse(text.encode()).statements
    new = ofx_file.parse((xml + body).encode())
    assert new.version == "211"
    assert old.transactions == utf8.transactions == new.statements[0].transactions
    assert old.transactions[0].payer_name.endswith("DÜRAND")


def test_ofx_one_bad_entry_is_named():
    file = ofx_file.parse(OFX.replace(b"+1250.50", b"douze"))
    (problem,) = file.problems
    assert (problem.code, problem.entry, problem.reference) == (
        "entry_unreadable",
        1,
        "A1",
    )
    assert len(file.statements[0].transactions) == 1


# All of them ----------------------------------------------------------------------


@pytest.mark.parametrize("name", PARSERS)
def test_files_of_others_are_left_to_their_parser(name):
    parser = PARSERS[name]
    for other, content in FILES.items():
        if other != name:
            assert fails_with(parser, content) == f"not_{name}"
    assert fails_with(parser, b"<html>") == f"not_{name}"
    assert fails_with(parser, b" \n ") == "empty"
    assert fails_with(parser, bytes(range(256)) * 40) == f"not_{name}"


@pytest.mark.parametrize("name", PARSERS)
def test_truncated_file_is_refused_whole(name):
    content = FILES[name]
    cut = {"cfonb": -120, "mt940": -30, "ofx": -40}[name]
    assert fails_with(PARSERS[name], content[:cut]) == "truncated"


@pytest.mark.parametrize("name", PARSERS)
def test_limits_of_size_and_entries(name):
    assert fails_with(PARSERS[name], FILES[name], max_bytes=100) == "too_large"
    assert fails_with(PARSERS[name], FILES[name], max_entries=1) == "too_many_entries"


@pytest.mark.parametrize("name", PARSERS)
def test_same_content_gives_the_same_keys_and_equal_entries_differ(name):
    parser = PARSERS[name]
    keys = [
        tx.key for s in parser.parse(FILES[name]).statements for tx in s.transactions
    ]
    again = [
        tx.key for s in parser.parse(FILES[name]).statements for tx in s.transactions
    ]
    assert keys == again
    assert len(set(keys)) == len(keys)


def test_two_hundred_thousand_lines_are_read_in_reasonable_time():
    lines = CFONB.decode().splitlines()
    body = [lines[1], lines[2]] * 100_000
    content = "\r\n".join([lines[0], *body, lines[-3]]).encode()
    start = time.process_time()
    (statement,) = cfonb120.parse(content).statements
    assert len(statement.transactions) == 100_000
    assert time.process_time() - start < 60


def test_bombs_are_refused_or_harmless():
    doctype = b'<?xml version="1.0"?><!DOCTYPE OFX [<!ENTITY a "aaaa">]>' + OFX[100:]
    assert fails_with(ofx_file, doctype) in ("forbidden_markup", "not_ofx")
    for place in (b"<MEMO>FRAIS", b"<BANKACCTFROM>", b"<BANKTRANLIST>"):
        deep = OFX.replace(place, b"<A>\n" * 50_000 + place)
        assert fails_with(ofx_file, deep) == "too_deep"
    many = CFONB.replace(b"LCSRF18539007547034", b"LIB" + b"X" * 16)
    assert len(cfonb120.parse(many * 3).statements) == 6
