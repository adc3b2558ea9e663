"""The rules of :mod:`.match`: from a reading to an outcome, or None for the next.

Each rule looks at one receipt and at the items still free; it writes nothing.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, product

from .facts import Allocation, Confidence, Decision, Outcome, reason

#: Days before and after its expected date at which an announced payment may come.
NOTICE_EARLY_DAYS = 20
NOTICE_LATE_DAYS = 60
#: Bounds of the searches: beyond them sums agree by accident.
MAX_READINGS = 32
MAX_CREDITS = 10
MAX_SUM_ITEMS = 60


def cited(reading, pool):
    """Documents named in full: what is open of them, against the amount."""
    if not reading.hits:
        return None
    choices = _documents_of(reading, pool)
    receipt = reading.receipt
    best = None
    solutions = {}
    for documents in choices:
        solution = _solve(receipt, documents, pool)
        if solution is not None:
            solutions.setdefault(_identity(solution[1]), (documents, solution))
        best = best or documents
    if len(solutions) > 1:
        return _leave(reading, "cited", reason("letter_citation_ambiguous"))
    if solutions:
        documents, (rule, items, why) = next(iter(solutions.values()))
        evidence = (*_cites(documents), why, *reading.payer.evidence)
        vetoes = _vetoes(reading, documents, items, pool)
        return _exact(reading, rule, items, evidence, vetoes)
    if len(choices) > 1:
        return _leave(reading, "cited", reason("letter_citation_ambiguous"))
    return _with_gap(reading, best, pool)


def _identity(items):
    return tuple(sorted(item.id for item in items))


def _documents_of(reading, pool):
    """Every way to read the citations; one when nothing is ambiguous.

    A spelling that fits several documents is first read among the payer's.
    """
    options = []
    for hit in reading.hits:
        documents = hit.documents
        if len(documents) > 1 and reading.payer.partner is not None:
            mine = [d for d in documents if _owner(d, pool) == reading.payer.partner]
            documents = tuple(mine) or documents
        options.append(documents)
    total = 1
    for documents in options:
        total *= len(documents)
        if total > MAX_READINGS:
            return [tuple(sorted({d for hit in options for d in hit}))]
    ways = {tuple(sorted(set(way))) for way in product(*options)}
    return sorted(ways)


def _owner(document, pool):
    items = pool.by_document.get(document)
    return items[0].partner if items else pool.ledger.closed.get(document)


def _solve(receipt, documents, pool):
    """(rule, items, evidence) that make the receipt to the cent, or None."""
    groups = [_payable(receipt, d, pool) for d in documents]
    groups = [group for group in groups if group]
    items = [item for group in groups for item in group]
    if not items:
        return None
    total = sum(item.residual for item in items)
    if total == receipt.amount:
        rule = "cited_one" if len(groups) == 1 else "cited_several"
        return rule, items, _sums_up(total, receipt)
    found = _by_instalment(groups, receipt)
    if found:
        return "cited_instalment", found, _sums_up(receipt.amount, receipt)
    credits = _net_credits(items, total - receipt.amount, pool)
    if credits:
        amount = {"cents": receipt.amount - total, "currency": receipt.currency}
        why = reason("letter_net_of_credits", count=len(credits), amount=amount)
        return "cited_net", [*items, *credits], why
    return None


def _payable(receipt, document, pool):
    return [i for i in pool.of_document(document) if i.currency == receipt.currency]


def _sums_up(total, receipt):
    amount = {"cents": total, "currency": receipt.currency}
    return reason("letter_sum_exact", amount=amount)


def _by_instalment(groups, receipt):
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
    for way in product(*options):
        items = [item for part in way for item in part]
        if sum(item.residual for item in items) == receipt.amount:
            return items
    return None


def _net_credits(items, excess, pool):
    """The one set of the payer's open credits that makes up ``excess``."""
    partners = {item.partner for item in items}
    if excess <= 0 or len(partners) != 1:
        return None
    cited_ids = {item.id for item in items}
    own = pool.of_partner(items[0].partner, items[0].currency)
    credits = [i for i in own if i.residual < 0 and i.id not in cited_ids]
    if not credits or len(credits) > MAX_CREDITS:
        return None
    if -sum(item.residual for item in credits) == excess:
        return credits
    found = [
        list(some)
        for size in (1, 2)
        for some in combinations(credits, size)
        if -sum(item.residual for item in some) == excess
    ]
    return found[0] if len(found) == 1 else None


