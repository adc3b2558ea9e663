"""Which items does each receipt of a batch pay?

The batch is solved as a whole:

1. receipts that name, in full, documents whose sum is theirs; of two that want the
   same item the earlier one has it, and two of one day neither;
2. the others, day by day, each against what is still free on its day. Announced
   payments win over the last digits of a number, these over amounts; a guess from the
   amount never wins over another receipt that the item may belong to;
3. proposals: an item is proposed to one receipt only.

Precision comes from abstaining. Nothing depends on the order of the arguments.
"""

from __future__ import annotations

import gc
from collections import defaultdict
from dataclasses import replace

from . import announced, cited, judge, uncited
from .facts import Decision, GapKind, reason, refused
from .hypothesis import BY_AMOUNT, BY_CITATION, Reading
from .names import NameIndex
from .payers import identify
from .pool import Pool
from .references import ReferenceIndex, Text

#: Everything named, and nothing else, is paid.
WHOLE = ("cited_one", "cited_several", "cited_instalment")
MAX_PARTNERS = 8
#: Hypotheses told of one receipt.
MAX_SHOWN = judge.MAX_SHOWN
#: Fewer digits say nothing of an unknown payer's invoice, even with its amount.
MIN_DIGITS = 4
MAX_PASSES = 4
#: A proposal this likely keeps a guess from taking its items.
LIKELY = 0.3


def match(receipts, ledger):
    """Decide for every receipt of one company.

    Guaranteed for any input: an allocation never exceeds its item's residual, no
    item is allocated twice, an ``auto`` outcome explains the receipt to the cent,
    and the result does not depend on the order of the arguments.

    :param receipts: iterable of :class:`~.facts.Receipt` with distinct ids; those that
        are not money in are passed over
    :param facts.Ledger ledger: open items, documents, payers, notices
    :return: one outcome per receipt id
    :rtype: dict[int, facts.Outcome]
    """
    # Everything lives until the end of the batch and nothing refers in circles: the
    # collector would only walk through it again and again (a third of the time).
    collecting = gc.isenabled()
    gc.disable()
    try:
        return Batch(receipts, ledger).solve()
    finally:
        if collecting:
            gc.enable()


def _names(ledger):
    """The customers' names and those that people taught, by key."""
    names = dict(ledger.names)
    if ledger.memory is not None:
        for key, partners in ledger.memory.names().items():
            names[key] = names.get(key, frozenset()) | partners
    return names


def read(receipt, ledger, index, names):
    """Read a receipt's payer and citations.

    Structured references and referred documents are whole numbers; in the texts
    numbers are looked for. One document cited twice counts once.

    :rtype: Reading
    """
    hits, texts = {}, []
    for reference in (*receipt.structured, *receipt.documents):
        hit = index.find_whole(reference)
        for found in [hit] if hit else index.find(reference):
            hits.setdefault(found.documents, found)
    for _source, text in receipt.texts:
        text = Text(text)
        texts.append(text)
        for found in index.find(text):
            hits.setdefault(found.documents, found)
    amount, currency = receipt.amount, receipt.currency
    if receipt.original_amount and receipt.original_currency not in ("", currency):
        amount, currency = receipt.original_amount, receipt.original_currency
    payer = identify(receipt, ledger, names)
    return Reading(receipt, payer, tuple(hits.values()), tuple(texts), amount, currency)


