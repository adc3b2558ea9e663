"""Hypotheses from what the payer wrote: the documents named, and what makes the sum.

The named documents may be all that is paid, some of their instalments, more than what
is paid, less than it (a text that the bank cut), or be paid net of credit notes.
"""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import combinations, product

from . import gaps, subsets
from .facts import GapKind, reason
from .hypothesis import BY_CITATION, BY_SHORT, CITED, Hypothesis, whole, with_gap
from .references import ALTERED, SHORT, strengths_of

#: Bounds of the searches: beyond them sums agree by accident.
MAX_READINGS = 48
MAX_CREDITS = 10
#: Share of the amount by which a last-digits citation may differ.
SAME_BUT_CENTS = 0.002
#: Most that a fitting amount may say.
FIT = 7.0


def cited(reading, pool):
    """Documents named in full.

    :rtype: list[Hypothesis]
    """
    if not reading.hits:
        return []
    strengths = strengths_of(reading.hits)
    ways, found = _ways(reading.hits, reading, pool), []
    for documents in ways:
        found += _of_documents(reading, documents, strengths, pool, BY_CITATION)
    if len(ways) == 1 and len(ways[0]) > 1 and not _exact(found):
        found += _some_of(reading, ways[0], strengths, pool)
    return found


def short(reading, pool, partner):
    """Documents of one customer, named by their last digits or with a slip.

    :rtype: list[Hypothesis]
    """
    account = pool.account(partner, reading.currency)
    if not account.items:
        return []
    hits, altered = list(reading.hits), []
    if not hits and not any(text.digits() for text in reading.texts):
        return []
    for text in reading.texts:
        hits += account.short.find(text)
    hits = _own(hits, partner, pool)
    if not _exact_of(hits, reading, pool):
        for text in reading.texts:
            altered += account.short.find_altered(text)
    found = []
    for some in (hits, hits + _own(altered, partner, pool) if altered else ()):
        if some:
            found += _by_last_digits(reading, some, pool)
    return found


def _exact_of(hits, reading, pool):
    """Whether open documents named as they are make the amount already."""
    documents = {h.documents[0] for h in hits if len(h.documents) == 1}
    items = [i for d in documents for i in pool.of_document(d)]
    return bool(items) and sum(i.residual for i in items) == reading.amount


def _by_last_digits(reading, hits, pool):
    strengths = strengths_of(hits)
    ways, found = _ways(hits, reading, pool), []
    for documents in ways[:MAX_READINGS]:
        found += _of_documents(reading, documents, strengths, pool, BY_SHORT)
    if not _exact(found):
        found += _some_of(reading, sorted(strengths), strengths, pool)
    return found


def _own(hits, partner, pool):
    """These hits, of this customer's open documents only, once each."""
    kept = {}
    for hit in hits:
        mine = tuple(
            d
            for d in hit.documents
            if d in pool.by_document and pool.owner(d) == partner
        )
        if mine:
            kept.setdefault(mine, replace(hit, documents=mine))
    return list(kept.values())


def _ways(hits, reading, pool):
    """Every way to read the citations; one when nothing is ambiguous.

    A spelling that fits several documents is first read among the payer's, and a
    document that is open before one that is paid.
    """
    options, total = [], 1
    for hit in hits:
        documents = hit.documents
        if len(documents) > 1:
            may_be = reading.payer.may_be
            mine = tuple(d for d in documents if pool.owner(d) in may_be)
            documents = mine or documents
            is_open = tuple(d for d in documents if pool.of_document(d))
            documents = is_open or documents
        options.append(documents)
        total *= len(documents)
    if total > MAX_READINGS:
        sure = tuple(sorted({o[0] for o in options if len(o) == 1}))
        return [sure] if sure else []
    return sorted({tuple(sorted(set(way))) for way in product(*options)})


def _exact(found):
    return any(h.gap_kind is GapKind.NONE and not h.gap for h in found)


def _payable(reading, documents, pool):
    return [
        items
        for document in documents
        if (
            items := [
                item
                for item in pool.of_document(document)
                if item.currency == reading.currency
            ]
        )
    ]


def _of_documents(reading, documents, strengths, pool, tier):
    """What these documents may be: paid in full, in part, with others, net."""
    groups = _payable(reading, documents, pool)
    items = [item for group in groups for item in group]
    if not items:
        return []
    cite, told = _weigh(documents, strengths)
    common = {"cite": cite, "tier": tier, "evidence": told}
    total = sum(item.residual for item in items)
    if total == reading.amount:
        rule = "cited_one" if len(groups) == 1 else "cited_several"
        return [with_gap(reading, rule, items, gaps.EXACT, **common)]
    instalments = _by_instalment(groups, reading)
    if instalments:
        rule = "cited_instalment"
        return [with_gap(reading, rule, instalments, gaps.EXACT, **common)]
    found = _net_credits(reading, items, total, pool, common)
    found += _completed(reading, items, total, pool, common)
    exact = any(h.fit > 3.0 for h in found)
    for hypothesis in _gapped(reading, groups, items, pool, common):
        # Why guess at a difference that something open explains to the cent?
        if hypothesis and exact and not hypothesis.sure:
            hypothesis = hypothesis.but(against=3.0)
        found.append(hypothesis)
    return [h for h in found if h]


