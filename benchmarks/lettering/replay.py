"""Play a drawn world through a matcher, day by day, and count what it did.

The matcher sees only what is open that day and what people taught before; the truth
is applied after each day. Receipts that it did not book are decided by a person, who
teaches it; what it booked by itself teaches nothing, except when a person undoes it.
"""

from collections import Counter, defaultdict, deque
from dataclasses import dataclass, field
from datetime import timedelta

from odoo.addons.ar_lettering.engine.facts import (
    Decision,
    GapKind,
    Item,
    Ledger,
    Paid,
    Receipt,
    Tolerances,
)
from odoo.addons.ar_lettering.engine.match import match
from odoo.addons.ar_lettering.engine.memory import Memory
from odoo.addons.ar_lettering.engine.normalise import compact, name_key
from odoo.addons.ar_lettering.engine.references import Document

#: Paid documents stay known for so many days.
CLOSED_DAYS = 200
PAID_DAYS = 40


@dataclass
class Answer:
    """What a matcher says of one receipt: ranked sets {item: amount}."""

    auto: bool
    ranked: list
    written_off: int = 0
    probability: float = 0.0
    rule: str = ""
    gap_kind: str = "none"
    why: tuple = ()
    raw: float = 0.0


@dataclass
class Score:
    """Counts of one replay."""

    rows: list = field(default_factory=list)
    seconds: float = 0.0


@dataclass
class Row:
    kind: str
    month: int
    amount: int
    matchable: bool
    auto: bool
    right: bool
    hit1: bool
    hit3: bool
    probability: float
    rule: str
    items_right: int
    items_given: int
    items_true: int
    payment: object = None
    answer: object = None


class Books:
    """The ledger as the matcher may know it on a day."""

    def __init__(self, world, memory=True, parts=False):
        self.world, self.parts = world, parts
        self.memory = Memory() if memory else None
        self.accounts = defaultdict(set)
        self.names = defaultdict(set)
        for customer in world.customers:
            self.names[name_key(customer.name)].add(customer.id)
            if customer.iban_known:
                self.accounts[compact(customer.iban)].add(customer.id)
        self.closed = {}
        self.closed_on = deque()
        self.paid = deque()

    def ledger(self, day):
        world, live = self.world, []
        for customer in world.customers:
            live += [i for i in customer.open if i.residual]
        live += world.reopened
        items = tuple(
            Item(
                i.id, i.document, i.customer.id, i.residual, i.customer.currency, i.due,
                issued=i.issued,
                discount=0 if i.touched else i.discount,
                discount_until=i.due,
            )
            for i in {i.id: i for i in live}.values()
        )  # fmt: skip
        open_documents = {i.document: i for i in live}
        while self.closed_on and self.closed_on[0][0] < day - timedelta(CLOSED_DAYS):
            self.closed.pop(self.closed_on.popleft()[1], None)
        while self.paid and self.paid[0].date < day - timedelta(PAID_DAYS):
            self.paid.popleft()
        closed = {d: p for d, p in self.closed.items() if d not in open_documents}
        documents = [
            Document(d, i.number, (i.rf, i.order)) for d, i in open_documents.items()
        ]
        documents += [Document(d, world.documents[d]) for d in closed]
        return Ledger(
            items,
            tuple(documents),
            closed=closed,
            accounts={k: frozenset(v) for k, v in self.accounts.items()},
            names={k: frozenset(v) for k, v in self.names.items()},
            memory=self.memory,
            paid=tuple(self.paid),
            tolerances=Tolerances(parts=self.parts),
        )

    def settle(self, payment, answer, receipt):
        """The truth becomes known: the ledger, and what a person teaches."""
        items = self.world.items
        for ident in payment.truth:
            item = items[ident]
            if not item.residual:
                self.closed[item.document] = item.customer.id
                self.closed_on.append((payment.day, item.document))
        if payment.truth:
            self.paid.append(
                Paid(payment.customer.id, payment.amount, payment.currency, payment.day)
            )
        if self.memory is None or (answer.auto and answer.ranked[0] == payment.truth):
            return
        if answer.auto:
            wrong = {items[i].customer.id for i in answer.ranked[0]}
            self.memory.learn(receipt, wrong, good=False, cited="cited" in answer.rule)
        if payment.truth:
            right = {items[i].customer.id for i in payment.truth}
            cited = "cited" in answer.rule
            self.memory.learn(receipt, right, cited=cited)
            self._habit(payment)

    def _habit(self, payment):
        """A person chose among equal items: was it the oldest?"""
        if len(payment.truth) != 1:
            return
        (ident,) = payment.truth
        item = self.world.items[ident]
        twins = [
            i for i in item.customer.open
            if i is not item and i.residual == payment.truth[ident]
        ]  # fmt: skip
        if twins:
            oldest = all((item.due, item.id) < (i.due, i.id) for i in twins)
            habit = "oldest" if oldest else "other"
            self.memory.habits[item.customer.id][habit] += 1
            self.memory._oldest = None


