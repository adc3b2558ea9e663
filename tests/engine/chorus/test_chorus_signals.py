"""The story of an invoice, told through the shipped table of statuses."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shipped_table import shipped_rules

from odoo.addons.ar_chorus_connector.engine.dates import parse_moment
from odoo.addons.ar_chorus_connector.engine.payloads import PlatformEvent
from odoo.addons.ar_chorus_connector.engine.signals import Terms, decide
from odoo.addons.ar_chorus_connector.engine.statuses import Canonical, Effect

RULES = shipped_rules()


def event(number, code, when, comment="", amount=None):
    return PlatformEvent(
        external_id=str(number),
        code=code,
        raw_date=when,
        moment=parse_moment(when),
        comment=comment,
        amount=amount,
    )


def told(*facts, **terms):
    """Outcome of ``(code, date)`` or ``(code, date, comment)`` facts, in order."""
    events = [event(n, *fact) for n, fact in enumerate(facts, 1)]
    return decide(events, RULES, Terms(**terms))


def test_the_shipped_table_knows_the_57_statuses():
    assert len(RULES) == 57
    for rule in RULES.values():
        asks_someone = rule.effect in (Effect.DISPUTE, Effect.REVIEW)
        assert bool(rule.reason) == asks_someone, rule.code


def test_payment_sent_is_announced_three_working_days_ahead():
    outcome = told(("MISE_EN_PAIEMENT", "2026-07-10 09:00"), amount_due=120000)
    (notice,) = outcome.notices
    assert notice.amount == 120000
    # A Friday: the week-end and the national holiday of the 14th do not count.
    assert notice.expected == date(2026, 7, 16)
    assert outcome.dispute is None and outcome.pause is None


def test_the_amount_of_the_announcement_itself_wins():
    fact = event(1, "MISE_EN_PAIEMENT", "2026-07-10 09:00", amount=5000)
    outcome = decide([fact], RULES, Terms(amount_due=120000))
    assert [notice.amount for notice in outcome.notices] == [5000]


def test_a_regression_takes_the_announcement_back():
    outcome = told(
        ("MISE_EN_PAIEMENT", "2026-07-10 09:00"),
        ("SUSPENDUE", "2026-07-11 09:00", "RIB à fournir"),
    )
    assert outcome.notices == ()
    assert outcome.dispute.reason == "ar_collections.reason_documents"
    assert outcome.dispute.comment == "RIB à fournir"


def test_completing_ends_the_dispute_and_pauses():
    outcome = told(("SUSPENDUE", "2026-07-01 09:00"), ("COMPLETEE", "2026-07-03 09:00"))
    assert outcome.dispute is None
    assert outcome.pause.until == date(2026, 7, 18)


def test_a_suspended_invoice_taken_up_again_is_chased_again():
    outcome = told(
        ("SUSPENDUE", "2026-07-01 09:00"), ("MISE_A_DISPOSITION", "2026-07-03 09:00")
    )
    assert outcome.dispute is None and outcome.pause is None


def test_two_suspensions_in_a_row_are_one_dispute_with_the_last_comment():
    outcome = told(
        ("SUSPENDUE", "2026-07-01 09:00", "numéro d'engagement"),
        ("SUSPENDUE", "2026-07-02 09:00", ""),
        ("SUSPENDUE", "2026-07-03 09:00", "et le bon de livraison"),
    )
    assert outcome.dispute.keys == ("1", "2", "3")
    assert outcome.dispute.comment == "et le bon de livraison"


def test_rejection_after_suspension_is_another_dispute():
    outcome = told(("SUSPENDUE", "2026-07-01 09:00"), ("REJETEE", "2026-07-05 09:00"))
    assert outcome.dispute.keys == ("2",)
    assert outcome.dispute.reason == "ar_collections.reason_rejected"


def test_a_pause_ends_even_if_the_buyer_repeats_himself():
    facts = [("SERVICE_FAIT", f"2026-07-{day:02d} 09:00") for day in range(1, 29)]
    assert told(*facts).pause.until == date(2026, 7, 16)


def test_validators_that_pass_the_invoice_round_win_no_endless_pause():
    codes = ("A_VALIDER_1", "SERVICE_FAIT")
    facts = [
        (codes[n % 2], f"2026-{1 + n // 28:02d}-{1 + n % 28:02d} 09:00")
        for n in range(120)
    ]
    assert told(*facts).pause.until == date(2026, 3, 2)


def test_an_ordered_payment_is_chased_two_days_after_the_legal_due_date():
    outcome = told(
        ("MISE_A_DISPOSITION", "2026-06-01 09:00"), ("MANDATEE", "2026-06-20 09:00")
    )
    assert outcome.confirmed_due_date == date(2026, 7, 1)
    assert outcome.accelerate_from == outcome.pause.until == date(2026, 7, 3)


def test_ordered_after_the_due_date_gets_two_days():
    outcome = told(
        ("MISE_A_DISPOSITION", "2026-06-01 09:00"), ("MANDATEE", "2026-08-10 09:00")
    )
    assert outcome.pause.until == date(2026, 8, 12)


def test_progress_after_the_order_to_pay_wins_no_further_delay():
    outcome = told(
        ("MISE_A_DISPOSITION", "2026-06-01 09:00"),
        ("MANDATEE", "2026-08-10 09:00"),
        ("COMPTABILISEE", "2026-08-20 09:00"),
    )
    assert outcome.pause.until == date(2026, 8, 12)


def test_a_rejection_takes_the_confirmation_back():
    outcome = told(
        ("MISE_A_DISPOSITION", "2026-06-01 09:00"),
        ("MANDATEE", "2026-06-20 09:00"),
        ("REJETEE", "2026-06-21 09:00"),
    )
    assert outcome.confirmed_due_date is None


def test_an_unknown_status_changes_nothing_and_is_named():
    facts = [("SUSPENDUE", "2026-07-01 09:00", "bon de commande")]
    before, after = told(*facts), told(*facts, ("NOUVEAUTE", "2026-07-02 09:00"))
    assert after.unknown_codes == ("NOUVEAUTE",)
    assert (after.dispute, after.canonical) == (before.dispute, Canonical.SUSPENDED)


def test_a_draft_changes_nothing():
    outcome = told(("REJETEE", "2026-07-01 09:00"), ("BROUILLON", "2026-07-02 09:00"))
    assert outcome.dispute.code == "REJETEE"


def test_a_comment_without_status_is_the_last_comment_and_moves_nothing():
    comment = PlatformEvent(
        external_id="e1",
        code="",
        raw_date="2026-07-03 09:00",
        moment=parse_moment("2026-07-03 09:00"),
        comment="Nous attendons le service",
    )
    outcome = decide([event(1, "SUSPENDUE", "2026-07-01 09:00"), comment], RULES)
    assert outcome.comment == "Nous attendons le service"
    assert outcome.dispute.since == parse_moment("2026-07-01 09:00")
    assert outcome.code == "SUSPENDUE"


def test_two_statuses_of_one_minute_follow_the_platform_s_numbers():
    same = "2026-07-01 09:00"
    late = [event(10, "REJETEE", same), event(9, "MISE_A_DISPOSITION", same)]
    assert decide(late, RULES).code == "REJETEE"


def test_the_order_is_the_facts_own_not_the_rank_of_the_code():
    outcome = told(
        ("REJETEE", "2026-07-05 09:00"), ("MISE_A_DISPOSITION", "2026-07-01 09:00")
    )
    assert outcome.code == "REJETEE" and outcome.dispute


def test_a_fact_without_a_date_is_told_and_not_acted_upon():
    outcome = told(("SUSPENDUE", "demain"))
    assert outcome.undated == ("1",) and outcome.dispute is None


def test_nothing_told_nothing_done():
    outcome = decide([], RULES)
    assert outcome.canonical is None and outcome.dispute is None


CODES = sorted(RULES) + ["INCONNU_1", "INCONNU_2"]
facts = st.lists(
    st.tuples(
        st.sampled_from(CODES),
        st.integers(1, 28),
        st.sampled_from(["08:00", "08:01", "17:59"]),
        st.sampled_from(["", "pièce manquante", "en cours"]),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=200, deadline=None)
@given(facts, st.data())
def test_shuffled_repeated_and_delayed_facts_end_like_the_ordered_story(told_, data):
    story = [
        event(n, code, f"2026-03-{day:02d} {hour}", comment)
        for n, (code, day, hour, comment) in enumerate(told_, 1)
    ]
    expected = decide(story, RULES)
    shuffled = data.draw(st.permutations(story))
    repeats = data.draw(st.lists(st.sampled_from(story), max_size=5))
    known = []
    # They arrive one after the other; what is known is decided upon each time.
    for fact in [*shuffled, *repeats]:
        known.append(fact)
        outcome = decide(known, RULES)
    assert outcome == expected
    holds = (outcome.notices, outcome.dispute, outcome.pause)
    assert sum(bool(hold) for hold in holds) <= 1


@pytest.mark.parametrize("code", sorted(RULES))
def test_every_pause_has_an_end(code):
    outcome = told((code, "2026-03-02 09:00"))
    if outcome.pause:
        assert date(2026, 3, 2) < outcome.pause.until <= date(2026, 4, 1)
