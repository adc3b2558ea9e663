"""Exhibits: one number each, and what misses is named."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.ar_collections.engine.exhibits import (
    ORDER,
    Exhibit,
    checklist,
    completeness,
    file_name,
    numbered,
)

exhibits = st.lists(
    st.builds(
        Exhibit,
        key=st.integers(),
        kind=st.sampled_from([*ORDER, "order_court"]),
        name=st.text(max_size=5),
        day=st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1)),
        invoice=st.sampled_from(["", "F1", "F2"]),
        stored=st.booleans(),
    ),
    max_size=12,
)


@given(exhibits)
def test_every_stored_exhibit_has_one_number(told):
    numbers = numbered(told)
    assert [number for number, _ in numbers] == list(range(1, len(numbers) + 1))
    assert len(numbers) == sum(e.stored and e.kind in ORDER for e in told)
    kinds = [ORDER.index(e.kind) for _, e in numbers]
    assert kinds == sorted(kinds)


def test_what_misses_is_named():
    told = [
        Exhibit(1, "invoice", "F1", invoice="F1"),
        Exhibit(2, "order", "Order"),
        Exhibit(3, "formal_notice", "Notice"),
        Exhibit(4, "delivery", "Delivery", stored=False),
        Exhibit(5, "proof_refused", "Came back"),
    ]
    checks = checklist(told, ["F1", "F2"])
    missing = [(c.kind, c.about) for c in checks if not c.present]
    assert missing == [
        ("invoice", "F2"),
        ("delivery", ""),
        ("terms", ""),
        ("statement", ""),
        ("reminder", ""),
    ]
    assert completeness(checks) == 44
    waived = checklist(told, ["F1"], waived={"terms", "delivery"})
    assert [c.kind for c in waived if not c.present] == ["statement", "reminder"]


def test_file_names_carry_the_number():
    name = file_name(12, "Pièce", "Mise en demeure : “dernière”", "MED.pdf")
    assert name == "Piece-12-Mise-en-demeure-derniere.pdf"
    assert file_name(1, "Exhibit", "x", "../../etc/passwd").endswith(".bin")
