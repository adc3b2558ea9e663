"""Facts that arrive shuffled, repeated and late end like the ordered story."""

from datetime import datetime, timedelta, timezone

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from shipped_table import shipped_rules

from odoo.addons.ar_chorus_connector.engine.payloads import PlatformEvent
from odoo.addons.ar_chorus_connector.engine.signals import (
    LONGEST_PAUSE_DAYS,
    Terms,
    decide,
)

RULES = shipped_rules()
CODES = [*sorted(RULES), "INCONNU"]
START = datetime(2026, 9, 1, 8, tzinfo=timezone.utc)
TERMS = Terms(amount_due=120_000)


class Buyer(RuleBasedStateMachine):
    """A platform that tells its story badly, and a connector that listens."""

    @initialize()
    def begin(self):
        self.story, self.known, self.clock = [], {}, START

    @rule(
        code=st.sampled_from(CODES),
        wait=st.integers(0, 40),
        comment=st.sampled_from(["", "BL manquant", "RIB", "vu"]),
        amount=st.sampled_from([None, None, 50_000]),
    )
    def status(self, code, wait, comment, amount):
        """Something happens at the buyer's; the connector hears it later or never."""
        self.clock += timedelta(hours=wait * 6)
        self._add(code, comment, amount if code == "MISE_EN_PAIEMENT" else None)

    @rule(comment=st.sampled_from(["Nous attendons", "RIB à fournir"]))
    def comment(self, comment):
        self._add("", comment, None)

    @rule(code=st.sampled_from(CODES), days=st.integers(1, 60))
    def inserted_late(self, code, days):
        """The platform adds to the past."""
        back, self.clock = self.clock, self.clock - timedelta(days=days)
        self._add(code, "", None)
        self.clock = back

    def _add(self, code, comment, amount):
        number = len(self.story) + 1
        self.story.append(
            PlatformEvent(
                external_id=str(number),
                code=code,
                raw_date=self.clock.isoformat(),
                moment=self.clock,
                comment=comment,
                amount=amount,
            )
        )

    @precondition(lambda self: self.story)
    @rule(data=st.data())
    def hear(self, data):
        """Any facts, in any order, some of them again."""
        chosen = data.draw(st.lists(st.sampled_from(self.story), max_size=6))
        for event in chosen:
            self.known[event.external_id] = event

    @precondition(lambda self: self.story)
    @rule(data=st.data())
    def hear_all(self, data):
        for event in data.draw(st.permutations(self.story)):
            self.known[event.external_id] = event
        ordered = sorted(self.story, key=lambda e: e.order)
        assert self._decided() == decide(ordered, RULES, TERMS)
        # The same again changes nothing.
        assert self._decided() == self._decided()

    @invariant()
    def never_two_holds_and_never_without_end(self):
        if not getattr(self, "known", None):
            return
        outcome = self._decided()
        holds = (outcome.notices, outcome.dispute, outcome.pause)
        assert sum(bool(hold) for hold in holds) <= 1
        if outcome.pause and not outcome.accelerate_from:
            longest = timedelta(days=LONGEST_PAUSE_DAYS + 1)
            heard = max(event.moment for event in self.known.values())
            assert outcome.pause.until <= (heard + longest).date()
        if outcome.waiting:
            assert outcome.waiting.day >= outcome.waiting.since.date()

    @precondition(lambda self: self.known)
    @rule()
    def an_unknown_code_changes_nothing(self):
        before = self._decided()
        strange = PlatformEvent("x", "JAMAIS_VU", "", self.clock)
        after = decide([*self.known.values(), strange], RULES, TERMS)
        kept = ("dispute", "pause", "notices", "canonical", "confirmed_due_date")
        for name in kept:
            assert getattr(after, name) == getattr(before, name), name

    def _decided(self):
        return decide(list(self.known.values()), RULES, TERMS)


TestBuyer = Buyer.TestCase
TestBuyer.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
