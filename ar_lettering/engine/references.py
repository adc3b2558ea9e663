"""Find document numbers in what payers write.

A :class:`ReferenceIndex` is built once per batch from all documents; a text is then
read by dictionary look-ups only, so cost does not grow with the number of documents.

Numbers are compared piece by piece (runs of letters, runs of digits): separators,
spaces inside, accents and case never matter. How much a citation is worth:

* ``EXACT``: the whole number, leading zeros or not;
* ``VARIANT``: without its prefix, or with a two-digit year, and still long;
* ``SHORT``: the last digits. Means something only among the documents of a known
  payer, so it is read by a :class:`ShortIndex` of these;
* ``ALTERED``: one digit wrong, missing or swapped, among the same.

>>> numbers = enumerate(["FAC/2025/00012", "FAC/2025/00013"], start=1)
>>> index = ReferenceIndex([Document(n, number) for n, number in numbers])
>>> [(hit.documents, hit.strength) for hit in index.find("vir fac 2025-12 et 00013")]
[((1,), 'exact'), ((2,), 'exact')]
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from .normalise import compact, is_rf, strip_accents

EXACT = "exact"
VARIANT = "variant"
SHORT = "short"
ALTERED = "altered"
#: The strongest first.
_STRENGTHS = (EXACT, VARIANT, SHORT, ALTERED)
_ORDER = {strength: rank for rank, strength in enumerate(_STRENGTHS)}

#: Longest run of pieces read as one number (an RF reference in groups of four).
MAX_PIECES = 12
MIN_EXACT = 5
MIN_VARIANT = 6
MIN_SHORT = 3

_DIGITS = re.compile(r"\d+")
_PIECE = re.compile(r"[A-Z]+|\d+")
_YEAR = re.compile(r"(19|20)\d\d")
#: Amounts, dates and bank account numbers: their digits cite nothing by themselves.
_NOISE = re.compile(
    r"\d{1,3}(?:[ .]\d{3})*[.,]\d{2}(?!\d)"
    r"|(?<!\d)\d{1,2}[./-]\d{1,2}[./-](?:20)?\d{2}(?!\d)"
    r"|[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,4})?\b"
    r"|\d+ ?(?:EUR|EUROS?|USD|GBP)\b"
)
_RANGE = frozenset({"A", "AU", "TO"})
_JOINING = frozenset({"ET", "AND", "PLUS", "N", "NO", "NR"}) | _RANGE
#: Longest range of numbers that is believed.
MAX_RANGE = 40


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


def strengths_of(hits):
    """:return: dictionary document -> strength of its strongest citation"""
    found = {}
    for hit in hits:
        for document in hit.documents:
            known = found.get(document, hit.strength)
            found[document] = min(known, hit.strength, key=_ORDER.get)
    return found


def _words(number):
    """The letter and digit runs of a number."""
    return _PIECE.findall(strip_accents(number).upper())


def _stripped(words):
    return ".".join([word.lstrip("0") or "0" for word in words])


def keys_of(number):
    """Spellings under which a number is looked up among all documents.

    :return: dictionary spelling -> strength (a spelling never gets weaker)
    """
    words, keys = _words(number), {}
    first_digit = next((i for i, word in enumerate(words) if word.isdigit()), None)
    if first_digit is None:
        return keys
    _add_whole(words, keys)
    prefix, digits = words[:first_digit], words[first_digit:]
    if prefix:
        glued = "".join(digits)
        if len(glued) >= MIN_VARIANT:
            keys.setdefault(glued, VARIANT)
    _add_short_year(prefix, digits, keys)
    return keys


def _add_whole(words, keys):
    glued, bare = "".join(words), _stripped(words)
    if len(glued) < MIN_EXACT:
        return
    # Digits alone may be anything; letters in front make a number.
    strength = VARIANT if glued.isdigit() else EXACT
    keys[glued] = strength
    if len(bare) - bare.count(".") >= MIN_EXACT:
        keys.setdefault(bare, strength)


def _add_short_year(prefix, digits, keys):
    """The year told with two digits."""
    if len(digits) < 2:
        return
    at = next((i for i, word in enumerate(digits) if _YEAR.fullmatch(word)), None)
    if at is None:
        return
    short_year = [*digits[:at], digits[at][2:], *digits[at + 1 :]]
    if prefix:
        keys.setdefault("".join(prefix + short_year), VARIANT)
        keys.setdefault(_stripped(prefix + short_year), VARIANT)
    glued = "".join(short_year)
    if len(glued) > MIN_VARIANT:
        keys.setdefault(glued, VARIANT)


class Text:
    """A text cut into pieces once, for all that read it.

    :ivar words: the pieces
    :ivar spans: where each stands in ``upper``
    """

    __slots__ = ("_digits", "_noise", "spans", "upper", "words")

    def __init__(self, text):
        upper = text.upper() if text.isascii() else strip_accents(text).upper()
        self.upper = upper
        self.words, self.spans = [], []
        for found in _PIECE.finditer(upper):
            self.words.append(found.group())
            self.spans.append(found.span())
        self._noise = self._digits = None

    @property
    def noise(self):
        """Places of amounts, dates and bank accounts."""
        if self._noise is None:
            self._noise = [m.span() for m in _NOISE.finditer(self.upper)]
        return self._noise

    def alone(self, first, last):
        """Whether these pieces touch no letter or digit, nor stand in noise."""
        upper, start, end = self.upper, self.spans[first][0], self.spans[last][1]
        if start and upper[start - 1].isalnum():
            return False
        if end < len(upper) and upper[end].isalnum():
            return False
        return not any(a < end and start < b for a, b in self.noise)

    def digits(self):
        """Digit runs that may be short references.

        :return: list of (digits, piece, whether they may be cut off at the end)
        """
        if self._digits is None:
            last = len(self.words) - 1
            self._digits = [
                (word, at, at == last)
                for at, word in enumerate(self.words)
                if word.isdigit() and len(word) >= 2 and self.alone(at, at)
            ]
        return self._digits


class ReferenceIndex:
    """Spelling -> documents, for every document that may be cited.

    :param documents: iterable of :class:`Document`
    """

    def __init__(self, documents):
        self._keys = {}
        self._several = {}
        self._numbers = {}
        for document in documents:
            self._numbers[document.id] = document.number
            for key, strength in keys_of(document.number).items():
                self._add(key, document.id, strength)
            for alias in document.aliases:
                self._add_alias(alias, document)
        self._longest = max(map(len, self._keys), default=0)

    def number(self, document):
        """:return: the number of a document"""
        return self._numbers[document]

    def _add(self, key, document, strength):
        # One number per entry keeps 100,000 documents small; twins go elsewhere.
        code = document * 4 + _ORDER[strength]
        known = self._keys.setdefault(key, code)
        if known != code:
            self._several.setdefault(key, {known}).add(code)

    def _add_alias(self, alias, document):
        key = compact(alias)
        if len(key) < MIN_EXACT or not _DIGITS.search(key):
            return
        if key.isdigit() and len(key) < MIN_VARIANT:
            return
        whole = key.startswith("RF") and is_rf(key)
        self._add(key, document.id, EXACT if whole else VARIANT)

    def lookup(self, key):
        """:return: the best-known documents of one spelling and their strength."""
        code = self._keys.get(key)
        if code is None:
            return (), ""
        codes = self._several.get(key)
        if codes is None:
            return (code // 4,), _STRENGTHS[code % 4]
        best = min(code % 4 for code in codes)
        found = {code // 4 for code in codes if code % 4 == best}
        return tuple(sorted(found)), _STRENGTHS[best]

    def find_whole(self, reference):
        """Read a structured reference, which is a number and nothing else.

        :return: one hit or None
        """
        documents, _strength = self.lookup(compact(reference))
        return Hit(documents, EXACT, reference) if documents else None

    def find(self, text):
        """Read a free text, a string or a :class:`Text`.

        The longest citation wins at each place; places do not overlap.

        :rtype: list[Hit]
        """
        text = text if isinstance(text, Text) else Text(text)
        hits, at, size = [], 0, len(text.words)
        while at < size:
            hit, used = self._longest_at(text, at)
            if hit is None:
                at += 1
                continue
            hits.append(hit)
            at += used
            if len(hit.documents) == 1:
                more, at = self._continued(text, at, hit)
                hits.extend(more)
        return hits

    def _longest_at(self, text, at):
        words, keys = text.words, self._keys
        glued = bare = ""
        best, size = None, 0
        for n in range(at, min(at + MAX_PIECES, len(words))):
            word = words[n]
            glued += word
            if len(glued) > self._longest + 8:
                break
            piece = word.lstrip("0") or "0"
            bare = f"{bare}.{piece}" if bare else piece
            key = glued if glued in keys else bare if bare in keys else None
            if key is None or (len(key) < 7 and not self._stands(text, at, n, key)):
                continue
            best, size = key, n - at + 1
        if best is None:
            return None, 0
        documents, strength = self.lookup(best)
        start, end = text.spans[at][0], text.spans[at + size - 1][1]
        return Hit(documents, strength, text.upper[start:end]), size

    def _stands(self, text, first, last, key):
        """Few digits must stand alone; letters in front make them a number."""
        return not key.isdigit() or text.alone(first, last)

    def _continued(self, text, at, hit):
        """Numbers that lean on the one before: "FAC/2025/00012, 00013 et 14"."""
        words, number = text.words, _words(self._numbers[hit.documents[0]])
        hits, ranged = [], False
        while at < len(words):
            skip = 1 if words[at] in _JOINING and at + 1 < len(words) else 0
            ranged = bool(skip) and words[at] in _RANGE
            place = at + skip
            word = words[place]
            if not word.isdigit() or not text.alone(place, place):
                break
            if place + 1 < len(words) and _glued(text, place):
                break
            found = self._leaning(number, word)
            if found is None:
                break
            last = (hits or [hit])[-1].documents[0]
            if ranged:
                hits += self._between(number, last, found)
            hits.append(Hit((found,), EXACT, word))
            at = place + 1
        return hits, at

    def _leaning(self, number, word):
        """The one document numbered like ``number``, but for its last digits."""
        if word[0] == "0" and len(word) != len(number[-1]):
            # A piece of a number that a line break cut.
            return None
        ends = [word]
        if len(word) < len(number[-1]):
            ends.append(number[-1][: -len(word)] + word)
        for end in ends:
            run = [*number[:-1], end]
            for key in ("".join(run), _stripped(run)):
                documents, strength = self.lookup(key)
                if len(documents) == 1 and strength in (EXACT, VARIANT):
                    return documents[0]
        return None

    def _between(self, number, first, last):
        """Documents of a range "00012 A 00015", when all of them are known."""
        ends = [_words(self._numbers[d]) for d in (first, last)]
        low, high = (int(end[-1]) for end in ends)
        if not 1 < high - low <= MAX_RANGE:
            return []
        width = len(ends[1][-1])
        found = []
        for n in range(low + 1, high):
            documents, _s = self.lookup("".join([*number[:-1], f"{n:0{width}d}"]))
            if len(documents) == 1:
                found.append(Hit(documents, VARIANT, str(n)))
        return found


class ShortIndex:
    """The last digits of one customer's documents.

    :param numbers: (document, number) pairs, open ones
    """

    def __init__(self, numbers):
        self._numbers = []
        self._whole = {}
        for document, number in numbers:
            runs = _DIGITS.findall(number)
            if not runs:
                continue
            whole, tail = "".join(runs), runs[-1].lstrip("0")
            joined = "".join([run.lstrip("0") for run in runs[-2:]])
            self._numbers.append((document, whole, tail, joined))
            self._whole.setdefault(whole, set()).add(document)

    def find(self, text):
        """Digit runs of a text that end the number of one document.

        :param Text text: the text
        :return: list of :class:`Hit` with the documents that each run may be
        """
        hits = []
        for digits, _at, _last in text.digits():
            end = digits.lstrip("0")
            if len(end) < 2:
                continue
            long = len(end) >= MIN_SHORT
            documents = {
                document
                for document, whole, tail, joined in self._numbers
                if (long and whole.endswith(end)) or end in (tail, joined)
            }
            if documents:
                hits.append(Hit(tuple(sorted(documents)), SHORT, digits))
        return hits

    def find_altered(self, text):
        """Digit runs that are a number but for one digit.

        :rtype: list[Hit]
        """
        hits = []
        for digits in {"".join(run) for run in _digit_groups(text)}:
            if len(digits) < MIN_EXACT:
                continue
            documents = {
                document
                for whole, found in self._whole.items()
                if abs(len(whole) - len(digits)) < 2 and whole != digits
                if OSA.distance(digits, whole, score_cutoff=1) <= 1
                for document in found
            }
            if documents:
                hits.append(Hit(tuple(sorted(documents)), ALTERED, digits))
        return hits

    def find_cut(self, text):
        """Documents whose digits begin as the last digits of a cut text do."""
        if not text.words or not text.words[-1].isdigit():
            return frozenset()
        runs = []
        for word in reversed(text.words):
            if not word.isdigit() or len(runs) > 3:
                break
            runs.insert(0, word)
        found = set()
        for first in range(len(runs)):
            begun = "".join(runs[first:])
            if len(begun) >= MIN_SHORT:
                found |= {
                    document
                    for whole, documents in self._whole.items()
                    if len(whole) > len(begun) and whole.startswith(begun)
                    for document in documents
                }
        return frozenset(found)


def _digit_groups(text):
    """Digit runs alone, and runs that a separator joins ("2025/00012")."""
    group, end = [], -9
    for word, (start, stop) in zip(text.words, text.spans, strict=True):
        if not word.isdigit():
            continue
        if group and start - end > 1:
            yield group
            group = []
        group.append(word)
        yield [word]
        end = stop
    if group:
        yield group


def _glued(text, place):
    """Whether the next piece belongs to the same word ("00013/2024")."""
    end, start = text.spans[place][1], text.spans[place + 1][0]
    return text.words[place + 1].isdigit() and text.upper[end:start] in ("/", "-", ".")
