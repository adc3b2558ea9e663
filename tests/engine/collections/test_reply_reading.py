"""Reading replies: what is suggested, and above all what is not."""

import doctest
from datetime import date

import pytest
import reply_corpus
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.ar_collections.engine import (
    reply_dates,
    reply_figures,
    reply_reading,
    reply_text,
)
from odoo.addons.ar_collections.engine.reply_dates import days
from odoo.addons.ar_collections.engine.reply_figures import amounts, named
from odoo.addons.ar_collections.engine.reply_reading import read
from odoo.addons.ar_collections.engine.reply_text import fold, own_words, plain

TUESDAY = date(2026, 11, 10)
NUMBERS = reply_corpus.NUMBERS


@pytest.mark.parametrize(
    "module", [reply_dates, reply_figures, reply_reading, reply_text]
)
def test_doctests(module):
    assert not doctest.testmod(module).failed


@pytest.mark.parametrize("held", [False, True], ids=["tuned", "held out"])
def test_the_corpus_is_read_with_precision(held, capsys):
    figures, faults = reply_corpus.score(read, held)
    with capsys.disabled():
        print(f"\n{'held out' if held else 'tuned on'}: kind, precision, recall")
        for kind, count in sorted(figures.items()):
            right = count["right"]
            precision = right / (right + count["wrong"] or 1)
            recall = right / (right + count["missed"] or 1)
            print(f"  {kind:8} {precision:6.2f} {recall:6.2f}   of {right}")
    total = sum(figures.values(), start=type(next(iter(figures.values())))())
    precision = total["right"] / (total["right"] + total["wrong"])
    recall = total["right"] / (total["right"] + total["missed"])
    assert precision >= 0.95, faults
    assert recall >= 0.85, faults


def one(text, **kw):
    told = read(text, TUESDAY, NUMBERS, **kw)
    assert len(told) == 1, told
    return told[0]


def day_of(text, month_first=False):
    told = days(fold(text), TUESDAY, month_first)
    return told[0].ahead.isoformat() if told else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("vendredi", "2026-11-13"),
        ("vendredi prochain", "2026-11-13"),
        ("next Friday", "2026-11-20"),
        ("mardi", "2026-11-17"),
        ("fin de mois", "2026-11-30"),
        ("à la fin du mois prochain", "2026-12-31"),
        ("end of next month", "2026-12-31"),
        ("fin février", "2027-02-28"),
        ("sous 8 jours", "2026-11-18"),
        ("sous huitaine", "2026-11-18"),
        ("within 3 working days", "2026-11-13"),
        ("dans 5 jours ouvrés", "2026-11-17"),
        ("in two weeks", "2026-11-24"),
        ("la semaine prochaine", "2026-11-20"),
        ("early next week", "2026-11-17"),
        ("semaine 48", "2026-11-27"),
        ("le 5", "2026-12-05"),
        ("le 1er décembre", "2026-12-01"),
        ("December 1st, 2026", "2026-12-01"),
        ("3 janvier", "2027-01-03"),
        ("27.11.2026", "2026-11-27"),
        ("2026-11-27", "2026-11-27"),
        ("bientôt", None),
        ("soon", None),
        ("le 31/02", None),
        ("12,50 €", None),
        ("we may pay", None),
    ],
)
def test_days(text, expected):
    assert day_of(text) == expected


def test_day_and_month_by_language():
    assert day_of("by 03/12", month_first=False) == "2026-12-03"
    assert day_of("by 03/12", month_first=True) == "2027-03-12"
    assert day_of("by 03/12", month_first=None) is None, "two ways to read it"
    assert day_of("by 11/27", month_first=None) == "2026-11-27", "only one"
    told = one("Nous réglerons le 03/12.", month_first=True)
    assert told.day == date(2026, 12, 3), "nobody writes so in French"


def test_what_others_wrote_is_not_read():
    assert not read("Vu.\n\n> Nous avons payé hier", TUESDAY)
    assert not read("Vu.\n-----Original Message-----\nWe will pay on Friday", TUESDAY)
    assert not read("Ok\nRegards\nJim\nWe pay on Fridays only", TUESDAY)
    below = "On Mon, 9 Nov 2026, AR wrote:\n> When?\n\nWe will pay on Friday."
    assert one(below).day == date(2026, 11, 13)
    assert "payé" not in plain("<p>Vu</p><blockquote>payé hier</blockquote>")
    assert own_words("Vu\nPS : payé hier") == "Vu\nPS : payé hier"


def test_wrapped_lines_are_one_sentence():
    told = one("Bonjour,\nnous vous confirmons que le virement\npartira vendredi.")
    assert told.sentence == "nous vous confirmons que le virement partira vendredi."


@pytest.mark.parametrize(
    "text",
    [
        "Nous n'avons pas encore payé.",
        "We haven't paid this yet.",
        "Si le client nous paie, nous réglerons vendredi.",
        "Pouvons-nous payer vendredi ?",
        "We hope to pay on Friday.",
        "Nous devions payer vendredi.",
        "Votre facture du 27/11 sera payée prochainement.",
        "Le litige est réglé.",
    ],
)
def test_no_suggestion(text):
    assert not read(text, TUESDAY, NUMBERS)


def test_invoices_are_named_exactly_or_not_at_all():
    assert named("factures 117 et 123", NUMBERS)[0] == NUMBERS[:2]
    assert named("fac 2026-00131", NUMBERS)[0] == [NUMBERS[2]]
    assert named("117", NUMBERS)[0] == [], "no word says that it is an invoice"
    assert named("facture 118", NUMBERS) == ([], "facture    ", True)
    twins = ["A/2026/0007", "B/2026/0007"]
    assert named("facture 7", twins)[0] == []
    told = one("La facture 999 sera payée vendredi.")
    assert told.unknown and not told.sure


def test_two_facts_in_one_mail():
    told = read(
        "La 00117 a été payée hier, mais la 00123 fait doublon.", TUESDAY, NUMBERS
    )
    found = [(t.kind, t.reason, t.numbers) for t in told]
    assert ("paid", None, (NUMBERS[0],)) in found
    assert ("dispute", "duplicate", (NUMBERS[1],)) in found


@given(st.text(max_size=300))
def test_nothing_a_customer_writes_breaks_the_reading(text):
    for told in read(text, TUESDAY, NUMBERS):
        assert told.sentence


@given(
    st.integers(1, 10**9),
    st.sampled_from(["{} €", "EUR {}", "{} euros", "€{}"]),
)
def test_amounts_are_read_to_the_cent(cents, shape):
    text = shape.format(f"{cents // 100:,}.{cents % 100:02d}".replace(",", " "))
    assert amounts(fold(text)) == [(cents, "EUR")]
