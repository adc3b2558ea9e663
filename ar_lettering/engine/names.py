"""Find customers by names that a bank cut, abbreviated, or put into the label.

A :class:`NameIndex` is built once per batch from the names of the ledger. Words that
few customers share tell more than common ones; a word may be cut at its end. What is
found is a likeness, never an identity: the exact name is looked up elsewhere.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import defaultdict

from .normalise import name_key

#: Least share of the weight of both names' words that must agree.
LIKE = 0.72
#: How far the second likeliest customer must stay behind.
MARGIN = 0.15
#: Words that more customers share do not start a search.
COMMON = 60
MIN_WORD = 3
MIN_CUT = 3
#: Letters in front of which banks cut names.
_BANK_WORDS = frozenset(
    "VIR SEPA VIREMENT DE RECU INST EMIS FACT FACTURE FACTURES REGLEMENT REGLT MOTIF "
    "REF PAIEMENT PMT INV COMMANDE CDE BC PO NOTRE VOTRE SOLDE COMPTE ECHEANCE AVOIR "
    "EUR DU AU NO CLIENT FOURNISSEUR FOURNISSEURS NOTPROVIDED".split()
)


class NameIndex:
    """Names of customers, by word.

    :param dict names: name key -> customers that have it
    """

    def __init__(self, names):
        self._names = names
        self._by_word = defaultdict(set)
        for key in names:
            for word in key.split():
                self._by_word[word].add(key)
        self._words = sorted(self._by_word)
        count = max(len(names), 2)
        self._rarity = {
            word: math.log(1 + count / len(keys))
            for word, keys in self._by_word.items()
        }
        self._rare = math.log(1 + count)
        self._known = {}

    def like(self, name):
        """Customers whose name is most like the payer's.

        :return: (customers, likeness between 0 and 1); empty when nobody's, or when
            several are about as like
        :rtype: tuple[frozenset, float]
        """
        if name not in self._known:
            self._known[name] = self._like(name_key(name).split())
        return self._known[name]

    def in_label(self, label):
        """Customers whose whole name stands in a label, perhaps cut at its end."""
        words = [w for w in name_key(label).split() if w.isalpha()]
        words = [w for w in words if w not in _BANK_WORDS][:12]
        place = ("label", *words)
        if place not in self._known:
            self._known[place] = self._like(words, within=True)
        return self._known[place]

    def _like(self, words, within=False):
        scores = {}
        matched = [(word, self._matches(word)) for word in words]
        keys = set()
        for _word, found in matched:
            for word in found:
                if len(self._by_word[word]) <= COMMON:
                    keys |= self._by_word[word]
        for key in keys:
            score = self._score(key.split(), words, matched, within)
            if score >= LIKE:
                for partner in self._names[key]:
                    scores[partner] = max(score, scores.get(partner, 0))
        if not scores:
            return frozenset(), 0.0
        best = max(scores.values())
        found = frozenset(p for p, s in scores.items() if s > best - MARGIN)
        return found, best

    def _matches(self, word):
        """Known words that a word of the bank may be: itself, or cut."""
        if word in self._by_word:
            return (word,)
        if len(word) < MIN_CUT:
            return ()
        found, at = [], bisect_left(self._words, word)
        while at < len(self._words) and self._words[at].startswith(word):
            found.append(self._words[at])
            at += 1
            if len(found) > 20:
                return ()
        return tuple(found)

    def _score(self, key, words, matched, within):
        hit = 0.0
        weight = sum(self._rarity[word] for word in key)
        left = list(key)
        for word, found in matched:
            for candidate in found:
                if candidate in left:
                    left.remove(candidate)
                    # A cut word says less than the whole one.
                    share = 1.0 if candidate == word else 0.9
                    hit += share * self._rarity[candidate]
                    break
            else:
                if not within and len(word) >= MIN_WORD:
                    weight += self._rarity.get(word, self._rare) * 0.5
        if within and (len(left) > 1 or len(key) - len(left) < min(2, len(key))):
            return 0.0
        return hit / weight if weight else 0.0