def _vetoes(reading, documents, items, pool):
    """Why a person must look at cited items, although the sum is right."""
    closed = [d for d in documents if d not in pool.by_document]
    paid = [reason("letter_cites_paid", document={"document": d}) for d in closed[:1]]
    return (*paid, *_item_vetoes(reading, items))


def _item_vetoes(reading, items):
    """Why a person must look, from the items alone."""
    vetoes = []
    partners = {item.partner for item in items}
    payer = reading.payer
    if len(partners) > 1:
        vetoes.append(reason("letter_several_customers", count=len(partners)))
    elif payer.partner is not None and payer.partner not in partners:
        vetoes.append(reason("letter_other_payer", partner={"partner": payer.partner}))
    elif payer.uncertain and not partners & payer.candidates:
        vetoes.append(reason("letter_payer_unclear"))
    if len({item.account for item in items}) > 1:
        vetoes.append(reason("letter_several_accounts"))
    disputed = [item for item in items if item.disputed]
    if disputed:
        document = {"document": disputed[0].document}
        vetoes.append(reason("letter_disputed", document=document))
    return tuple(vetoes)


def _exact(reading, rule, items, evidence, vetoes, confidence=Confidence.HIGH):
    receipt = reading.receipt
    if vetoes:
        confidence = Confidence.MEDIUM
    return Outcome(
        receipt.id,
        Decision.PROPOSE if vetoes else Decision.AUTO,
        rule,
        partner=items[0].partner,
        confidence=confidence,
        allocations=tuple(Allocation(item.id, item.residual) for item in items),
        evidence=tuple(evidence),
        vetoes=tuple(vetoes),
    )


def _cites(documents):
    return tuple(reason("letter_cites", document={"document": d}) for d in documents)


def _with_gap(reading, documents, pool):
    """The cited sum is not the amount: say by how much, and let a person decide."""
    receipt = reading.receipt
    open_items = [item for d in documents for item in pool.of_document(d)]
    items = [item for item in open_items if item.currency == receipt.currency]
    if not items:
        return _leave(reading, "cited", _nothing_open(documents, open_items, pool))
    if len({item.partner for item in items}) > 1:
        why = reason("letter_several_customers", count=len({i.partner for i in items}))
        return _leave(reading, "cited", why, _differs(items, receipt))
    owed = sum(item.residual for item in items)
    allocations = _spread(items, receipt.amount)
    used = sum(allocation.amount for allocation in allocations)
    vetoes = (_differs(items, receipt), *_vetoes(reading, documents, items, pool))
    if not allocations or used <= 0:
        return _leave(reading, "cited", *vetoes)
    return Outcome(
        receipt.id,
        Decision.PROPOSE,
        "cited_gap",
        partner=items[0].partner,
        confidence=Confidence.LOW,
        allocations=allocations,
        gap=receipt.amount - used,
        short=max(owed - receipt.amount, 0),
        evidence=(*_cites(documents), *reading.payer.evidence),
        vetoes=vetoes,
    )


def _differs(items, receipt):
    owed = sum(item.residual for item in items)
    return reason(
        "letter_sum_differs",
        gap={"cents": receipt.amount - owed, "currency": receipt.currency},
        owed={"cents": owed, "currency": receipt.currency},
    )


def _spread(items, amount):
    """Credits first, then the oldest due, never more than is open of each."""
    credits = [item for item in items if item.residual < 0]
    left = amount - sum(item.residual for item in credits)
    allocations = [Allocation(item.id, item.residual) for item in credits]
    debits = [item for item in items if item.residual > 0]
    for item in sorted(debits, key=lambda item: (item.due, item.id)):
        part = min(item.residual, left)
        if part > 0:
            allocations.append(Allocation(item.id, part))
            left -= part
    return tuple(allocations)


def _nothing_open(documents, open_items, pool):
    if open_items:
        return reason("letter_other_currency", currency=open_items[0].currency)
    document = {"document": documents[0]}
    if documents[0] in pool.by_document:
        return reason("letter_item_taken")
    return reason("letter_cites_paid", document=document)


def announced(reading, pool):
    """A known payer pays exactly what was announced for him."""
    partner = reading.payer.partner
    if partner is None:
        return None
    notices = [n for n in _notices(reading, pool) if n.partner == partner]
    if len(notices) > 1:
        return _leave(reading, "announced", reason("letter_announced_twice"))
    if not notices:
        return None
    return _from_notice(reading, notices[0], pool, "announced")


def _notices(reading, pool):
    receipt = reading.receipt
    for notice in pool.notices.get((receipt.currency, receipt.amount), ()):
        days = (receipt.date - notice.expected).days
        if notice.id not in pool.used_notices and (
            -NOTICE_EARLY_DAYS <= days <= NOTICE_LATE_DAYS
        ):
            yield notice


