"""How long data are kept, by kind."""

from dataclasses import dataclass
from datetime import date

#: Last days of the months of a common year.
DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True)
class RetentionKind:
    """What a rule is about: words of facts by the beginning of their kind, or records.

    :param starts: beginnings of kinds of facts; ``("",)`` are all that no other
        rule names
    :param model: model of the records instead, one of the sources of ``ar.person``
    """

    label: str
    starts: tuple[str, ...] = ()
    model: str = ""


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, the last of the month at most.

    >>> months_before(date(2024, 3, 31), 1), months_before(date(2025, 1, 15), 24)
    (datetime.date(2024, 2, 29), datetime.date(2023, 1, 15))
    """
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    last = DAYS[month]
    if month == 1 and (years % 4 == 0 and years % 100 != 0 or years % 400 == 0):
        last = 29
    return date(years, month + 1, min(day.day, last))


def kind_of(event_kind: str, kinds: dict) -> str | None:
    """Code of the rule that a kind of fact falls under: the longest beginning wins.

    >>> kinds = {"a": RetentionKind("A", ("note",)), "z": RetentionKind("Z", ("",))}
    >>> kind_of("note", kinds), kind_of("reply", kinds)
    ('a', 'z')
    """
    best = None
    for code, kind in kinds.items():
        for start in kind.starts:
            if _begins(event_kind, start) and (best is None or len(start) > best[0]):
                best = (len(start), code)
    return best and best[1]


def _begins(event_kind, start):
    return not start or event_kind == start or event_kind.startswith(f"{start}_")
