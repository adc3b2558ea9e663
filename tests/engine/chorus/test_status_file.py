"""Statuses from a file: read strictly, errors that say what to correct."""

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.ar_chorus_connector.engine.status_file import (
    FileError,
    Problem,
    StatusFile,
    read_statuses,
)

CODES = {"suspendue": "SUSPENDUE", "mise en paiement": "MISE_EN_PAIEMENT"}
HEAD = "Numéro;Statut;Date;Commentaire;Montant;SIREN;Date facture"


def read(*lines, head=HEAD, encoding="utf-8"):
    return read_statuses("\r\n".join([head, *lines]).encode(encoding), CODES)


def test_a_line_is_a_fact():
    told = read("FAC/1;Suspendue;12/03/2026 10:05;BL manquant;;123456789;01/03/2026")
    assert told.errors == ()
    (observed,) = told.observed
    (event,) = observed.events
    assert observed.invoice.number == "FAC/1"
    assert observed.invoice.invoice_date.isoformat() == "2026-03-01"
    assert (event.code, event.comment) == ("SUSPENDUE", "BL manquant")
    assert event.moment.isoformat() == "2026-03-12T09:05:00+00:00"


def test_a_spreadsheet_of_another_age_is_read_too():
    told = read(
        "FAC/1;MISE EN PAIEMENT;2026-03-12;Réglée;1 234,50;;", encoding="cp1252"
    )
    assert told.observed[0].events[0].amount == 123450
    assert told.observed[0].events[0].comment == "Réglée"


def test_the_facts_of_one_invoice_stand_together_and_repeat_themselves():
    lines = ("A;suspendue;2026-03-12;x;;;", "A;mise en paiement;2026-03-13;;;;")
    (observed,) = read(*lines).observed
    assert len(observed.events) == 2
    assert read(*lines).observed == read(*lines).observed


def test_what_is_wrong_is_named_by_line_and_the_rest_is_read():
    told = read(
        "A;suspendue;2026-03-12;;;;",
        ";suspendue;2026-03-12;;;;",
        "B;perdue;2026-03-12;;;;",
        "C;suspendue;hier;;;;",
        "D;suspendue;2026-03-12;;beaucoup;;",
    )
    assert [o.invoice.number for o in told.observed] == ["A"]
    assert told.errors == (
        FileError(Problem.VALUE_MISSING, 3, "number"),
        FileError(Problem.STATUS_UNKNOWN, 4, "status", "perdue"),
        FileError(Problem.DATE_WRONG, 5, "date", "hier"),
        FileError(Problem.AMOUNT_WRONG, 6, "amount", "beaucoup"),
    )


def test_a_missing_column_and_an_empty_file_are_said():
    assert read(head="Numéro;Date").errors == (
        FileError(Problem.COLUMN_MISSING, 1, "status"),
    )
    assert read().errors == (FileError(Problem.EMPTY),)
    assert read_statuses(b"\x00\x01\xff", CODES).errors[0].problem is Problem.UNREADABLE
    large = b"x" * (10 * 1024 * 1024 + 1)
    assert read_statuses(large, CODES).errors == (FileError(Problem.TOO_LARGE),)


@given(st.binary(max_size=400))
def test_whatever_is_sent_is_an_answer(raw):
    assert isinstance(read_statuses(raw, CODES), StatusFile)
    assert isinstance(read_statuses(HEAD.encode() + b"\n" + raw, CODES), StatusFile)
