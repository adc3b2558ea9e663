"""How long data are kept, by kind."""

from dataclasses import dataclass


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
