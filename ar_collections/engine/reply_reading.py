"""What a customer's mail says: a suggestion that quotes the sentence it read.

Rules only: words of French and English, dates, numbers of invoices, amounts. What is
denied, asked, wished or tied to a condition is no promise; what is not clear gives
no suggestion. A person confirms, always.

>>> from datetime import date
>>> [told] = read("Bonjour, virement prévu le 27/11.", date(2026, 11, 10))
>>> told.kind, told.day.isoformat(), told.sentence
('promise', '2026-11-27', 'virement prévu le 27/11.')
"""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum

from . import reply_words as words
from .reply_dates import days
from .reply_figures import amounts, named, person, reference
from .reply_reasons import REASONS
from .reply_text import fold, own_words, plain, sentences


class Kind(str, Enum):
    """What a reply can turn out to be."""

    PROMISE = "promise"
    PAID = "paid"
    DISPUTE = "dispute"
    CONTACT = "contact"
    AWAY = "away"


#: Reading one sentence of these makes what else is in it doubtful.
FAR_AHEAD = timedelta(days=190)
LONG_AGO = timedelta(days=400)
CLAUSES = re.compile(
    r"\s*;\s*|,?\s+(?:mais|but|however|par contre|en revanche|toutefois|cependant"
    r"|alors que|tandis que|whereas|while|although)\s+"
    r"|,?\s+(?:et|and)\s+(?=(?:la|le|les|nous|pour|the|we|i|inv|fac|invoice|facture"
    r"|payment|reglement|paiement)\b)"
    r"|\s*,\s*(?=(?:le|la|les|the) (?:solde|reste|facture|autre|balance|rest|remainder"
    r"|other|invoice)s?\b)"
)
GREETING = re.compile(
    r"^\W*(?:bonjour|bonsoir|bjr|hello|hi|dear|chere?|madame|monsieur|good (?:morning"
    r"|afternoon))\b[^,.!:]{0,40}[,.!:]\s*",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Reading:
    """One thing that the customer says.

    :ivar kind: value of :class:`Kind`
    :ivar sentence: his words, as he wrote them
    :ivar sure: nothing about it is vague
    :ivar day: promised, of the payment, or of the return
    :ivar reason: code of the catalogue, of a dispute
    :ivar numbers: invoices of the account that are named
    :ivar amount: cents, when exactly one amount is named
    :ivar partial: only a part is spoken of, and it is not known which
    :ivar unknown: a number is named that is none of the account's invoices
    """

    kind: str
    sentence: str
    sure: bool = True
    day: date | None = None
    reason: str | None = None
    reference: str | None = None
    numbers: tuple[str, ...] = ()
    amount: int | None = None
    currency: str | None = None
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    partial: bool = False
    unknown: bool = False


@dataclass(frozen=True)
class _Letter:
    """What is known of a mail besides its words."""

    received: date
    numbers: tuple[str, ...]
    month_first: bool | None


@dataclass(frozen=True)
class _Clause:
    """A part of a sentence that may say something of its own."""

    text: str
    whole: str
    written: str
    asks: bool
    alone: bool
    letter: _Letter
    for_all: bool = False

    def figures(self):
        """(numbers, text without them, whether an unknown one is named)."""
        found, left, unknown = named(self.text, self.letter.numbers)
        if self.for_all or (self.alone and not found):
            found, _left, more = named(self.whole, self.letter.numbers)
            unknown = unknown or more
        return found, left, unknown

    def days(self):
        """Days named here, or else in the sentence; without those of papers."""
        own = _days(self.text, self.letter)
        return own or (_days(self.whole, self.letter) if self.alone else [])


def read(text, received, numbers=(), month_first=None):
    """Suggestions for an incoming mail.

    :param str text: body, HTML or plain, with whatever it quotes
    :param date received: day on which it came
    :param numbers: numbers of the account's invoices
    :param month_first: whether the writer puts the month first in "03/04"; None when
        unknown. Mails in French never do
    :return: tuple of :class:`Reading`, at most one per kind and reason and set of
        invoices; empty when nothing is clear
    """
    own = sentences(own_words(plain(text)))
    if _is_french(own):
        month_first = False
    letter = _Letter(received, tuple(numbers), month_first)
    found, away = [], []
    for rank, sentence in enumerate(own):
        after = own[rank + 1] if rank + 1 < len(own) else ""
        told = _read_sentence(sentence, after, letter)
        found += told
        if words.AWAY.search(fold(sentence)):
            away.append(sentence)
    if away and not any(told.kind in NOT_AWAY for told in found):
        found.append(_away(away, own, letter))
        strong = (t for t in found if t.kind != Kind.CONTACT or t.sure)
        found = [t for t in strong if t.kind != Kind.CONTACT or _left(t)]
    return _merged(found, own, letter)


NOT_AWAY = (Kind.PROMISE.value, Kind.PAID.value, Kind.DISPUTE.value)
FRENCH = re.compile(r"\b(?:le|la|les|nous|vous|votre|est|pour|une?|du|des|sera)\b")
ENGLISH = re.compile(r"\b(?:the|we|you|your|is|for|will|have|this|to|of|on|be|and)\b")


def _is_french(lines):
    text = fold(" ".join(lines))
    return len(FRENCH.findall(text)) > len(ENGLISH.findall(text))


def _left(told):
    """Whether somebody is gone for good, not only away."""
    return bool(words.CONTACT.search(fold(told.sentence)))


def _read_sentence(sentence, after, letter):
    """Readings of one sentence; :class:`Kind` values are plain text in them."""
    bare = fold(GREETING.sub("", sentence))
    parts = [part for part in CLAUSES.split(bare) if part and part.strip()]
    asks = bare.endswith("?")
    clauses = [
        _Clause(part, bare, _shown(sentence), asks, len(parts) == 1, letter)
        for part in parts
    ]
    clauses = _let_speak(clauses)
    # What was paid is the other one, when this one is told to be its double.
    speaking = [c for c in clauses if not REASONS["duplicate"].search(c.text)]
    found = [told for clause in speaking for told in (_paid(clause), _promise(clause))]
    disputed = _dispute(bare, clauses, _shown(sentence))
    found += [disputed, _contact(bare, sentence, after)]
    return [told for told in found if told]


def _let_speak(clauses):
    """A clause that is the only one to speak of money speaks for the sentence."""
    money = [c for c in clauses if _paid(c) or _undated_promise(c)]
    if len(money) != 1:
        return clauses
    mute = not any(
        pattern.search(c.text)
        for pattern in REASONS.values()
        for c in clauses
        if c is not money[0]
    )
    told = replace(money[0], alone=True, for_all=mute)
    return [told if c is money[0] else c for c in clauses]


def _shown(sentence):
    return GREETING.sub("", sentence).strip()


def _denied(text):
    return words.NEGATION.search(words.HARMLESS.sub(" ", text))


def _days(text, letter):
    _found, text, _unknown = named(text, letter.numbers)
    told = days(text, letter.received, letter.month_first)
    kept = [m for m in told if not words.PAPER.search(text[: m.start])]
    return [m for m in kept if not _explained(m, kept, text)]


def _explained(mention, others, text):
    """A weekday beside its date ("vendredi 20 novembre") says nothing more."""
    for other in others:
        if other is mention or other.vague:
            continue
        first, second = sorted((mention, other), key=lambda m: m.start)
        between = text[first.end : second.start]
        close = re.fullmatch(r"[ ,(]*(?:the |le )?", between)
        if close and not re.search(r"\d", text[mention.start : mention.end]):
            return True
    return False


def _undated_promise(clause):
    text = clause.text
    if clause.asks or _denied(text) or words.INCOMING.search(clause.whole):
        return False
    if words.CONDITION.search(words.HARMLESS.sub(" ", clause.whole)):
        return False
    if (
        words.WISH.search(text)
        or words.PAID_ALREADY.search(text)
        and not (words.FUTURE.search(text))
    ):
        return False
    short = len(text.split()) <= 9 and words.ELLIPTIC.search(text)
    return bool(short or words.PROMISE.search(text))


def _promise(clause):
    if not _undated_promise(clause):
        return None
    received = clause.letter.received
    ahead = [
        m
        for m in clause.days()
        if m.ahead and received <= m.ahead <= received + FAR_AHEAD
    ]
    if not ahead:
        return None
    last = max(ahead, key=lambda m: m.ahead)
    told = _figured(Kind.PROMISE, clause)
    soft = words.SOFT.search(clause.text) or last.vague or len(ahead) > 1
    return replace(told, day=last.ahead, sure=told.sure and not soft)


def _paid(clause):
    text, claim = clause.text, words.CLAIM.search(clause.text)
    if clause.asks and not claim:
        return None
    if not claim:
        if _denied(text) or words.FUTURE.search(text) or words.WISH.search(text):
            return None
        if words.CONDITION.search(words.HARMLESS.sub(" ", text)):
            return None
        other = words.NOT_MONEY.search(text) and not words.MONEY_WORD.search(text)
        if other or not words.PAID_ALREADY.search(text):
            return None
    received = clause.letter.received
    back = [
        m for m in clause.days() if m.back and received - LONG_AGO <= m.back <= received
    ]
    told = _figured(Kind.PAID, clause)
    return replace(
        told,
        day=back[-1].back if back else None,
        reference=reference(clause.whole),
        sure=told.sure and not claim and bool(back),
    )


def _figured(kind, clause):
    """A reading with the figures that its clause names."""
    numbers, left, unknown = clause.figures()
    money = amounts(left)
    one = money[0] if len(money) == 1 else (None, None)
    partial = bool(words.PARTLY.search(clause.text)) and one[0] is None
    return Reading(
        kind.value,
        clause.written,
        sure=not unknown and not partial and len(money) < 2,
        numbers=tuple(numbers),
        amount=one[0],
        currency=one[1],
        partial=partial,
        unknown=unknown,
    )


def _dispute(bare, clauses, shown):
    if words.NO_DISPUTE.search(bare):
        return None
    for code, pattern in REASONS.items():
        match = pattern.search(bare)
        if not match:
            continue
        here = [c for c in clauses if pattern.search(c.text)] or clauses
        told = _figured(Kind.DISPUTE, here[0])
        if len(clauses) > 1 and not told.numbers:
            numbers, _left, _unknown = named(bare, clauses[0].letter.numbers)
            alone = len(numbers) == 1
            told = replace(told, numbers=tuple(numbers) if alone else ())
        clear = code != "other" and not told.unknown
        # The prices that are compared are no disputed amount.
        return replace(
            told,
            sentence=shown,
            reason=code,
            amount=None,
            currency=None,
            partial=False,
            sure=clear,
        )
    return None


def _contact(bare, sentence, after):
    strong = words.CONTACT.search(bare)
    if not strong and not words.REDIRECT.search(bare):
        return None
    who = person(sentence)
    if not who["email"]:
        who = {key: who[key] or value for key, value in person(after).items()}
    shown = _shown(sentence)
    if who["email"] and who["email"] not in sentence.lower():
        shown = f"{shown} {after}"
    return Reading(Kind.CONTACT.value, shown, sure=bool(who["email"]), **who)


def _away(away, own, letter):
    """The absence, with the day of the return wherever the mail tells it."""
    best_rank, best = 0, None
    for sentence in own:
        text = fold(sentence)
        for mention in days(text, letter.received, letter.month_first):
            before = text[: mention.start]
            back, until = words.RETURN.search(before), words.UNTIL.search(before)
            rank = 2 if back else 1 if until else 0
            far = mention.ahead and mention.ahead <= letter.received + FAR_AHEAD
            if far and rank and rank >= best_rank:
                best_rank, best = rank, mention.ahead
    return Reading(Kind.AWAY.value, _shown(away[0]), sure=bool(best), day=best)


def _merged(found, own, letter):
    """One reading per kind, reason and date; the clearer of two that say the same."""
    kept = {}
    for told in found:
        key = (told.kind, told.reason, told.numbers if told.day else ())
        known = kept.get(key) or next(
            (k for k in kept.values() if _same(k, told)), None
        )
        if known is None:
            kept[key] = told
        else:
            place = next(k for k, v in kept.items() if v is known)
            kept[place] = _joined(known, told)
    told = list(kept.values())
    clear = [t for t in told if t.kind == Kind.DISPUTE.value and t.reason != "other"]
    if clear:
        told = [t for t in told if t.reason != "other"]
    if len(told) == 1 and not told[0].numbers:
        text = fold(" ".join(own))
        numbers, _left, unknown = named(text, letter.numbers)
        sure = told[0].sure and not (unknown and not numbers)
        told = [replace(told[0], numbers=tuple(numbers), sure=sure)]
    return tuple(told)


def _same(known, told):
    """Whether two readings are one: the same kind, and nothing tells them apart."""
    if (known.kind, known.reason) != (told.kind, told.reason):
        return False
    apart = known.numbers and told.numbers and known.numbers != told.numbers
    return not apart


def _joined(known, told):
    """Two sentences about one thing: the first, completed by the second."""
    fields = ("day", "reference", "amount", "currency", "name", "email", "phone")
    more = {
        name: getattr(told, name) for name in fields if getattr(known, name) is None
    }
    numbers = known.numbers or told.numbers
    dates = known.day and told.day and known.day != told.day
    if dates and known.kind == Kind.PROMISE.value:
        more["day"] = max(known.day, told.day)
    return replace(known, **more, numbers=numbers, sure=known.sure and not dates)
