"""Weigh the hypotheses of one receipt against each other and decide.

Weights of evidence are log-odds and add up; hypotheses share the probability, and
"something else was paid" always takes part. A veto is no weight: however likely the
match, a person looks.
"""

from __future__ import annotations

import math
from dataclasses import replace

from .calibration import Calibration
from .facts import Confidence, Decision, GapKind, Outcome, reason
from .hypothesis import BY_AMOUNT, BY_CITATION, BY_NOTICE, BY_SHORT, Hypothesis
from .part import DOUBLE_DAYS, is_part
from .references import EXACT

#: Less likely hypotheses are not worth a person's time.
WORTH_SHOWING = 0.05
MAX_SHOWN = 3
#: The same for a customer who earned it, of what is due.
AGAIN_DAYS = 4
#: Log-odds of contradictions.
OTHER_PAYER, OTHER_CITED, PAID_CITED = 5.0, 3.0, 3.0
MEMBER, CANDIDATE = 2.5, 1.5
#: Log-odds of a set that leaves unexplained a number which is written.
IGNORES = 3.0
#: Hypotheses as likely as this one, nearly, are a tie.
TIE = 1.0
#: Most that a rule is worth when receipts compete for an item.
TIERS = {
    "cited_one": BY_CITATION,
    "cited_several": BY_CITATION,
    "cited_instalment": BY_CITATION,
    "cited_net": BY_CITATION,
    "cited_cut": BY_SHORT,
    "cited_gap": BY_SHORT,
    "cited_some": BY_SHORT,
    "announced": BY_NOTICE,
    "announced_together": BY_NOTICE,
}
#: Evidence that names a document.
NAMING = ("letter_cites", "letter_cites_last_digits", "letter_cites_altered")


def is_named(outcome):
    """:return: whether the payer names what an outcome pays"""
    return any(why.code in NAMING for why in outcome.evidence)


def _named(hypothesis):
    """Documents that the payer names, of a hypothesis."""
    return {
        value["document"]
        for why in hypothesis.evidence
        if why.code in NAMING
        for _name, value in why.params
    }


def weigh(reading, hypotheses, pool):
    """Add what the payer and contradictions say; merge what is the same.

    :return: hypotheses, the likeliest first
    :rtype: list[Hypothesis]
    """
    best = {}
    for hypothesis in hypotheses:
        judged = _judged(reading, hypothesis, pool)
        known = best.get(judged.key)
        # The same from better evidence, even when the amount says more than its gap.
        if known is None or (judged.tier, judged.weight) > (known.tier, known.weight):
            best[judged.key] = judged
    ranked = list(best.values())
    if len(ranked) > 1:
        ranked = _by_what_is_written(ranked)
        ranked = _by_habit(ranked, pool.ledger.memory)
        ranked.sort(key=_rank)
    return ranked


def _rank(hypothesis):
    """Likeliest first; among equals the oldest due, by convention."""
    oldest = min((item.due, item.id) for item in hypothesis.items)
    return (-round(hypothesis.weight, 6), oldest, hypothesis.key)


def _judged(reading, hypothesis, pool):
    weight, evidence, vetoes = _of_payer(reading, hypothesis)
    against, more = _of_citations(reading, hypothesis, pool)
    vetoes += more
    vetoes += _of_items(hypothesis)
    vetoes += _of_twins(hypothesis, pool)
    if hypothesis.tier == BY_AMOUNT:
        vetoes += _of_trust(reading, hypothesis, pool)
    return hypothesis.but(
        payer=weight,
        against=hypothesis.against + against,
        evidence=(*hypothesis.evidence, *evidence),
        vetoes=(*hypothesis.vetoes, *vetoes),
    )


