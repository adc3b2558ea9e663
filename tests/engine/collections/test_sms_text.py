"""The text of an SMS: what it costs, and how it is kept cheap."""

import pytest

from odoo.addons.ar_collections.engine.delivery import NotSent, Outcome, classify
from odoo.addons.ar_collections.engine.sms_text import parts, plain_text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0),
        ("e" * 160, 1),
        ("e" * 161, 2),
        ("e" * 306, 2),
        ("e" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("ê" * 70, 1),
        ("ê" * 71, 2),
        ("é" * 160, 1),
        ("😀" * 36, 2),
    ],
)
def test_a_text_is_paid_for_by_its_parts(text, expected):
    assert parts(text) == expected


def test_typography_costs_nothing():
    text = "L’échéance\u00a0: 1\u202f234,50\u00a0€ –\n merci…"
    assert plain_text(text) == "L'échéance : 1 234,50 € - merci..."


def test_accents_go_only_where_that_saves_a_part():
    assert plain_text("échue le 3 août") == "échue le 3 août"
    long = "échue le 3 août, " + "merci de régler " * 6
    assert plain_text(long).startswith("échue le 3 aout, ")
    assert parts(plain_text(long)) == 1


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.RETRY, Outcome.IN_DOUBT])
@pytest.mark.parametrize("handed_over", [False, True])
def test_what_a_provider_says_for_sure_is_believed(outcome, handed_over):
    assert classify(NotSent(outcome, "No credit"), handed_over) is outcome
