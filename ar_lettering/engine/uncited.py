"""Hypotheses of a known payer who names nothing: only certain sets have a meaning.

People pay one invoice, everything due, a month, the oldest ones, or consecutive ones.
Each such set is worth what an accident would cost; a free choice of items is looked
at only where accidents are rare. Without a payer there is no hypothesis here.
"""

from __future__ import annotations

import math
from datetime import timedelta

from . import near, subsets
from .facts import reason
from .hypothesis import BY_AMOUNT, Hypothesis, whole

FIT = 7.0
#: Bonus of sets that people mean, in log-odds.
BONUS = {
    "unique_amount": 0.5,
    "all_due": 0.5,
    "all_open": 0.3,
    "one_month": 0.3,
    "oldest_first": 0.3,
    "consecutive": 0.0,
    "all_but": -1.0,
    "subset": -1.0,
}
#: Longest list in which runs with an exception are looked for.
MAX_RUN = 40


def uncited(reading, pool, partner):
    """Sets of one customer's items that make the amount.

    :rtype: list[Hypothesis]
    """
    account = pool.account(partner, reading.currency)
    if not account.debits:
        return []
    found = _sets(reading, account, reading.amount)
    found += _net_of_credits(reading, account)
    if not found:
        found += near.with_gap_of_one(reading, account, pool)
    return found


def _sets(reading, account, amount, credits=()):
    """Every meaningful set of debits that makes ``amount``."""
    day = reading.receipt.date
    debits = account.debits
    sets = {}

    def add(rule, items, tested, vetoes=()):
        items = tuple(items)
        if any(item.issued and item.issued > day for item in items):
            return
        ids = tuple(item.id for item in items)
        sets.setdefault(ids, (rule, items, tested, vetoes))

    singles = account.by_amount.get(amount, ())
    for item in singles:
        add("unique_amount", (item,), len(debits))
    if len(debits) > 1:
        _structured(account, amount, day, add)
    if not sets:
        for some in subsets.free(account, amount):
            add("subset", some.items, some.expected * account.span)
        _all_but(account, amount, day, add)
    if not sets:
        _run_and_one(account, amount, add)
    return [_hypothesis(reading, account, *some, credits) for some in sets.values()][
        : subsets.MAX_SOLUTIONS
    ]


def _structured(account, amount, day, add):
    debits = account.debits
    due = [item for item in debits if item.due <= day]
    soon = [item for item in debits if item.due <= day + timedelta(days=10)]
    for rule, some in (("all_due", due), ("all_due", soon), ("all_open", debits)):
        if len(some) > 1 and sum(item.residual for item in some) == amount:
            add(rule, some, 4)
    for items in account.months.values():
        if len(items) > 1 and sum(item.residual for item in items) == amount:
            add("one_month", items, 2 * len(account.months))
    for first, last in subsets.windows(account, amount):
        rule = "oldest_first" if first == 0 else "consecutive"
        tested = len(debits) if first == 0 else len(debits) ** 2 / 2
        add(rule, debits[first : last + 1], tested)


def _all_but(account, amount, day, add):
    """Everything due but one or two."""
    due = [item for item in account.debits if item.due <= day + timedelta(days=10)]
    rest = sum(item.residual for item in due) - amount
    if len(due) < 5 or rest <= 0 or len(due) > subsets.MAX_WINDOW:
        return
    for item in due:
        if item.residual == rest:
            add("all_but", [i for i in due if i is not item], len(due))
    ids = {item.id for item in due}
    for first, second in subsets.pairs(account, rest):
        out = {account.debits[first].id, account.debits[second].id}
        if out <= ids:
            tested = len(due) ** 2 / 2
            add("all_but", [i for i in due if i.id not in out], tested)


def _run_and_one(account, amount, add):
    """Consecutive items without one of them, or with one more.

    Invoices of one settlement follow each other, but for one that was held back or
    taken along. So many sets are looked at that a person must say.
    """
    vetoes = (reason("letter_amount_only"),)
    debits, places = account.debits[:MAX_RUN], account.places
    tested = len(debits) ** 3 / 2
    if tested / account.span > subsets.ACCIDENTAL:
        return
    largest = max(item.residual for item in debits)
    for first in range(len(debits)):
        total = debits[first].residual
        for last in range(first + 1, len(debits)):
            total += debits[last].residual
            if total > amount + largest:
                # No single item is as much as this run and any longer one exceed.
                break
            for place in places.get(abs(total - amount), ()):
                if total > amount and first < place < last:
                    some = [*debits[first:place], *debits[place + 1 : last + 1]]
                    add("all_but", some, tested, vetoes)
                if total < amount and place < len(debits):
                    if not first - 1 <= place <= last + 1:
                        run = debits[first : last + 1]
                        add("subset", [*run, debits[place]], tested, vetoes)


def _hypothesis(reading, account, rule, items, tested, vetoes, credits):
    expected = max(tested / account.span, 1e-9)
    fit = min(FIT, -math.log(expected)) + BONUS[rule]
    why = [reason(f"letter_{rule}", count=len(items))]
    if credits:
        cents = -sum(item.residual for item in credits)
        money = {"cents": cents, "currency": reading.currency}
        why.append(reason("letter_net_of_credits", count=len(credits), amount=money))
        fit -= 1.0
    return Hypothesis(
        rule,
        whole([*items, *credits]),
        fit=fit,
        tier=BY_AMOUNT,
        evidence=tuple(why),
        vetoes=vetoes,
    )


def _net_of_credits(reading, account):
    """The same sets, when the payer deducted his credits: one, or all of them."""
    credits = account.credits
    if not credits or len(credits) > 6:
        return []
    day = reading.receipt.date
    choices = [(credit,) for credit in credits]
    if len(credits) > 1:
        choices.append(tuple(credits))
    found = []
    for some in choices:
        if any(item.issued and item.issued > day for item in some):
            continue
        more = -sum(item.residual for item in some)
        found += _sets(reading, account, reading.amount + more, some)
    return found
