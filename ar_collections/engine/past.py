"""What was true at the end of a past day, from what is true now and what changed.

Nothing is copied every night: the past is today's value, rewound by what changed
since. Days are those of the collecting company's calendar.
"""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from itertools import chain


@dataclass(frozen=True)
class Change:
    """A value that was another one until some day."""

    day: date
    old: object
    new: object = None


def rewind(now, changes, day):
    """A value at the end of a day.

    :param now: its value by now
    :param changes: :class:`Change`, in the order in which they happened
    :param date day: the day asked for

    >>> held = [Change(date(2026, 3, 4), None, 1), Change(date(2026, 3, 9), 1, None)]
    >>> [rewind(None, held, date(2026, 3, day)) for day in (3, 4, 8, 9)]
    [None, 1, 1, None]
    """
    return next((change.old for change in changes if change.day > day), now)


@dataclass(frozen=True)
class Match:
    """What one receivable line received from another, and since when that counts.

    :ivar cents: signed like the line, in its currency
    :ivar until: day on which the matching was undone
    """

    line_id: int
    other_move_id: int
    cents: int
    company_cents: int
    since: date
    until: date | None = None


class Spells:
    """Values that stay the same between two days on which something happens."""

    def __init__(self):
        self._turns, self._kept = {}, {}

    def get(self, key, day, turns, make):
        """The value of a key on a day.

        :param turns: tells all the days from which on the value may be another one
        :param make: tells the value, asked once a spell when days come in order
        """
        days = self._turns.get(key)
        if days is None:
            days = self._turns[key] = sorted(set(turns()))
        spell = bisect_right(days, day)
        kept = self._kept.get(key)
        if kept is None or kept[0] != spell:
            kept = self._kept[key] = (spell, make())
        return kept[1]


class Ledger:
    """Receivable lines that may have been open on the days of a period.

    :param lines: dictionaries of the loader with their whole amount as ``residual``
        and ``company_residual``, ``since`` (first day on which the line was known)
    :param matches: :class:`Match` of these lines
    :param posted: ``{move id: bool}``, by now; an entry that is not there is posted
    :param states: ``{move id: [Change]}`` of that
    :param followups: ``{line id: [Change]}`` of ``no_followup``
    """

    def __init__(self, lines, matches=(), posted=None, states=None, followups=None):
        self.lines = lines
        self.posted, self.states = posted or {}, states or {}
        self.followups = followups or {}
        self.matches = {}
        for match in matches:
            self.matches.setdefault(match.line_id, []).append(match)

    def on(self, day):
        """The lines with something open at the end of a day, as the loader has it."""
        return [told for line in self.lines if (told := self.at(line, day))]

    def at(self, line, day):
        """One of its lines at the end of a day, None when nothing was open."""
        if line["since"] > day or not self._is_posted(line["move_id"], day):
            return None
        cents, company_cents = self._received(line["line_id"], day)
        if line["residual"] == cents:
            return None
        return {
            **line,
            "residual": line["residual"] - cents,
            "company_residual": line["company_residual"] - company_cents,
            "scope_code": self._scope(line, day),
        }

    def turns(self, line):
        """Days from which on this line may be told otherwise."""
        matches = self.matches.get(line["line_id"], ())
        moves = [line["move_id"], *(match.other_move_id for match in matches)]
        changes = [self.states.get(move_id, ()) for move_id in moves]
        changes.append(self.followups.get(line["line_id"], ()))
        yield line["since"]
        for match in matches:
            yield match.since
            if match.until:
                yield match.until
        for change in chain.from_iterable(changes):
            yield change.day

    def _is_posted(self, move_id, day):
        now = self.posted.get(move_id, True)
        return rewind(now, self.states.get(move_id, ()), day)

    def _received(self, line_id, day):
        cents = company_cents = 0
        for match in self.matches.get(line_id, ()):
            undone = match.until and match.until <= day
            if match.since > day or undone:
                continue
            if self._is_posted(match.other_move_id, day):
                cents += match.cents
                company_cents += match.company_cents
        return cents, company_cents

    def _scope(self, line, day):
        code = line["scope_code"]
        changes = self.followups.get(line["line_id"])
        if not changes or code not in (None, "scope_no_followup", "scope_opening"):
            return code
        if not rewind(code is not None, changes, day):
            return None
        return code or "scope_no_followup"