def _from_notice(reading, notice, pool, rule):
    """Allocate as announced; None when an announced part is no longer open."""
    parts = [(pool.items.get(item), amount) for item, amount in notice.parts]
    if not parts or sum(amount for _item, amount in parts) != notice.amount:
        return None
    for item, amount in parts:
        if item is None or item.id in pool.taken:
            return None
        if item.currency != notice.currency or not 0 < amount <= item.residual:
            return None
    items = [item for item, _amount in parts]
    if len({item.id for item in items}) != len(items):
        return None
    why = reason("letter_announced", date={"date": notice.expected.isoformat()})
    vetoes = _item_vetoes(reading, items)
    return Outcome(
        reading.receipt.id,
        Decision.PROPOSE if vetoes else Decision.AUTO,
        rule,
        partner=notice.partner,
        confidence=Confidence.MEDIUM if vetoes else Confidence.HIGH,
        allocations=tuple(Allocation(item.id, amount) for item, amount in parts),
        evidence=(why, *reading.payer.evidence),
        vetoes=vetoes,
        notice=notice.id,
    )


def short_reference(reading, pool):
    """Few digits, but a known payer, one document of his, and the right sum."""
    partner = reading.payer.partner
    if partner is None or not reading.short_hits:
        return None
    documents = []
    for hit in reading.short_hits:
        mine = [d for d in hit.documents if _owner(d, pool) == partner]
        mine = [d for d in mine if d in pool.by_document]
        if len(mine) == 1:
            documents.append(mine[0])
    documents = tuple(dict.fromkeys(documents))
    if not documents:
        return None
    solution = _solve(reading.receipt, documents, pool)
    if solution is None or solution[0] == "cited_net":
        return None
    _rule, items, why = solution
    texts = ", ".join(dict.fromkeys(hit.text for hit in reading.short_hits))
    evidence = (
        reason("letter_cites_short", text=texts),
        *_cites(documents),
        why,
        *reading.payer.evidence,
    )
    vetoes = _vetoes(reading, documents, items, pool)
    return _exact(
        reading, "short_reference", items, evidence, vetoes, Confidence.MEDIUM
    )


def sums(reading, pool):
    """Proposals without a citation: the amount fits, and something else speaks."""
    partner = reading.payer.partner
    if partner is None:
        return _announced_amount(reading, pool)
    receipt = reading.receipt
    items = pool.of_partner(partner, receipt.currency)
    equal = [item for item in items if item.residual == receipt.amount]
    if len(equal) > 1:
        why = reason("letter_equal_amounts", count=len(equal))
        return _leave(reading, "unique_amount", why)
    if equal:
        return _guess(reading, "unique_amount", equal, "letter_unique_amount")
    if not 1 < len(items) <= MAX_SUM_ITEMS:
        return None
    due = [item for item in items if item.due <= receipt.date]
    for rule, some in (("all_due", due), ("all_open", items)):
        if len(some) > 1 and sum(i.residual for i in some) == receipt.amount:
            return _guess(reading, rule, some, f"letter_{rule}")
    return None


def _guess(reading, rule, items, code):
    evidence = (reason(code, count=len(items)), *reading.payer.evidence)
    vetoes = (reason("letter_amount_only"), *_item_vetoes(reading, items))
    return _exact(reading, rule, items, evidence, vetoes)


def _announced_amount(reading, pool):
    notices = list(_notices(reading, pool))
    if len(notices) != 1:
        return None
    outcome = _from_notice(reading, notices[0], pool, "announced_amount")
    if outcome is None:
        return None
    vetoes = (reason("letter_payer_unknown"), *outcome.vetoes)
    return replace(
        outcome,
        decision=Decision.PROPOSE,
        confidence=Confidence.LOW,
        vetoes=vetoes,
    )


def nothing(reading, pool):
    """No rule answered: say what was missing."""
    payer = reading.payer
    if payer.uncertain:
        why = reason("letter_payer_unclear")
    elif payer.partner is None:
        why = reason("letter_nothing_known")
    elif not pool.of_partner(payer.partner, reading.receipt.currency):
        why = reason("letter_nothing_owed")
    else:
        why = reason("letter_no_citation")
    return _leave(reading, "none", why)


def _leave(reading, rule, *reasons):
    return Outcome(
        reading.receipt.id,
        Decision.LEAVE,
        rule,
        partner=reading.payer.partner,
        evidence=reading.payer.evidence,
        reasons=tuple(reasons),
    )
