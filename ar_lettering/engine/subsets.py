"""Sets of open items that make an amount, and how many would do so by accident.

The larger the choice, the likelier that some set fits although the payer meant
another. ``expected`` counts the sets that were looked at and divides by the number of
amounts that they spread over: a hundred sets over a hundred thousand cents hit a
given amount 0.001 times by accident. What is not rare says nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb

#: Above this many accidental sets, a free choice is not even looked at.
ACCIDENTAL = 0.5
MAX_FREE = 40
MAX_FOUR = 24
MAX_WINDOW = 60
MAX_SOLUTIONS = 6


@dataclass(frozen=True)
class Found:
    """Items that make the amount: ``expected`` such sets by accident."""

    items: tuple
    expected: float


def spread(items):
    """:return: over how many cents the sums of these items spread, at least 100"""
    return max(sum(abs(item.residual) for item in items), 100)


def windows(account, target):
    """Consecutive debits, oldest due first, that make ``target``: two and more.

    :return: list of (first, last) places
    """
    found, seen, total = [], {0: [0]}, 0
    for last, item in enumerate(account.debits[:MAX_WINDOW]):
        total += item.residual
        found += [(at, last) for at in seen.get(total - target, ()) if at < last]
        seen.setdefault(total, []).append(last + 1)
    return found


def pairs(account, target):
    """Two of the first 40 debits that make ``target``.

    :return: list of (first, second) places
    """
    places, found = account.places, []
    for first, item in enumerate(account.debits[:MAX_FREE]):
        for second in places.get(target - item.residual, ()):
            if first < second < MAX_FREE:
                found.append((first, second))
    return found


def pair_sums(debits):
    """:return: dictionary sum -> list of (first, second), of the first 40 items"""
    sums = {}
    some = debits[:MAX_FREE]
    for second in range(1, len(some)):
        more = some[second].residual
        for first in range(second):
            sums.setdefault(some[first].residual + more, []).append((first, second))
    return sums


def largest_choice(count, span):
    """:return: the most items of a free choice that is not expected by accident"""
    tested, size = count, 1
    while size < 4:
        tested += comb(count, size + 1)
        if tested / span > ACCIDENTAL:
            break
        size += 1
    return size


def free(account, target):
    """Sets of up to four items, as many as chance allows, that make ``target``.

    :param account: the payer's open items, with ``debits`` and ``places``
    :rtype: list[Found]
    """
    debits = account.debits[:MAX_FREE]
    if len(account.debits) > MAX_FREE or len(debits) < 2:
        return []
    span = account.span
    limit = largest_choice(len(debits), span)
    if len(debits) > MAX_FOUR:
        limit = min(limit, 3)
    tested, solutions = 0, set()
    for size in range(2, limit + 1):
        tested += comb(len(debits), size)
        solutions |= _of_size(account, debits, target, size)
        if len(solutions) > MAX_SOLUTIONS:
            break
    expected = tested / span
    found = sorted(solutions, key=lambda some: (len(some), some))
    return [
        Found(tuple(debits[n] for n in some), expected)
        for some in found[:MAX_SOLUTIONS]
    ]


def _of_size(account, debits, target, size):
    if size == 2:
        return set(pairs(account, target))
    sums, found = account.pair_sums, set()
    if size == 3:
        return {
            (*pair, third)
            for third in range(2, len(debits))
            for pair in sums.get(target - debits[third].residual, ())
            if third > pair[1]
        }
    for total, some in sums.items():
        others = sums.get(target - total)
        if others and 2 * total <= target:
            found.update(
                tuple(sorted((*a, *b)))
                for a in some
                for b in others
                if not set(a) & set(b)
            )
    return found
