"""Items of an open recovery case leave the ladder."""

from dataclasses import replace

from .facts import Reason
from .past import rewind


def in_case_on(rows, as_of):
    """Items that were in an open case at the end of a day.

    :param rows: ``(item id, name of the case, since, holds now, changes)``, where
        ``changes`` are :class:`engine.past.Change` of whether it holds
    :param date as_of: the day asked for
    :return: ``{item id: name of the case}``

    >>> from datetime import date
    >>> from .past import Change
    >>> closed = [Change(date(2026, 3, 9), True, False)]
    >>> row = (7, "REC/1", date(2026, 3, 2), False, closed)
    >>> [in_case_on([row], date(2026, 3, day)) for day in (1, 2, 8, 9)]
    [{}, {7: 'REC/1'}, {7: 'REC/1'}, {}]
    """
    return {
        item: name
        for item, name, since, holds, changes in rows
        if since <= as_of and rewind(holds, changes, as_of)
    }


def with_cases(items, held):
    """The same items; those in a case are held back, with the reason.

    :param items: :class:`engine.facts.Item`
    :param held: ``{item id: name of the case}``
    """
    if not held:
        return items
    return tuple(
        replace(
            item,
            blocked=True,
            reasons=(Reason("in_case", {"case": held[item.id]}), *item.reasons),
        )
        if item.id in held
        else item
        for item in items
    )
