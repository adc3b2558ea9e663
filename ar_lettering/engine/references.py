"""Find document numbers in what payers write.

A :class:`ReferenceIndex` is built once per batch from all documents; a text is then
read by dictionary look-ups only, so cost does not grow with the number of documents.

Numbers are compared piece by piece (runs of letters, runs of digits): separators,
spaces inside, accents and case never matter. How much a citation is worth:

* ``EXACT``: the whole number, leading zeros or not;
* ``VARIANT``: without its prefix, or with a two-digit year, and still long;
* ``SHORT``: few digits. Means something only among the documents of a known payer.

>>> numbers = enumerate(["FAC/2025/00012", "FAC/2025/00013"], start=1)
>>> index = ReferenceIndex([Document(n, number) for n, number in numbers])
>>> [(hit.documents, hit.strength) for hit in index.find("vir fac 2025-12 et 00013")]
[((1,), 'exact'), ((2,), 'exact')]
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .normalise import compact, is_rf, strip_accents

EXACT = "exact"
VARIANT = "variant"
SHORT = "short"
_ORDER = {EXACT: 0, VARIANT: 1, SHORT: 2}

#: Longest run of pieces read as one number (an RF reference in groups of four).
MAX_PIECES = 12
MIN_EXACT = 5
MIN_VARIANT = 6
MIN_SHORT = 3

_PIECE = re.compile(r"[A-Z]+|\d+")
_YEAR = re.compile(r"(19|20)\d\d")
#: Amounts, dates and bank account numbers: their digits cite nothing by themselves.
_NOISE = re.compile(
    r"\d{1,3}(?:[ .]\d{3})*[.,]\d{2}(?!\d)"
    r"|(?<!\d)\d{1,2}[./-]\d{1,2}[./-](?:20)?\d{2}(?!\d)"
    r"|[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,4})?\b"
    r"|\d+ ?(?:EUR|EUROS?|USD|GBP)\b"
)
_JOINING = frozenset({"ET", "AND", "PLUS", "N", "NO", "NR"})


@dataclass(frozen=True)
class Document:
    """An invoice or credit note that a payer may cite.

    ``aliases`` are other references of the same document: its payment reference,
    the customer's own order number.
    """

    id: int
    number: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Hit:
    """A place of the text that cites one document, or one of several."""

    documents: tuple[int, ...]
    strength: str
    text: str


def pieces(text):
    """:return: the letter and digit runs of a text, with their positions.

    :rtype: list[tuple[str, int, int]]
    """
    upper = strip_accents(text).upper()
    return [(m.group(), m.start(), m.end()) for m in _PIECE.finditer(upper)]


def _stripped(words):
    return ".".join(
        word.lstrip("0") or "0" if word.isdigit() else word for word in words
    )


def keys_of(number):
    """All spellings under which a number is looked up.

    :return: dictionary spelling -> strength (a spelling never gets weaker)
    """
    words = [word for word, _start, _end in pieces(number)]
    keys = {}

    def add(key, strength):
        if key and _ORDER[strength] < _ORDER.get(keys.get(key), 9):
            keys[key] = strength

    if not any(word.isdigit() for word in words):
        return keys
    _add_whole(words, add)
    first_digit = next(i for i, word in enumerate(words) if word.isdigit())
    prefix, digits = words[:first_digit], words[first_digit:]
    _add_without_prefix(digits, add)
    _add_years(prefix, digits, add)
    tail = digits[-1]
    if tail.isdigit():
        if len(tail) >= MIN_SHORT:
            add(tail, SHORT)
        bare = tail.lstrip("0")
        if len(bare) >= MIN_SHORT:
            add(bare, SHORT)
    return keys


def _add_whole(words, add):
    glued, bare = "".join(words), _stripped(words)
    if len(glued) < MIN_EXACT:
        strength = SHORT if len(glued) >= MIN_SHORT else None
    else:
        # Digits alone may be anything; letters in front make a number.
        strength = VARIANT if glued.isdigit() else EXACT
    if strength:
        add(glued, strength)
        significant = len(bare.replace(".", ""))
        add(bare, strength if significant >= MIN_EXACT else SHORT)


def _add_without_prefix(digits, add):
    glued = "".join(digits)
    if len(glued) >= MIN_VARIANT:
        add(glued, VARIANT)
    elif len(glued) >= MIN_SHORT:
        add(glued, SHORT)
    if len(digits) > 1:
        add(_stripped(digits), SHORT)


def _add_years(prefix, digits, add):
    """The year told with two digits, or left out."""
    at = next((i for i, word in enumerate(digits) if _YEAR.fullmatch(word)), None)
    if at is None or len(digits) < 2:
        return
    short_year = [*digits[:at], digits[at][2:], *digits[at + 1 :]]
    no_year = [*digits[:at], *digits[at + 1 :]]
    if prefix:
        add("".join(prefix + short_year), VARIANT)
        add(_stripped(prefix + short_year), VARIANT)
        add("".join(prefix + no_year), SHORT)
        add(_stripped(prefix + no_year), SHORT)
    glued = "".join(short_year)
    add(glued, VARIANT if len(glued) >= MIN_VARIANT + 1 else SHORT)


class ReferenceIndex:
    """Spelling -> documents, for every document that may be cited.

    :param documents: iterable of :class:`Document`
    """

    def __init__(self, documents):
        self._keys = {}
        self._numbers = {}
        for document in documents:
            self._numbers[document.id] = document.number
            for key, strength in keys_of(document.number).items():
                self._add(key, document.id, strength)
            for alias in document.aliases:
                self._add_alias(alias, document)

    def _add(self, key, document, strength):
        known = self._keys.setdefault(key, {})
        if _ORDER[strength] < _ORDER.get(known.get(document), 9):
            known[document] = strength

    def _add_alias(self, alias, document):
        key = compact(alias)
        if len(key) < MIN_EXACT or not any(char.isdigit() for char in key):
            return
        self._add(key, document.id, EXACT if is_rf(key) else VARIANT)

    def lookup(self, key):
        """:return: the best-known documents of one spelling and their strength."""
        known = self._keys.get(key)
        if not known:
            return (), ""
        best = min(known.values(), key=_ORDER.get)
        return tuple(sorted(d for d, s in known.items() if s == best)), best

    def find_whole(self, reference):
        """Read a structured reference, which is a number and nothing else.

        :return: one hit or None
        """
        documents, strength = self.lookup(compact(reference))
        if not documents or strength == SHORT:
            return None
        return Hit(documents, EXACT, reference)

    def find(self, text):
        """Read a free text.

        The longest citation wins at each place; places do not overlap. ``SHORT``
        hits are single digit runs standing alone, outside amounts, dates and IBANs.

        :rtype: list[Hit]
        """
        upper = strip_accents(text).upper()
        words = [(m.group(), m.start(), m.end()) for m in _PIECE.finditer(upper)]
        noise = [m.span() for m in _NOISE.finditer(upper)]
        hits, at = [], 0
        while at < len(words):
            hit, used = self._longest(words, at, upper, noise)
            if hit is None:
                at += 1
                continue
            hits.append(hit)
            at += used
            if hit.strength != SHORT and len(hit.documents) == 1:
                more, at = self._continued(words, at, hit, upper, noise)
                hits.extend(more)
        return hits

    def _longest(self, words, at, upper, noise):
        limit = min(MAX_PIECES, len(words) - at)
        for size in range(limit, 0, -1):
            run = [word for word, _s, _e in words[at : at + size]]
            start, end = words[at][1], words[at + size - 1][2]
            documents, strength = self._best("".join(run), _stripped(run))
            if not documents:
                continue
            if strength == SHORT and not _alone(upper, start, end, noise):
                continue
            return Hit(documents, strength, upper[start:end]), size
        return None, 0

    def _best(self, *keys):
        found = [self.lookup(key) for key in dict.fromkeys(keys)]
        found = [item for item in found if item[0]]
        return min(found, key=lambda item: _ORDER[item[1]], default=((), ""))

    def _continued(self, words, at, hit, upper, noise):
        """Numbers that lean on the one before: "FAC/2025/00012, 00013 et 14"."""
        number = [w for w, _s, _e in pieces(self._numbers[hit.documents[0]])]
        hits = []
        while at < len(words):
            skip = 1 if words[at][0] in _JOINING and at + 1 < len(words) else 0
            word, start, end = words[at + skip]
            if not word.isdigit() or not _alone(upper, start, end, noise):
                break
            if at + skip + 1 < len(words) and _glued(upper, end, words[at + skip + 1]):
                break
            run = [*number[:-1], word]
            documents, strength = self._best("".join(run), _stripped(run))
            if strength != EXACT:
                break
            hits.append(Hit(documents, EXACT, word))
            at += skip + 1
        return hits, at


def _alone(upper, start, end, noise):
    """Whether the characters around are no letters or digits, nor part of noise."""
    if start and upper[start - 1].isalnum():
        return False
    if end < len(upper) and upper[end].isalnum():
        return False
    return not any(a < end and start < b for a, b in noise)


def _glued(upper, end, following):
    """Whether the next piece belongs to the same word ("00013/2024")."""
    word, start, _end = following
    return word.isdigit() and upper[end:start] in ("/", "-", ".")