def _of_payer(reading, hypothesis):
    """(weight, evidence, vetoes) from who paid."""
    payer, partners = reading.payer, hypothesis.partners
    if len(partners) > 1:
        return _of_several(payer, partners, hypothesis)
    (partner,) = partners
    if partner == payer.partner:
        return payer.weight, payer.evidence, []
    if partner in payer.members:
        why = reason("letter_pays_for", partner={"partner": partner})
        return MEMBER, (*payer.evidence, why), []
    if partner in payer.candidates:
        return max(payer.weight - CANDIDATE, 0.5), payer.evidence, []
    if payer.partner is not None and not payer.weak:
        if hypothesis.rule == "announced_together":
            return 0.0, (), []
        why = reason("letter_other_payer", partner={"partner": payer.partner})
        return -OTHER_PAYER, (), [why]
    if payer.uncertain and not payer.weak:
        if payer.many and hypothesis.tier == BY_CITATION:
            # Who pays for several customers may pay for one more, and names it.
            return 0.0, payer.evidence, []
        return -2.0, (), [reason("letter_payer_unclear")]
    return 0.0, (), []


def _of_several(payer, partners, hypothesis):
    """One payment for several customers: who may do that, or names them all."""
    why = reason("letter_several_customers", count=len(partners))
    if partners <= payer.may_be:
        return MEMBER, (*payer.evidence, why), []
    if hypothesis.tier == BY_NOTICE:
        return 0.0, (why,), []
    if payer.partner is None and not payer.candidates and hypothesis.cite > 6.0:
        # No customer, such as a factor, and every number in full.
        return 0.0, (why,), []
    return -1.0, (), [why]


def _of_citations(reading, hypothesis, pool):
    """(weight against, vetoes) from documents named that are not in it."""
    documents = {item.document for item in hypothesis.items}
    against, vetoes = 0.0, []
    for hit in reading.hits:
        if documents.intersection(hit.documents):
            continue
        if len(hit.documents) > 1 and hit.strength != EXACT:
            continue
        theirs = _of_others(reading.payer, hit, pool)
        if theirs and hit.strength != EXACT:
            # Digits that happen to be somebody else's number.
            continue
        if any(document in pool.by_document for document in hit.documents):
            against += OTHER_CITED
            if not theirs and not any(map(pool.of_document, hit.documents)):
                # Another receipt of these has it: the same payment once more?
                vetoes.append(reason("letter_item_taken"))
            continue
        against += PAID_CITED
        if not theirs:
            document = {"document": hit.documents[0]}
            vetoes.append(reason("letter_cites_paid", document=document))
    return min(against, 2 * OTHER_CITED), vetoes[:1]


def _of_others(payer, hit, pool):
    """Whether the payer is known, and these documents are not his."""
    if payer.partner is None or payer.weak:
        return False
    return not payer.may_be.intersection(map(pool.owner, hit.documents))


def _of_items(hypothesis):
    vetoes = []
    if len({item.account for item in hypothesis.items}) > 1:
        if len(hypothesis.partners) == 1:
            vetoes.append(reason("letter_several_accounts"))
    for item in hypothesis.items:
        if item.disputed:
            document = {"document": item.document}
            vetoes.append(reason("letter_disputed", document=document))
            break
    return vetoes


def _of_twins(hypothesis, pool):
    """Whether an equal item, left out, might be meant as well as one that is in.

    Everything due is what it is; an item that is named is meant.
    """
    if len(hypothesis.parts) < 2 or hypothesis.rule in ("all_due", "all_open"):
        return []
    named = _named(hypothesis)
    chosen = {item.id for item in hypothesis.items}
    for item in hypothesis.items:
        if item.document in named or item.residual < 0:
            continue
        account = pool.account(item.partner, item.currency)
        twins = [t for t in account.by_amount[item.residual] if t.id not in chosen]
        if not twins or _pays_oldest(pool.ledger, item, twins):
            continue
        return [reason("letter_equal_amounts", count=len(twins) + 1)]
    return []


def _pays_oldest(ledger, item, twins):
    """Whether habit settles, surely enough, which of equal items is meant."""
    if ledger.memory is None:
        return False
    share, _seen = ledger.memory.oldest_first(item.partner)
    if share < ledger.threshold:
        return False
    return all((item.due, item.id) < (twin.due, twin.id) for twin in twins)


