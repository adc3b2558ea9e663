"""How much of an invoice its disputes hold back, whatever happens to its residual.

A dispute remembers what was contested at first. What it holds back at any time is
computed from that and from what is open now, so it shrinks with a payment or a credit
note and grows back, never beyond the first amount, when these are undone. The rest
stays chased: what all disputes hold back and what is undisputed add up to what is
open, always. Amounts are integer minor units in the currency of the invoice.

>>> split({1: 500, 2: 500}, [Contested("a", 300), Contested("b", 400, 2)])
Split(held={'b': 400, 'a': 300}, by_item={1: 300, 2: 400}, undisputed=300)
>>> split({1: 0, 2: 150}, [Contested("a", 300), Contested("b", 400, 2)]).held
{'b': 150, 'a': 0}
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Contested:
    """One running dispute.

    ``asked`` is what was contested at first; ``item`` the instalment it is about,
    None for the whole invoice.
    """

    key: Hashable
    asked: int
    item: Hashable = None


@dataclass(frozen=True)
class Split:
    """What is open on one invoice, shared out.

    ``held`` tells each dispute by its key, ``by_item`` each instalment; together with
    ``undisputed`` they are what is open, a credit counting for nothing.
    """

    held: dict
    by_item: dict
    undisputed: int


def split(open_by_item: Mapping, disputes: Iterable[Contested]) -> Split:
    """Share what is open between the disputes and the undisputed rest.

    Disputes of one instalment come first, since only that instalment can answer them;
    then those of the whole invoice, which take the instalments by due date. Within
    each the older one comes first: a later dispute never takes from an earlier one.

    :param open_by_item: ``{instalment: open cents}``, by due date
    :param disputes: the running ones, oldest first
    """
    room = {item: max(cents, 0) for item, cents in open_by_item.items()}
    taken = dict.fromkeys(room, 0)
    held = {}
    # A stable sort: those of one instalment first, each kind still oldest first.
    for dispute in sorted(disputes, key=lambda d: d.item is None):
        left = max(dispute.asked, 0)
        for item in list(room) if dispute.item is None else [dispute.item]:
            part = min(left, room.get(item, 0))
            if part:
                room[item] -= part
                taken[item] += part
                left -= part
        held[dispute.key] = max(dispute.asked, 0) - left
    return Split(held, taken, sum(room.values()))


def free(open_by_item: Mapping, disputes: Iterable[Contested], item=None) -> int:
    """What one more dispute could still contest without taking from the others.

    :param item: the instalment it is about, None for the whole invoice
    """
    disputes = list(disputes)
    undisputed = split(open_by_item, disputes).undisputed
    if item is None:
        return undisputed
    bound = split(open_by_item, [d for d in disputes if d.item == item])
    left = max(open_by_item.get(item, 0), 0) - bound.by_item.get(item, 0)
    return min(undisputed, left)
