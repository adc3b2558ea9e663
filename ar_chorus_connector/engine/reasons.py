"""Why the buyer says no: from reason codes, or from words, to a dispute reason.

An accredited platform sends codes of a closed list; Chorus Pro sends a sentence.
Both are looked up in one editable table.
"""

import re
import unicodedata
from dataclasses import dataclass


def plain(text):
    """``text`` without accents, case or punctuation, words apart by one space.

    >>> plain("N° d'engagement : ABSENT !")
    'n d engagement absent'
    """
    bare = unicodedata.normalize("NFKD", text or "")
    bare = "".join(c for c in bare if not unicodedata.combining(c)).casefold()
    return " ".join(re.findall(r"[a-z0-9]+", bare))


@dataclass(frozen=True)
class ReasonLine:
    """One line of the table.

    :param str reason: dispute reason of ours
    :param str code: reason code of the platform, empty when words tell it
    :param tuple words: expressions, any of which tells it in a comment
    """

    reason: str
    code: str = ""
    words: tuple = ()


class ReasonTable:
    """Finds the dispute reason of a fact.

    :param lines: :class:`ReasonLine`, the first that fits counts
    """

    def __init__(self, lines=()):
        self._codes, self._words = {}, []
        for line in lines:
            if line.code:
                self._codes.setdefault(line.code, line.reason)
            expressions = [plain(word) for word in line.words]
            self._words += [(e, line.reason) for e in expressions if e]

    def reason_of(self, event, default):
        """Dispute reason of ``event``: its codes, then its words, then ``default``."""
        for code in event.reasons:
            if code in self._codes:
                return self._codes[code]
        told = f" {plain(event.comment)} "
        for expression, reason in self._words:
            if f" {expression} " in told:
                return reason
        return default