def receipt_of(payment):
    return Receipt(
        payment.id, payment.amount, payment.currency, payment.day, **payment.evidence
    )


def ours(receipts, ledger):
    """Our matcher's answers."""
    answers = {}
    for key, outcome in match(receipts, ledger).items():
        shown = (outcome, *outcome.alternatives)
        ranked = [{a.item: a.amount for a in o.allocations} for o in shown]
        answers[key] = Answer(
            outcome.decision is Decision.AUTO,
            [sets for sets in ranked if sets],
            outcome.written_off,
            outcome.probability,
            outcome.rule,
            outcome.gap_kind.value,
            (*outcome.vetoes, *outcome.reasons),
            outcome.raw,
        )
    return answers


def exact_token(receipts, ledger):
    """The plain matcher: whole numbers in the label, and exactly their sum."""
    numbers = {compact(document.number): document.id for document in ledger.documents}
    by_document = defaultdict(list)
    for item in ledger.items:
        by_document[item.document].append(item)
    answers = {}
    for receipt in receipts:
        words = [w for _s, text in receipt.texts for w in text.upper().split()]
        found = dict.fromkeys(
            numbers[compact(w)] for w in words if compact(w) in numbers
        )
        items = [i for d in found for i in by_document[d]]
        right = items and sum(i.residual for i in items) == receipt.amount
        sets = [{i.id: i.residual for i in items}] if right else []
        answers[receipt.id] = Answer(bool(right), sets)
    return answers


def play(world, matcher=ours, memory=True, warm_up=0, parts=False):
    """Replay a world through a matcher.

    :return: a :class:`Score`
    """
    import time

    books, score = Books(world, memory, parts), Score()
    start = None
    world.reopened = []
    for day, payments in world.replay():
        start = start or day
        if not payments:
            continue
        # The payments of the day are in the world already: show what was open.
        undo(world, payments)
        ledger = books.ledger(day)
        receipts = [receipt_of(payment) for payment in payments]
        before = time.perf_counter()
        answers = matcher(receipts, ledger)
        score.seconds += time.perf_counter() - before
        redo(world, payments)
        for payment, receipt in zip(payments, receipts, strict=True):
            answer = answers[payment.id]
            month = (day - start).days // 30
            if (day - start).days >= warm_up:
                score.rows.append(judge(payment, answer, month))
            books.settle(payment, answer, receipt)
    return score


def undo(world, payments):
    touched = {}
    for payment in payments:
        for ident, amount in payment.truth.items():
            item = touched[ident] = world.items[ident]
            item.residual += amount
            item.touched = item.residual != item.amount
    world.reopened = list(touched.values())


def redo(world, payments):
    for payment in payments:
        for ident, amount in payment.truth.items():
            world.items[ident].residual -= amount
            world.items[ident].touched = True
    world.reopened = []


def judge(payment, answer, month):
    """Compare an answer with the truth: the very set, amounts included."""
    truth = payment.truth
    given = answer.ranked[0] if answer.ranked else {}
    right = bool(truth) and given == truth
    if answer.gap_kind in (GapKind.CENTS.value, GapKind.FEE.value, "discount"):
        right = right and answer.written_off == payment.written_off
    return Row(
        payment.kind, month, payment.amount, bool(truth), answer.auto, right,
        right, bool(truth) and truth in answer.ranked[:3], answer.probability,
        answer.rule, len(set(given) & set(truth)) if answer.auto else 0,
        len(given) if answer.auto else 0, len(truth), payment, answer,
    )  # fmt: skip


def by_kind(rows):
    """kind -> Counter of all, auto, wrong, hit1, hit3"""
    found = defaultdict(Counter)
    for row in rows:
        counts = found[row.kind]
        counts["all"] += 1
        counts["auto"] += row.auto
        counts["wrong"] += row.auto and not row.right
        counts["hit1"] += row.hit1
        counts["hit3"] += row.hit3
    return found