class Batch:
    """Receipts and items of one company, while they are given to each other."""

    def __init__(self, receipts, ledger):
        index = ReferenceIndex(ledger.documents)
        names = NameIndex(_names(ledger))
        self.pool = Pool(ledger, index)
        self.readings = {
            receipt.id: read(receipt, ledger, index, names)
            for receipt in sorted(receipts, key=lambda receipt: receipt.id)
            if receipt.amount > 0
        }
        self.outcomes = {}
        #: Item -> receipts that may pay it, but are not sure to.
        self.hoped = defaultdict(set)
        #: Receipts that lost an item to another: receipt -> the other.
        self.rivals = {}
        #: Receipts that tell what one booked on their day tells: receipt -> the other.
        self.doubles = {}
        self._thought = {}

    def solve(self):
        """:return: outcome per receipt id"""
        self._by_citation()
        waiting = [r for key, r in self.readings.items() if key not in self.outcomes]
        waiting.sort(key=lambda reading: (reading.receipt.date, reading.receipt.id))
        days = defaultdict(list)
        for reading in waiting:
            days[reading.receipt.date].append(reading)
        proposals = {}
        for readings in days.values():
            proposals.update(self._of_day(readings))
        self._propose(proposals)
        return {key: self.outcomes[key] for key in self.readings}

    # Decisions -------------------------------------------------------------------

    def _think(self, reading):
        """The outcome against what is free now.

        What was thought before stands as long as nothing was given of the customers
        that it is about.
        """
        key, pool = reading.receipt.id, self.pool
        if key in self._thought:
            outcome, about, given = self._thought[key]
            if not any(pool.touched.get(partner, 0) > given for partner in about):
                return outcome
        outcome = self._decide(reading)
        about = set(reading.payer.may_be)
        about.update(pool.owner(document) for document in reading.cited)
        for shown in (outcome, *outcome.alternatives):
            about.update(pool.items[a.item].partner for a in shown.allocations)
        if outcome.notices:
            # Notices may be taken without their customer being touched.
            return outcome
        self._thought[key] = outcome, about, pool.given
        return outcome

    def _decide(self, reading):
        hypotheses = self._hypotheses(reading)
        ranked = judge.weigh(reading, hypotheses, self.pool)
        outcome = judge.decide(reading, ranked, self.pool) if ranked else None
        return outcome or judge.left(reading, self.pool)

    def _hypotheses(self, reading):
        pool = self.pool
        found = cited.cited(reading, pool)
        if any(self._is_complete(reading, hypothesis) for hypothesis in found):
            return found
        found += announced.announced(reading, pool)
        found += announced.together(reading, pool)
        partners = self._partners(reading)
        for partner in partners:
            found += cited.short(reading, pool, partner)
            found += uncited.uncited(reading, pool, partner)
        if not partners or reading.payer.weak or reading.payer.partner is None:
            found += self._by_amount_and_digits(reading)
            found += self._by_digits(reading)
        return found

    def _partners(self, reading):
        """Whose items are looked at: of many, those who owe this very amount first."""
        partners = sorted(reading.payer.may_be)
        if len(partners) > MAX_PARTNERS:
            owe = self.pool.of_amount(reading.amount, reading.currency)
            owe = {item.partner for item in owe}
            partners.sort(key=lambda partner: partner not in owe)
        return partners[:MAX_PARTNERS]

    def _is_complete(self, reading, hypothesis):
        """Everything named is paid to the cent: nothing else needs to be tried."""
        if hypothesis.gap_kind is not GapKind.NONE or hypothesis.cite < 5.0:
            return False
        if hypothesis.rule not in WHOLE:
            return False
        documents = {item.document for item in hypothesis.items}
        return all(documents.intersection(hit.documents) for hit in reading.hits)

    def _by_amount_and_digits(self, reading):
        """Unknown payer: items of this very amount whose last digits are written."""
        digits = [d for text in reading.texts for d, _at, _last in text.digits()]
        if max(map(len, digits), default=0) < MIN_DIGITS:
            return []
        found, seen = [], set()
        for item in self.pool.of_amount(reading.amount, reading.currency):
            if item.partner not in seen:
                seen.add(item.partner)
                for hypothesis in cited.short(reading, self.pool, item.partner):
                    if not hypothesis.gap and hypothesis.gap_kind is GapKind.NONE:
                        found.append(hypothesis)
        return found

    def _by_digits(self, reading):
        """Unknown payer: documents that end as a long run of digits does.

        Their exact sum is as good as one item's amount; the rest is only shown.
        """
        partners = {
            partner
            for text in reading.texts
            for digits, _at, _last in text.digits()
            if len(digits.lstrip("0")) >= MIN_DIGITS
            for partner in self.pool.of_tail(digits)
        }
        found = []
        for partner in sorted(partners - reading.payer.may_be)[:MAX_PARTNERS]:
            for hypothesis in cited.short(reading, self.pool, partner):
                if hypothesis.rule not in WHOLE or (
                    hypothesis.gap_kind is not GapKind.NONE
                ):
                    why = reason("letter_payer_unknown")
                    hypothesis = hypothesis.but(vetoes=(*hypothesis.vetoes, why))
                found.append(hypothesis)
        return found

    # Step one: named in full --------------------------------------------------------

    def _by_citation(self):
        found = {}
        for key, reading in self.readings.items():
            if not reading.hits:
                continue
            outcome = self._think(reading)
            if _is_auto(outcome) and outcome.tier == BY_CITATION:
                found[key] = outcome
        self._settle(found)

    # Step two: day by day -------------------------------------------------------------

    def _of_day(self, readings):
        """Book what is sure; return what may be proposed."""
        waiting, thought = readings, {}
        for _pass in range(MAX_PASSES):
            thought = {r.receipt.id: self._think(r) for r in waiting}
            self._hope(thought)
            sure = {
                key: self._guarded(outcome)
                for key, outcome in thought.items()
                if _is_auto(outcome)
            }
            sure = {key: outcome for key, outcome in sure.items() if _is_auto(outcome)}
            settled = self._settle(sure)
            waiting = [r for r in waiting if r.receipt.id not in self.outcomes]
            if not settled or not waiting:
                break
        return {
            key: self._guarded(outcome)
            for key, outcome in thought.items()
            if key not in self.outcomes
        }

    def _hope(self, thought):
        for key, outcome in thought.items():
            if outcome.probability >= LIKELY:
                for allocation in outcome.allocations:
                    self.hoped[allocation.item].add(key)

    def _guarded(self, outcome):
        """A guess from the amount gives way to whoever else may pay the item.

        What came twice is for a person, whatever else it would fit.
        """
        if not _is_auto(outcome):
            return outcome
        if outcome.receipt in self.doubles:
            other = {"receipt": self.doubles[outcome.receipt]}
            why = reason("letter_claimed_twice", receipt=other)
            return replace(outcome, decision=Decision.PROPOSE, vetoes=(why,))
        if outcome.tier > BY_AMOUNT:
            return outcome
        others = {
            key
            for allocation in outcome.allocations
            for key in self.hoped[allocation.item]
            if key != outcome.receipt and key not in self.outcomes
        }
        if not others:
            return outcome
        why = reason("letter_claimed_twice", receipt={"receipt": min(others)})
        return replace(outcome, decision=Decision.PROPOSE, vetoes=(why,))

    def _settle(self, found):
        """Give items out; of two receipts the stronger, then the earlier has them.

        :return: whether anything was given
        """
        wanted = _wanted(found)
        given = []
        for key, outcome in found.items():
            rivals = _rivals(outcome, wanted, key)
            if all(self._wins(outcome, found[other]) for other in rivals):
                given.append(outcome)
            else:
                self.rivals[key] = first = min(rivals)
                if self._are_twins(outcome, found[first]):
                    self.doubles[key] = first
        for outcome in given:
            self.outcomes[outcome.receipt] = outcome
            self.pool.take([a.item for a in outcome.allocations], outcome.notices)
            self.pool.book(self.readings[outcome.receipt].receipt, outcome.partner)
        self._leave_tied(found, wanted)
        return bool(given)

    def _leave_tied(self, found, wanted):
        """Receipts that tie for an item stay with a person, all of them."""
        for key, outcome in found.items():
            if key in self.outcomes:
                continue
            ties = {
                other
                for other in _rivals(outcome, wanted, key)
                if self._claim(found[other]) == self._claim(outcome)
                and not self._are_twins(outcome, found[other])
            }
            if ties:
                self.outcomes[key] = _lost(outcome, min(ties))

    def _wins(self, outcome, other):
        """Whether one receipt has a better claim than another.

        Of a payment that came twice on one day the bank's first line has the item:
        the two are the same but for that.
        """
        mine, theirs = self._claim(outcome), self._claim(other)
        if mine == theirs and self._are_twins(outcome, other):
            return outcome.receipt < other.receipt
        return mine > theirs

    def _are_twins(self, outcome, other):
        """Whether one payer sent the very same twice on a day, naming what it pays."""
        if not all(judge.is_named(o) for o in (outcome, other)):
            return False
        first, second = (self.readings[o.receipt].receipt for o in (outcome, other))
        if not (first.payer_account or first.payer_name):
            return False
        return first == replace(second, id=first.id)

    def _claim(self, outcome):
        """Strength of a claim: the larger wins, equal ones tie."""
        day = self.readings[outcome.receipt].receipt.date
        return (outcome.tier, -day.toordinal())

    # Step three: proposals ------------------------------------------------------------

    def _propose(self, proposals):
        """Give the rest out as proposals, each item once."""
        current = {}
        for key, outcome in proposals.items():
            if key in self.outcomes:
                continue
            if any(a.item in self.pool.taken for a in outcome.allocations) or (
                _is_auto(outcome)
            ):
                outcome = self._again(key)
            current[key] = outcome
        shown = {
            key: outcome
            for key, outcome in current.items()
            if outcome.decision is Decision.PROPOSE
        }
        wanted = _wanted(shown)
        for key, outcome in current.items():
            if key in shown:
                rivals = _rivals(outcome, wanted, key)
                mine = _likelihood(outcome)
                if any(_likelihood(shown[other]) >= mine for other in rivals):
                    outcome = _lost(outcome, min(rivals))
            self.outcomes[key] = outcome

    def _again(self, key):
        """Its items went to another receipt meanwhile: think once more."""
        outcome = self._think(self.readings[key])
        if _is_auto(outcome):
            other = self.rivals.get(key)
            why = reason("letter_item_taken")
            if other is not None:
                why = reason("letter_claimed_twice", receipt={"receipt": other})
            outcome = replace(outcome, decision=Decision.PROPOSE, vetoes=(why,))
        return outcome


def _is_auto(outcome):
    return outcome.decision is Decision.AUTO


def _likelihood(outcome):
    return (outcome.tier, round(outcome.probability, 9))


def _claims(outcome):
    claims = {("item", allocation.item) for allocation in outcome.allocations}
    return claims | {("notice", notice) for notice in outcome.notices}


def _wanted(found):
    wanted = defaultdict(set)
    for key, outcome in found.items():
        for claim in _claims(outcome):
            wanted[claim].add(key)
    return wanted


def _rivals(outcome, wanted, key):
    return {other for claim in _claims(outcome) for other in wanted[claim]} - {key}


def _lost(outcome, rival):
    """Left, because another receipt may pay the same: what it may be stays told."""
    why = reason("letter_claimed_twice", receipt={"receipt": rival})
    wanted = replace(
        outcome,
        decision=Decision.PROPOSE,
        vetoes=(why,),
        alternatives=(),
    )
    shown = (wanted, *outcome.alternatives)[:MAX_SHOWN]
    return replace(refused(outcome, why), alternatives=shown)
