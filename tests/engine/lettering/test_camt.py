from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from odoo.addons.ar_lettering.engine import camt
from odoo.addons.ar_lettering.engine.statement import Money, StatementFileError

DATA = Path(__file__).parent / "data"
V02 = (DATA / "camt053_v02_batch.xml").read_bytes()
V08 = (DATA / "camt053_v08_documents.xml").read_bytes()


def fails_with(content, **limits):
    with pytest.raises(StatementFileError) as caught:
        camt.parse(content, **limits)
    return caught.value.code


def test_statement_has_its_account_balances_and_booked_movements():
    file = camt.parse(V02)
    assert (file.kind, file.version, file.identifier) == (
        "camt.053",
        "02",
        "REL-2026-0115",
    )
    (statement,) = file.statements
    assert statement.account == "FR7630006000011234567890189"
    assert (statement.opening, statement.closing) == (10000, Decimal("13988.50"))
    assert statement.closing_date == date(2026, 1, 15)
    assert [tx.amount for tx in statement.transactions] == [
        1200,
        1800,
        1000,
        Decimal("-11.50"),
    ]
    assert statement.pending == 1
    assert statement.balance_gap == 0
    assert not file.problems


def test_payer_and_the_one_on_whose_behalf_he_pays_are_kept_apart():
    first = camt.parse(V02).statements[0].transactions[0]
    assert first.payer_name == "Trésorerie du Val d'Orge"
    assert first.ultimate_debtor == "Commune de Saint-Œuf"
    assert first.payer_account == "FR1420041010050500013M02606"
    assert first.free_text == "MANDAT 4711 FAC/2025/ 00012"
    assert first.end_to_end == ""
    assert first.value_date == date(2026, 1, 16)
    assert first.bank_category == "05"


def test_payments_of_a_batch_keep_their_own_evidence():
    _one, two, three, fee = camt.parse(V02).statements[0].transactions
    assert (two.payer_name, two.end_to_end) == ("ACME SAS", "E2E-1")
    assert [ref.reference for ref in two.structured] == ["RF18539007547034"]
    assert three.payer_name == "BOULANGERIE MARTIN"
    assert three.structured == ()
    assert (two.batch_size, three.batch_size) == (2, 2)
    assert fee.additional_info == "FRAIS DE TENUE DE COMPTE"


def test_version_08_with_prefix_tells_documents_fees_and_original_amount():
    (statement,) = camt.parse(V08).statements
    (tx,) = statement.transactions
    assert statement.account == "30006000011234567890189"
    assert tx.payer_name == "Globex Inc"
    assert tx.bank_category == "PMNT/RCDT/XBCT"
    assert tx.original == Money(Decimal(1000), "USD")
    assert tx.fees == 5
    assert [(d.number, d.kind, d.amount) for d in tx.documents] == [
        ("FAC/2025/00020", "CINV", Decimal(1000)),
        ("AV/2025/00003", "CREN", Decimal(-100)),
    ]
    assert tx.documents[0].date == date(2025, 11, 30)
    assert tx.booking_date == date(2026, 2, 2)
    assert statement.balance_gap is None


def test_same_movements_have_the_same_keys_in_another_file():
    keys = [tx.key for tx in camt.parse(V02).statements[0].transactions]
    resent = (
        V02.replace(b"REL-2026", b"AGAIN-26")
        .replace(b"<NtryRef>2<", b"<NtryRef>9<")
        .replace(b">1200.00<", b">1200.0<")
    )
    assert [tx.key for tx in camt.parse(resent).statements[0].transactions] == keys
    assert len(set(keys)) == len(keys)


def test_two_equal_movements_have_two_keys():
    start, end = V02.index(b"<Ntry>"), V02.index(b"</Ntry>") + len(b"</Ntry>")
    twice = V02[:end] + V02[start:end] + V02[end:]
    keys = [tx.key for tx in camt.parse(twice).statements[0].transactions]
    assert len(set(keys)) == 5


def test_statement_sent_twice_in_one_file_is_read_once():
    start, end = V02.index(b"<Stmt>"), V02.index(b"</Stmt>") + len(b"</Stmt>")
    file = camt.parse(V02[:end] + V02[start:end] + V02[end:])
    assert len(file.statements) == 1
    assert [problem.code for problem in file.problems] == ["repeated_statement"]