def _weigh(documents, strengths):
    """Log-odds of having cited these, and the reasons; the weakest link counts."""
    weights = [CITED[strengths[document]] for document in documents]
    # Each further number that fits is one accident less.
    cite = min(weights) + min(len(weights) - 1, 2) * 0.5
    told = []
    for document in documents:
        code = {
            SHORT: "letter_cites_last_digits",
            ALTERED: "letter_cites_altered",
        }.get(strengths[document], "letter_cites")
        told.append(reason(code, document={"document": document}))
    return cite, tuple(told)


def _by_instalment(groups, reading):
    """Part of the instalments of cited documents; oldest due first by convention."""
    options, ways = [], 1
    for group in groups:
        prefixes = [group[: size + 1] for size in range(len(group))]
        singles = [[item] for item in group[1:]]
        choice = [prefixes[-1]] if len(group) == 1 else [*prefixes, *singles]
        options.append(choice)
        ways *= len(choice)
        if ways > MAX_READINGS * 2:
            return None
    if ways == 1:
        return None
    for way in product(*options):
        items = [item for part in way for item in part]
        if sum(item.residual for item in items) == reading.amount:
            return items
    return None


def _net_credits(reading, items, total, pool, common):
    """The payer's open credits that make up what is paid too little."""
    excess = total - reading.amount
    partners = {item.partner for item in items}
    if excess <= 0 or len(partners) != 1:
        return []
    account = pool.account(items[0].partner, reading.currency)
    named = {item.id for item in items}
    credits = [item for item in account.credits if item.id not in named]
    if not credits or len(credits) > MAX_CREDITS:
        return []
    sets = [
        some
        for size in (1, 2)
        for some in combinations(credits, size)
        if -sum(item.residual for item in some) == excess
    ]
    if not sets and -sum(item.residual for item in credits) == excess:
        sets = [tuple(credits)]
    found = []
    for some in sets:
        money = {"cents": excess, "currency": reading.currency}
        why = reason("letter_net_of_credits", count=len(some), amount=money)
        values = {**common, "evidence": (*common["evidence"], why)}
        found.append(Hypothesis("cited_net", whole([*items, *some]), fit=FIT, **values))
    return found


def _completed(reading, items, total, pool, common):
    """The text was cut: other items of the customer make up the rest."""
    rest = reading.amount - total
    partners = {item.partner for item in items}
    if rest <= 0 or len(partners) != 1:
        return []
    account = pool.account(items[0].partner, reading.currency)
    named = {item.id for item in items}
    cut = frozenset()
    for text in reading.texts:
        cut |= account.short.find_cut(text)
    found = []
    for some in _rests(account, rest, named, reading):
        begun = bool(cut & {item.document for item in some.items})
        why = reason("letter_cites_cut", count=len(some.items))
        values = {**common, "evidence": (*common["evidence"], why)}
        fit = min(FIT, -math.log(max(some.expected, 1e-6)) - 1.0) + begun * 1.5
        if begun or fit > 0:
            found.append(
                Hypothesis("cited_cut", whole([*items, *some.items]), fit=fit, **values)
            )
    return found


def _rests(account, rest, named, reading):
    """Sets that make the rest: one item, consecutive ones, or a bounded choice."""
    span, day = account.span, reading.receipt.date
    count = len(account.debits)
    sets = {(i.id,): (i,) for i in account.by_amount.get(rest, ())}
    for first, last in subsets.windows(account, rest):
        some = account.debits[first : last + 1]
        sets[tuple(i.id for i in some)] = tuple(some)
    expected = (count + count * count / 2) / span
    if not any(_allowed(some, named, day) for some in sets.values()):
        for some in subsets.free(account, rest):
            sets[tuple(i.id for i in some.items)] = some.items
            expected = some.expected
    kept = [some for some in sets.values() if _allowed(some, named, day)]
    return [subsets.Found(some, expected) for some in kept[: subsets.MAX_SOLUTIONS]]


def _allowed(items, named, day):
    return not any(i.id in named or (i.issued and i.issued > day) for i in items)


def _some_of(reading, documents, strengths, pool):
    """Only some of the named documents are paid by this receipt."""
    groups = _payable(reading, documents, pool)
    if not 1 < len(groups) <= 10:
        return []
    found = []
    for size in range(len(groups) - 1, 0, -1):
        for some in combinations(groups, size):
            items = [item for group in some for item in group]
            if sum(item.residual for item in items) != reading.amount:
                continue
            named = tuple(dict.fromkeys(item.document for item in items))
            cite, told = _weigh(named, strengths)
            against = (
                1.0 if all(strengths[d] in (SHORT, ALTERED) for d in documents) else 2.0
            )
            found.append(
                with_gap(
                    reading, "cited_some", items, gaps.EXACT, cite=cite, tier=BY_SHORT,
                    evidence=told, against=against,
                )
            )  # fmt: skip
        if found:
            break
    return [h for h in found if h]


def _gapped(reading, groups, items, pool, common):
    """The named items with a difference that something explains, or not."""
    found = []
    first = [group[0] for group in groups]
    choices = [items] if len(first) == len(items) else [first, items]
    for some in choices:
        if len({item.partner for item in some}) > 1:
            continue
        tolerances = pool.ledger.tolerances
        for gap in gaps.explain(some, reading.amount, reading.receipt, tolerances):
            if gap.kind is GapKind.CENTS and common["tier"] == BY_SHORT:
                # Few digits and a near amount are two likenesses and no identity,
                # unless the amount is the same but for its last digits.
                owed = sum(item.residual for item in some)
                gap = replace(gap, sure=abs(gap.written_off) <= owed * SAME_BUT_CENTS)
            found.append(with_gap(reading, "cited_gap", some, gap, **common))
    return found