def _of_trust(reading, hypothesis, pool):
    """Whether this customer's receipts may be booked without a citation."""
    vetoes = []
    for partner in sorted(hypothesis.partners):
        days = _double_days(hypothesis, partner, reading, pool)
        if pool.paid_lately(reading.receipt, partner, days):
            vetoes.append(reason("letter_double_payment", days=DOUBLE_DAYS))
        memory = pool.ledger.memory
        if memory is not None and not memory.trusted(partner):
            vetoes.append(reason("letter_not_earned", partner={"partner": partner}))
    if not vetoes and pool.paid_by_number(reading, hypothesis):
        vetoes.append(reason("letter_cites_paid_digits"))
    return vetoes


def _double_days(hypothesis, partner, reading, pool):
    """For how long the same amount again is suspect.

    Less long when what it would pay is due, and people confirmed often enough what
    this customer pays without a word: a rent or a subscription, then.
    """
    memory = pool.ledger.memory
    day = reading.receipt.date
    if memory is None or not memory.earned(partner):
        return DOUBLE_DAYS
    if any(item.due > day for item in hypothesis.items):
        return DOUBLE_DAYS
    return AGAIN_DAYS


def _by_what_is_written(ranked):
    """Where a number that is written fits, a set that ignores it does less."""
    named = set()
    for hypothesis in ranked:
        if hypothesis.tier > BY_AMOUNT:
            named |= _named(hypothesis)
    if not named:
        return ranked
    return [
        h.but(against=h.against + IGNORES)
        if h.tier == BY_AMOUNT and named.isdisjoint(i.document for i in h.items)
        else h
        for h in ranked
    ]


def _by_habit(ranked, memory):
    """Among equal items, believe a payer who always pays the oldest."""
    if memory is None:
        return ranked
    twins = {}
    for hypothesis in ranked:
        if hypothesis.tier == BY_AMOUNT and len(hypothesis.parts) == 1:
            item = hypothesis.items[0]
            twins.setdefault((item.partner, item.residual), []).append(hypothesis)
    for (partner, _residual), group in twins.items():
        share, seen = memory.oldest_first(partner)
        if len(group) < 2 or not seen or share <= 0.5:
            continue
        odds = math.log(share / (1 - share)) + math.log(len(group) - 1)
        first = min(group, key=lambda h: (h.items[0].due, h.items[0].id))
        why = reason("letter_oldest_habit", count=seen)
        changed = {
            h.key: h.but(against=h.against + odds)
            for h in group
            if h.items[0].due > first.items[0].due
        }
        changed[first.key] = first.but(evidence=(*first.evidence, why))
        ranked = [changed.get(h.key, h) for h in ranked]
    return ranked


def probabilities(ranked):
    """:return: the raw probability of each hypothesis"""
    odds = [math.exp(max(min(h.weight, 30.0), -30.0)) for h in ranked]
    # Something else was paid: even odds against weight zero.
    total = 1.0 + sum(odds)
    return [odd / total for odd in odds]


def decide(reading, ranked, pool):
    """The outcome for one receipt from its ranked hypotheses.

    :return: None when nothing is worth showing
    :rtype: facts.Outcome or None
    """
    calibration = pool.ledger.calibration or Calibration()
    raw = probabilities(ranked)
    shown = [
        (h, calibration.probability(p), p)
        for h, p in zip(ranked, raw, strict=True)
        if p >= WORTH_SHOWING or h.tier >= BY_CITATION
    ][:MAX_SHOWN]
    if not shown:
        return None
    outcomes = [_outcome(reading, *some) for some in shown]
    best, (hypothesis, probability, _raw) = outcomes[0], shown[0]
    vetoes = list(hypothesis.vetoes)
    if any(_tied(hypothesis, other) for other, _p, _raw in shown[1:]):
        vetoes.append(_tie(hypothesis))
    if not hypothesis.sure and not is_part(reading, hypothesis, pool):
        vetoes.append(_unsure_gap(hypothesis, reading))
    elif not vetoes and probability < pool.ledger.threshold:
        vetoes += _unsure(hypothesis, probability)
    decision = Decision.PROPOSE if vetoes else Decision.AUTO
    return replace(
        best,
        decision=decision,
        confidence=_confidence(decision, probability),
        vetoes=tuple(vetoes),
        alternatives=tuple(outcomes[1:]),
    )