def test_one_unreadable_entry_is_named_and_the_others_are_kept():
    file = camt.parse(V02.replace(b">2800.00<", b">2.800,00<"))
    assert [tx.amount for tx in file.statements[0].transactions] == [
        1200,
        Decimal("-11.50"),
    ]
    (problem,) = file.problems
    assert (problem.code, problem.statement, problem.entry) == ("bad_amount", 1, 2)
    assert (problem.reference, problem.detail) == ("BNK-77002", "2.800,00")
    assert problem.fatal


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (
            b"<Dt>2026-01-15</Dt></BookgDt><ValDt>",
            b"<Dt>15/01/26</Dt></BookgDt><ValDt>",
            "bad_date",
        ),
        (b'<Amt Ccy="EUR">11.50', b'<Amt Ccy="USD">11.50', "currency_differs"),
        (b'<Amt Ccy="EUR">11.50', b"<Amt>11.50", "no_currency"),
        (b"11.50</Amt><CdtDbtInd>DBIT", b"11.50</Amt><CdtDbtInd>OUT", "bad_sign"),
        (b'<Amt Ccy="EUR">11.50', b'<Amt Ccy="EUR">-11.50', "bad_amount"),
        (b'<Amt Ccy="EUR">11.50', b'<Amt Ccy="EUR">NaN', "bad_amount"),
    ],
)
def test_each_unreadable_value_has_its_code(old, new, code):
    assert old in V02
    problems = camt.parse(V02.replace(old, new)).problems
    assert {problem.code for problem in problems} == {code}


def test_batch_that_does_not_add_up_stays_one_movement_with_all_its_text():
    file = camt.parse(V02.replace(b">1800.00<", b">1700.00<"))
    batch = file.statements[0].transactions[1]
    assert batch.amount == 2800
    assert batch.payer_name == ""
    assert batch.free_text == "facture 00014"
    assert [ref.reference for ref in batch.structured] == ["RF18539007547034"]
    assert [problem.code for problem in file.problems] == ["batch_not_split"]
    assert not file.problems[0].fatal


def test_missing_movement_shows_in_the_balances():
    file = camt.parse(V02.replace(b">13988.50<", b">14988.50<"))
    assert file.statements[0].balance_gap == 1000


def test_truncated_file_is_refused_as_such():
    assert fails_with(V02[: len(V02) // 2]) == "truncated"
    assert fails_with(V02[:-20]) == "truncated"


def test_entity_bomb_and_external_entity_are_refused_unread(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("FAC/2025/00012")
    bomb = b"<!DOCTYPE Document [" + b"".join(
        b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 10 if n else b"boom")
        for n in range(12)
    )
    for doctype, entity in (
        (bomb + b"]>", b"&e11;"),
        (
            b'<!DOCTYPE Document [<!ENTITY x SYSTEM "file://%s">]>'
            % str(secret).encode(),
            b"&x;",
        ),
        (b'<!DOCTYPE Document SYSTEM "http://127.0.0.1:1/x.dtd">', b""),
    ):
        head = b'<?xml version="1.0" encoding="UTF-8"?>'
        hostile = V02.replace(head, head + doctype).replace(b"ACME SAS", entity)
        assert fails_with(hostile) == "forbidden_markup"


def test_wrong_files_are_told_apart():
    assert fails_with(b"  \n") == "empty"
    assert fails_with(b"date;libelle;montant\n") == "not_xml"
    assert fails_with(b"%PDF-1.4 \x00\x01") == "not_xml"
    assert fails_with(b"<Document><pain/></Document>") == "not_camt"
    assert fails_with(b"<Document><BkToCstmrStmt/></Document>") == "no_statement"
    assert fails_with(V02.replace(b"</GrpHdr>", b"</GrpHd>")) == "broken_xml"


def test_limits_on_size_entries_and_depth():
    assert fails_with(V02, max_bytes=1000) == "too_large"
    assert fails_with(V02, max_entries=3) == "too_many_entries"
    deep = b"<a>" * 300 + b"</a>" * 300
    assert fails_with(b"<Document>" + deep + b"</Document>") == "too_deep"


def test_windows_text_under_a_utf8_heading_is_read_with_a_warning():
    file = camt.parse(V02.decode().encode("cp1252"))
    assert file.statements[0].transactions[0].payer_name == "Trésorerie du Val d'Orge"
    assert [(p.code, p.fatal) for p in file.problems] == [("encoding_repaired", False)]


def test_declared_encodings_are_followed_and_unknown_ones_refused():
    utf16 = V02.decode().replace('encoding="UTF-8"', 'encoding="UTF-16"')
    assert camt.parse(utf16.encode("utf-16")).statements[0].total == Decimal("3988.50")
    assert fails_with(V02.replace(b"UTF-8", b"KLINGON-1")) == "bad_encoding"


def test_returned_transfer_names_the_party_that_was_paid():
    returned = V02.replace(
        b"<RvslInd>false</RvslInd>", b"<RvslInd>true</RvslInd>"
    ).replace(
        b"<RltdPties>\n            <Dbtr>",
        b"<RltdPties><Cdtr><Nm>FOURNISSEUR</Nm></Cdtr><Dbtr>",
        1,
    )
    first = camt.parse(returned).statements[0].transactions[0]
    assert first.is_reversal
    assert first.payer_name == "FOURNISSEUR"


def test_many_entries_are_read_in_bounded_memory():
    start, end = V02.index(b"<Ntry>"), V02.index(b"</Ntry>") + len(b"</Ntry>")
    entry = V02[start:end]
    many = V02[:end] + entry * 4999 + V02[end:]
    assert len(camt.parse(many).statements[0].transactions) == 5003
