"""Which items does each receipt of a batch pay?

The batch is solved as a whole, rule by rule, strongest first:

1. *cited*: the payer names documents, and what is open of them makes the amount,
   alone, by instalments, or net of the payer's credits;
2. *announced*: a known payer pays to the cent what was announced;
3. *short reference*: a known payer cites few digits, and the sum is right;
4. proposals only: a sum of a known payer's items, or an announced amount.

Precision comes from abstaining. Nothing is booked for its amount alone. When two
receipts of one rule want the same item, neither gets it. Each step looks at all
receipts at once, so the order of the batch changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace

from . import hypotheses
from .facts import Decision, Outcome, reason
from .payers import identify
from .references import SHORT, ReferenceIndex

#: Rules by strength; receipts compete for items inside one step only.
STEPS = (
    hypotheses.cited,
    hypotheses.announced,
    hypotheses.short_reference,
    hypotheses.sums,
)


@dataclass(frozen=True)
class Reading:
    """A receipt with what was understood of it: payer, citations."""

    receipt: object
    payer: object
    hits: tuple = ()
    short_hits: tuple = ()


class Pool:
    """The items still free, and the ways to look them up."""

    def __init__(self, ledger):
        self.ledger = ledger
        self.items = {item.id: item for item in ledger.items}
        self.by_document = defaultdict(list)
        self.by_partner = defaultdict(list)
        for item in sorted(ledger.items, key=lambda item: (item.due, item.id)):
            self.by_document[item.document].append(item)
            self.by_partner[item.partner].append(item)
        self.notices = defaultdict(list)
        for notice in ledger.notices:
            self.notices[notice.currency, notice.amount].append(notice)
        self.taken = set()
        self.used_notices = set()

    def free(self, items):
        """:return: the given items that no receipt took."""
        return [item for item in items if item.id not in self.taken]

    def of_document(self, document):
        """:return: free items of a document, oldest due first."""
        return self.free(self.by_document.get(document, ()))

    def of_partner(self, partner, currency):
        """:return: free items of a customer in a currency, oldest due first."""
        items = self.free(self.by_partner.get(partner, ()))
        return [item for item in items if item.currency == currency]


def match(receipts, ledger):
    """Decide for every receipt of one company.

    Guaranteed for any input: an allocation never exceeds its item's residual, no
    item is allocated twice, an ``auto`` outcome allocates the receipt to the cent,
    and the result does not depend on the order of the arguments.

    :param receipts: iterable of :class:`~.facts.Receipt` with distinct ids; those that
        are not money in are passed over
    :param facts.Ledger ledger: open items, documents, payers, notices
    :return: one outcome per receipt id
    :rtype: dict[int, facts.Outcome]
    """
    pool = Pool(ledger)
    index = ReferenceIndex(ledger.documents)
    waiting = {
        receipt.id: read(receipt, ledger, index)
        for receipt in sorted(receipts, key=lambda receipt: receipt.id)
        if receipt.amount > 0
    }
    outcomes = {}
    for step in STEPS:
        found = {}
        for key, reading in waiting.items():
            outcome = step(reading, pool)
            if outcome is not None:
                found[key] = outcome
        outcomes.update(_settle(found, pool))
        waiting = {key: r for key, r in waiting.items() if key not in outcomes}
    for key, reading in waiting.items():
        outcomes[key] = hypotheses.nothing(reading, pool)
    return outcomes


def read(receipt, ledger, index):
    """Read a receipt's payer and citations.

    Structured references and referred documents are whole numbers; in the texts
    numbers are looked for. One document cited twice counts once.

    :rtype: Reading
    """
    strong, short = {}, {}
    for reference in (*receipt.structured, *receipt.documents):
        hit = index.find_whole(reference)
        for found in [hit] if hit else index.find(reference):
            _keep(found, strong, short)
    for _source, text in receipt.texts:
        for found in index.find(text):
            _keep(found, strong, short)
    payer = identify(receipt, ledger)
    return Reading(receipt, payer, tuple(strong.values()), tuple(short.values()))


def _keep(hit, strong, short):
    (short if hit.strength == SHORT else strong).setdefault(hit.documents, hit)


def _settle(found, pool):
    """Give items out; a tie gives to nobody. Then block what was wanted.

    Only booked allocations compete with proposals of the same step: what is certain
    for one receipt is not proposed to another.
    """
    settled = {}
    for decision in (Decision.AUTO, Decision.PROPOSE):
        group = {k: o for k, o in found.items() if o.decision is decision}
        wanted = defaultdict(set)
        for key, outcome in group.items():
            for claim in _claims(outcome):
                wanted[claim].add(key)
        taken_before = set(pool.taken)
        for key, outcome in group.items():
            rivals = {other for claim in _claims(outcome) for other in wanted[claim]}
            rivals.discard(key)
            lost = any(a.item in taken_before for a in outcome.allocations)
            if rivals or lost:
                outcome = _lost(outcome, rivals)
            settled[key] = outcome
        for claims in (_claims(outcome) for outcome in group.values()):
            pool.taken.update(ident for kind, ident in claims if kind == "item")
            pool.used_notices.update(i for kind, i in claims if kind == "notice")
    for key, outcome in found.items():
        settled.setdefault(key, outcome)
    return settled


def _claims(outcome):
    claims = {("item", allocation.item) for allocation in outcome.allocations}
    if outcome.notice is not None:
        claims.add(("notice", outcome.notice))
    return claims


def _lost(outcome, rivals):
    if rivals:
        why = reason("letter_claimed_twice", receipt={"receipt": min(rivals)})
    else:
        why = reason("letter_item_taken")
    return replace(
        Outcome(outcome.receipt, Decision.LEAVE, outcome.rule, outcome.partner),
        evidence=outcome.evidence,
        reasons=(why, *outcome.vetoes),
    )