def _unsure(hypothesis, probability):
    found = []
    if hypothesis.tier == BY_AMOUNT:
        found.append(reason("letter_amount_only"))
    found.append(reason("letter_unsure", percent=math.floor(probability * 1000) / 10))
    return found


def _unsure_gap(hypothesis, reading):
    owed = sum(item.residual for item in hypothesis.items)
    return reason(
        "letter_sum_differs",
        gap={"cents": reading.amount - owed, "currency": reading.currency},
        owed={"cents": owed, "currency": reading.currency},
    )


def _tied(first, second):
    if {item.id for item in first.items} == {item.id for item in second.items}:
        return False
    return first.weight - second.weight < TIE


def _tie(first):
    if first.gap_kind is not GapKind.NONE or first.tier > BY_AMOUNT:
        return reason("letter_citation_ambiguous")
    return reason("letter_equal_amounts", count=2)


def _confidence(decision, probability):
    if decision is Decision.AUTO:
        return Confidence.HIGH
    return Confidence.MEDIUM if probability >= 0.8 else Confidence.LOW


def _outcome(reading, hypothesis, probability, raw):
    partners = hypothesis.partners
    # Of several customers, the first item's stands for the receipt.
    partner = hypothesis.items[0].partner if partners else None
    return Outcome(
        reading.receipt.id,
        Decision.PROPOSE,
        hypothesis.rule,
        partner=partner,
        confidence=_confidence(Decision.PROPOSE, probability),
        allocations=hypothesis.allocations,
        gap=hypothesis.gap,
        short=hypothesis.short,
        evidence=hypothesis.evidence,
        vetoes=hypothesis.vetoes,
        notice=hypothesis.notices[0] if hypothesis.notices else None,
        notices=hypothesis.notices,
        probability=probability,
        raw=raw,
        gap_kind=hypothesis.gap_kind,
        written_off=hypothesis.written_off,
        gap_parts=hypothesis.gap_parts,
        currency=reading.currency,
        tier=min(hypothesis.tier, TIERS.get(hypothesis.rule, BY_AMOUNT)),
    )


def left(reading, pool):
    """No hypothesis is worth showing: say what was missing."""
    payer, rule, why = reading.payer, "none", None
    if reading.hits:
        rule, why = "cited", _of_cited(reading, pool)
    if why is None and payer.uncertain:
        why = reason("letter_payer_unclear")
    elif why is None and payer.partner is None:
        why = reason("letter_nothing_known")
    elif why is None and not pool.account(payer.partner, reading.currency).items:
        why = reason("letter_nothing_owed")
    elif why is None:
        why = reason("letter_no_citation")
    return Outcome(
        reading.receipt.id,
        Decision.LEAVE,
        rule,
        partner=payer.partner,
        evidence=payer.evidence,
        reasons=(why,),
        currency=reading.currency,
        alternatives=() if payer.partner else _of_this_amount(reading, pool),
    )


def _of_this_amount(reading, pool):
    """Where a person may begin to look: whoever owes exactly this amount."""
    items = pool.of_amount(reading.amount, reading.currency)
    if len(items) > MAX_SHOWN:
        return ()
    return tuple(
        _outcome(
            reading,
            Hypothesis(
                "same_amount",
                ((item, item.residual),),
                evidence=(reason("letter_same_amount"),),
                vetoes=(reason("letter_payer_unknown"),),
            ),
            0.0,
            0.0,
        )
        for item in items
    )


def _of_cited(reading, pool):
    """Why documents that are named lead nowhere."""
    hit = reading.hits[0]
    items = [i for d in hit.documents for i in pool.of_document(d)]
    currencies = {item.currency for item in items}
    if items and reading.currency not in currencies:
        return reason("letter_other_currency", currency=min(currencies))
    if items:
        return None
    if any(document in pool.by_document for document in hit.documents):
        return reason("letter_item_taken")
    return reason("letter_cites_paid", document={"document": hit.documents[0]})