@dataclass(frozen=True)
class Touch:
    """What one contact, or a step called off, did to an item.

    :ivar level: where it left the item on the ladder; None: where it stood
    :ivar contact: whether the customer was contacted
    """

    day: date
    level: int | None
    contact: bool = True


class Places:
    """Ladder positions of items, from the contacts that were made.

    :param touches: ``{item id: [Touch]}`` in the order in which they happened
    """

    def __init__(self, touches):
        self.touches = touches
        self._days = {i: [t.day for t in told] for i, told in touches.items()}

    def turns(self, item_id):
        """Days from which on an item may stand elsewhere."""
        return self._days.get(item_id, ())

    def on(self, item_id, day, level, contact):
        """Where an item stood at the end of a day.

        :param level: where it stands by now
        :param contact: last contact about it by now
        :return: (level, last contact); an item whose contacts are not known stands
            where it stands by now
        """
        if item_id not in self.touches:
            return level, contact if contact and contact <= day else None
        done = self.touches[item_id][: bisect_right(self._days[item_id], day)]
        levels = [touch.level for touch in done if touch.level is not None]
        days = [touch.day for touch in done if touch.contact]
        return levels[-1] if levels else None, days[-1] if days else None


def height_on(day, now, reached, resets):
    """Highest level that an account had reached since nothing was late.

    :param now: the height by now
    :param reached: ``[(day, level)]`` of the contacts about the whole account
    :param resets: days on which nothing was late any more
    """
    last = max((d for d in resets if d <= day), default=None)
    if not any(d > day for d in [*resets, *(d for d, _level in reached)]):
        return now
    levels = [lv for d, lv in reached if d <= day and (last is None or d > last)]
    return max(levels, default=None)


@dataclass(frozen=True)
class Settled:
    """An item of an account whose ladder begins again.

    :ivar closed: day on which it was settled, None while open
    """

    id: int
    due_date: date
    closed: date | None
    level: int | None
    contact: date | None


def restart_on(day, items):
    """Last day on which the oldest reminded item was settled; None: never.

    :param items: :class:`Settled`, as they stood at the end of that day
    """
    told = [i for i in items if i.level is not None and i.contact]
    still = [i for i in told if i.closed is None or i.closed > day]
    days = [
        item.closed
        for item in told
        if item.closed
        and item.contact <= item.closed <= day
        and not any(
            o.due_date < item.due_date and o.contact <= item.closed for o in still
        )
    ]
    return max(days, default=None)


@dataclass(frozen=True)
class Contacting:
    """One reminder of the past, from plan to end.

    :ivar ended: day on which it left, or was cancelled; None: still under way
    :ivar troubles: ``[(day, state)]``: when it failed, was in doubt, or was tried
        again (``planned``)
    """

    unit_key: str
    planned: date
    ended: date | None
    troubles: tuple[tuple[date, str], ...] = ()

    def on(self, day):
        """Its state at the end of a day, None when it was not under way."""
        if self.planned > day or (self.ended and self.ended <= day):
            return None
        known = [state for told, state in self.troubles if told <= day]
        return known[-1] if known else "planned"


def under_way(reminders, day):
    """``(state, planned day)`` of the reminder that was under way, or ``(None,) * 2``.

    A reminder that failed counts until another came after it.

    :param reminders: :class:`Contacting` of one account, oldest first
    """
    found = (None, None)
    for rank, reminder in enumerate(reminders):
        state = reminder.on(day)
        units = (reminder.unit_key, "account")
        later = [
            r for r in reminders[rank + 1 :] if r.planned <= day and r.unit_key in units
        ]
        if state is None or (state == "failed" and later):
            continue
        if found[0] is None or state in ("failed", "in_doubt"):
            found = (state, reminder.planned)
    return found
