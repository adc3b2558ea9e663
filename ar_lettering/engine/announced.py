"""Hypotheses from payments that were announced: notices, promises, remittances.

A public accountant pays for several buyers at once: their platform announced each of
them, and the transfer is the sum.
"""

from __future__ import annotations

import re
from collections import defaultdict

from .facts import reason
from .hypothesis import BY_NOTICE, Hypothesis
from .normalise import compact, fold

#: Days before and after its expected date at which an announced payment may come.
EARLY_DAYS = 20
LATE_DAYS = 60
#: Days around the receipt within which one transfer pays several notices.
TOGETHER_DAYS = 12
MAX_TOGETHER = 14
FIT = 7.0
#: Log-odds of a notice of this very amount, and of its reference in the text.
AMOUNT, REFERENCE = 6.0, 3.0

_ACCOUNTANT = re.compile(
    r"\b(DGFIP|DRFIP|DDFIP|DSFIP|TRESOR|TRESORERIE|PAIERIE|TPG|SGC|SCG|TRES|"
    r"COMPTABLE|AGENT COMPTABLE|RECETTE|CENTRE DES FINANCES|SERVICE DE GESTION|"
    r"FINANCES PUBLIQUES|DIRECTION GENERALE DES FINANCES)\b"
)


def is_accountant(receipt):
    """Whether the payer's name is that of a public accountant."""
    names = (receipt.payer_name, *(text for _s, text in receipt.texts))
    return any(_ACCOUNTANT.search(fold(name)) for name in names if name)


def announced(reading, pool):
    """Notices of this amount, whoever pays.

    :rtype: list[Hypothesis]
    """
    found = []
    for notice in pool.notices.get((reading.currency, reading.amount), ()):
        if notice.id in pool.used_notices or not _in_time(reading, notice):
            continue
        parts = _parts(notice, pool)
        if parts is None:
            continue
        why = reason("letter_announced", date={"date": notice.expected.isoformat()})
        cited = _mentions(reading, notice)
        known = cited or notice.partner in reading.payer.may_be
        found.append(
            Hypothesis(
                "announced",
                parts,
                cite=AMOUNT + cited * REFERENCE,
                fit=FIT,
                tier=BY_NOTICE,
                evidence=(why,),
                vetoes=() if known else (reason("letter_payer_unknown"),),
                notices=(notice.id,),
            )
        )
    return found


def together(reading, pool):
    """Notices of platforms that one transfer of a public accountant pays.

    :rtype: list[Hypothesis]
    """
    if not pool.ledger.notices or not is_accountant(reading.receipt):
        return []
    notices = [
        n
        for n in pool.ledger.notices
        if n.platform
        and n.id not in pool.used_notices
        and n.currency == reading.currency
        and abs((reading.receipt.date - n.expected).days) <= TOGETHER_DAYS
        and _parts(n, pool) is not None
    ]
    notices = sorted(notices, key=lambda n: (n.expected, n.id))[:MAX_TOGETHER]
    ways = [some for some in _choices(notices, reading.amount) if len(some) > 1]
    if len(ways) != 1:
        return []
    parts = [part for notice in ways[0] for part in _parts(notice, pool)]
    if len({item.id for item, _amount in parts}) != len(parts):
        return []
    cited = sum(_mentions(reading, notice) for notice in ways[0])
    return [
        Hypothesis(
            "announced_together",
            tuple(parts),
            cite=AMOUNT + min(cited, 2) * 2.0,
            fit=FIT - 0.5,
            tier=BY_NOTICE,
            evidence=(reason("letter_announced_together", count=len(ways[0])),),
            notices=tuple(notice.id for notice in ways[0]),
        )
    ]


def _choices(notices, amount):
    """Sets of notices that make the amount; two are enough to know it is unsure."""
    sums = defaultdict(list)
    sums[0].append(())
    for notice in notices:
        for total, ways in list(sums.items()):
            if total + notice.amount <= amount:
                known = sums[total + notice.amount]
                known.extend((*way, notice) for way in ways[: 2 - len(known)])
    return sums.get(amount, [])


def _in_time(reading, notice):
    days = (reading.receipt.date - notice.expected).days
    return -EARLY_DAYS <= days <= LATE_DAYS


def _parts(notice, pool):
    """Allocate as announced; None when an announced part is no longer open."""
    parts = [(pool.items.get(item), amount) for item, amount in notice.parts]
    if not parts or sum(amount for _item, amount in parts) != notice.amount:
        return None
    for item, amount in parts:
        if item is None or item.id in pool.taken:
            return None
        if item.currency != notice.currency or not 0 < amount <= item.residual:
            return None
    if len({item.id for item, _amount in parts}) != len(parts):
        return None
    return tuple(parts)


def _mentions(reading, notice):
    """Whether the text cites the notice's own reference, or a document of it."""
    wanted = compact(notice.reference)
    if len(wanted) < 5:
        return False
    return any(wanted in "".join(text.words) for text in reading.texts)
