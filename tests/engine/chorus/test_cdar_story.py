"""Messages shuffled, repeated and late end in the state of the ordered story."""

from hypothesis import given
from hypothesis import strategies as st
from shipped_table import shipped_rules

from odoo.addons.ar_chorus_connector.engine.cdar import parse_cdar
from odoo.addons.ar_chorus_connector.engine.cdar_codes import LifecycleCode
from odoo.addons.ar_chorus_connector.engine.cdar_facts import observed_of
from odoo.addons.ar_chorus_connector.engine.signals import Terms, decide
from odoo.addons.ar_chorus_connector.engine.statuses import Effect

from tests.simulators.xp_z12_013_data import cdar

RULES = shipped_rules("pa")
STATUSES = st.lists(
    st.tuples(
        st.sampled_from([code.value for code in LifecycleCode]),
        # Few moments: many facts of one second.
        st.integers(0, 5),
        st.sampled_from([None, "10.00", "250.00"]),
    ),
    min_size=1,
    max_size=8,
)


def messages(statuses):
    for number, (code, second, amount) in enumerate(statuses):
        figures = [{"kind": "MPA", "amount": amount}] if amount else []
        yield cdar(
            {
                "id": f"m{number}",
                "number": "FAC/1",
                "code": code,
                "when": f"2026091010000{second}",
                "figures": figures,
            }
        )


def outcome(files):
    events = [
        event
        for raw in files
        for observed in observed_of(parse_cdar(raw))
        for event in observed.events
    ]
    return decide(events, RULES, Terms(amount_due=100_000, public=False))


def test_every_code_has_a_rule():
    assert {code.value for code in LifecycleCode} <= set(RULES)
    for rule in RULES.values():
        asks = rule.effect in (Effect.DISPUTE, Effect.REVIEW)
        assert bool(rule.reason) == asks, rule.code


@given(STATUSES, st.randoms(use_true_random=False))
def test_order_and_repetition_change_nothing(statuses, random):
    ordered = list(messages(statuses))
    told = ordered + random.choices(ordered, k=3)
    random.shuffle(told)
    assert outcome(told) == outcome(ordered)
