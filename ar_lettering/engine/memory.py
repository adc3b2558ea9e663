"""What people taught by validating and undoing, as the matcher reads it.

A memory entry says: this sign of a receipt stood for this customer so many times,
and so many times it did not. Signs are the payer's account, his name, and the stem
of the label: its words without numbers. Only people's decisions are counted, never
the machine's own bookings, so that an error does not confirm itself.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from .normalise import compact, fold, name_key

ACCOUNT, NAME, STEM = "account", "name", "stem"
#: Words of the stem, and letters of the shortest one that says something.
STEM_WORDS = 5
MIN_STEM = 8
#: Shorter names are initials or noise: "/", "X", "SA".
MIN_NAME = 3

_WITH_DIGIT = re.compile(r"\S*\d\S*")
_STEM_NOISE = frozenset(
    "VIR SEPA VIREMENT RECU DE INST FACT FACTURE FACTURES REGLEMENT REGLT PAIEMENT "
    "PMT INV NOTRE VOTRE V N NO DU AU ET EUR REF MOTIF CLIENT CDE COMMANDE SOLDE "
    "COMPTE FOURNISSEUR FOURNISSEURS NOTPROVIDED ECHEANCE".split()
)


@dataclass
class Counts:
    """How often people agreed and disagreed."""

    good: int = 0
    bad: int = 0


@dataclass
class Memory:
    """Signs of payers, and what each customer's receipts earned.

    :ivar signs: (kind, key) -> customer -> :class:`Counts`
    :ivar trust: customer -> :class:`Counts` of matches without a citation
    :ivar habits: customer -> habit -> how often seen ("oldest", "discount", "mute",
        "day_12")
    :ivar earn: good matches that one bad one costs before payers are trusted again
    """

    signs: dict = field(default_factory=lambda: defaultdict(dict))
    trust: dict = field(default_factory=dict)
    habits: dict = field(default_factory=lambda: defaultdict(Counter))
    earn: int = 3
    _oldest: tuple | None = field(default=None, repr=False)

    def payers(self, receipt):
        """Customers for whom receipts with these signs stood.

        :return: list of (kind, key, {customer: Counts}), the surest kind first
        """
        found = []
        for kind, key in signs_of(receipt):
            known = self.signs.get((kind, key))
            known = {p: c for p, c in (known or {}).items() if c.good > c.bad}
            if known:
                found.append((kind, key, known))
        return found

    def names(self):
        """Names of payers, and stems of labels, that people taught.

        :return: dictionary name key -> customers
        """
        found = {}
        for (kind, sign), known in self.signs.items():
            key = name_key(sign) if kind != ACCOUNT else ""
            partners = {p for p, c in known.items() if c.good > c.bad}
            if len(key) >= MIN_NAME and partners:
                found[key] = found.get(key, frozenset()) | partners
        return found

    def oldest_first(self, partner):
        """How surely a customer pays the oldest of equal items.

        His own choices, and those of all customers as if they were 20 of his.

        :return: (probability, number of choices seen)
        """
        if self._oldest is None:
            seen = [
                h for h in self.habits.values() if h.get("oldest") or h.get("other")
            ]
            oldest = sum(h.get("oldest", 0) for h in seen)
            other = sum(h.get("other", 0) for h in seen)
            self._oldest = (oldest + 1) / (oldest + other + 2), oldest + other
        share, seen = self._oldest
        habits = self.habits.get(partner) or {}
        oldest, other = habits.get("oldest", 0), habits.get("other", 0)
        own = (oldest + 20 * share) / (oldest + other + 20)
        return min(own, 0.9999), seen

    def trusted(self, partner):
        """Whether nothing speaks against booking this customer without citations."""
        counts = self.trust.get(partner)
        return counts is None or counts.bad == 0 or (
            counts.good >= self.earn * counts.bad
        )  # fmt: skip

    def earned(self, partner):
        """Whether people agreed with enough matches that this customer did not name,
        and disagreed with none."""
        counts = self.trust.get(partner)
        return counts is not None and not counts.bad and counts.good >= self.earn

    def learn(self, receipt, partners, good=True, cited=False):
        """Count a person's decision.

        :param facts.Receipt receipt: the receipt
        :param partners: customers whose items it paid, or did not
        :param bool cited: the payer named what he paid: says nothing of trust
        """
        for sign in signs_of(receipt):
            known = self.signs[sign]
            for partner in partners:
                counts = known.setdefault(partner, Counts())
                counts.good += good
                counts.bad += not good
        if not cited:
            for partner in partners:
                counts = self.trust.setdefault(partner, Counts())
                counts.good += good
                counts.bad += not good


def signs_of(receipt):
    """:return: (kind, key) pairs by which a payer may be known again"""
    signs = []
    account = compact(receipt.payer_account)
    if len(account) >= 8:
        signs.append((ACCOUNT, account))
    for name in (receipt.ultimate_debtor, receipt.payer_name):
        key = name_key(name)
        if len(key) >= MIN_NAME:
            signs.append((NAME, key))
    if not receipt.payer_name and not account and receipt.texts:
        stem = stem_of(receipt.texts[0][1])
        if len(stem) >= MIN_STEM:
            signs.append((STEM, stem))
    return signs


def stem_of(label):
    """:return: the first telling words of a label, without any that has a digit"""
    words = fold(_WITH_DIGIT.sub(" ", label)).split()
    words = [word for word in words if word not in _STEM_NOISE]
    return " ".join(words[:STEM_WORDS])
