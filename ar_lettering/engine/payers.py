"""Who paid: from what a person set, the account, the names, and what was learned.

Never from the amount. Evidence that names several customers names none of them, but
says who it may be: ``candidates``, and a paying centre's ``members``.
"""

from __future__ import annotations

from dataclasses import dataclass

from .facts import reason
from .memory import ACCOUNT, MIN_NAME, NAME
from .normalise import compact, name_key

#: Weight of each sign, in log-odds: how much surer it makes that this one paid.
SET, OWN_ACCOUNT, ULTIMATE, OWN_NAME = 6.0, 5.0, 4.5, 4.0
LEARNED_ACCOUNT, LEARNED_NAME, LEARNED_STEM = 4.5, 4.0, 3.5
LIKE_NAME, IN_LABEL = 2.5, 3.0
#: Two signs that agree are surer than the better one.
BOTH = 1.0


@dataclass(frozen=True)
class Payer:
    """The customer who paid, if known, and how sure that is.

    ``candidates`` when the evidence disagrees or is shared; ``members`` are further
    customers whose invoices this payer is known to pay; ``weak`` when only a likeness
    speaks. ``many``: people taught that he pays for several customers, and nothing
    says that he is one of them.
    """

    partner: int | None
    evidence: tuple = ()
    candidates: frozenset = frozenset()
    weight: float = 0.0
    members: frozenset = frozenset()
    weak: bool = False
    many: bool = False

    @property
    def uncertain(self):
        """Whether there is evidence, but for several customers."""
        return self.partner is None and bool(self.candidates)

    @property
    def may_be(self):
        """Everybody whose invoices this payer may be paying."""
        own = frozenset() if self.partner is None else frozenset({self.partner})
        return own | self.candidates | self.members


def identify(receipt, ledger, names):
    """Find the customer who paid.

    :param facts.Receipt receipt: the receipt
    :param facts.Ledger ledger: with the known account numbers and names
    :param names.NameIndex names: for names that are only like a customer's
    :rtype: Payer
    """
    if receipt.partner is not None:
        return _whole(
            receipt.partner, (reason("letter_payer_set"),), SET, ledger, frozenset()
        )
    ultimate = _by_name(receipt.ultimate_debtor, ledger)
    if len(ultimate) == 1:
        # Someone pays on behalf of a customer whom the bank names: that one owes.
        why = reason("letter_payer_ultimate", name=receipt.ultimate_debtor)
        return _whole(next(iter(ultimate)), (why,), ULTIMATE, ledger, frozenset())
    signs = _signs(receipt, ledger, ultimate)
    if not signs:
        return _alike(receipt, names)
    return _weigh(signs, ledger)


def _signs(receipt, ledger, ultimate):
    """(customers, weight, reason) of each sign, surest first."""
    signs = []
    account = compact(receipt.payer_account)
    own = ledger.accounts.get(account, frozenset())
    if own:
        why = reason("letter_payer_account", account=account)
        signs.append((own, OWN_ACCOUNT, why))
    told = ultimate or _by_name(receipt.payer_name, ledger)
    if told:
        name = receipt.ultimate_debtor if ultimate else receipt.payer_name
        signs.append((told, OWN_NAME, reason("letter_payer_name", name=name)))
    if ledger.memory is not None:
        signs += _learned(receipt, ledger.memory)
    return signs


def _learned(receipt, memory):
    weights = {ACCOUNT: LEARNED_ACCOUNT, NAME: LEARNED_NAME}
    for kind, key, known in memory.payers(receipt):
        # Two of three: one confirmation is a beginning.
        best = max(c.good - c.bad for c in known.values())
        weight = weights.get(kind, LEARNED_STEM) - (1.0 if best == 1 else 0)
        why = reason("letter_payer_learned", sign=key, count=best)
        yield frozenset(known), weight, why


def _weigh(signs, ledger):
    """What the signs say together."""
    everyone = frozenset().union(*(found for found, _w, _why in signs))
    agreed = frozenset.intersection(*(found for found, _w, _why in signs))
    if len(agreed) != 1 and len(everyone) > 1:
        single = _dominant(signs)
        if single is None:
            weight = max(weight for _f, weight, _why in signs)
            evidence = tuple(why for _f, _w, why in signs)
            own = any(_is_own(sign) for sign in signs)
            return Payer(None, evidence, everyone, weight, many=not own)
        agreed = frozenset({single})
    partner = next(iter(agreed or everyone))
    mine = [sign for sign in signs if partner in sign[0]]
    weight = max(w for _f, w, _why in mine) + (BOTH if len(mine) > 1 else 0)
    evidence = tuple(why for _f, _w, why in mine)
    return _whole(partner, evidence, weight, ledger, everyone - {partner})


def _dominant(signs):
    """The one customer of own signs that what was learned does not deny."""
    own = [sign[0] for sign in signs if _is_own(sign)]
    if not own:
        return None
    agreed = frozenset.intersection(*own)
    return next(iter(agreed)) if len(agreed) == 1 else None


def _is_own(sign):
    """Whether a sign is of the customer's own, not one that people taught."""
    return sign[2].code != "letter_payer_learned"


def _whole(partner, evidence, weight, ledger, others):
    members = ledger.pays_for.get(partner, frozenset()) | others
    return Payer(partner, evidence, weight=weight, members=frozenset(members))


def _alike(receipt, names):
    """A likeness of the name, or a name inside the label."""
    for name in (receipt.ultimate_debtor, receipt.payer_name):
        if len(name_key(name)) >= MIN_NAME:
            found, share = names.like(name)
            if found:
                why = reason("letter_payer_like", name=name, share=round(share * 100))
                return _likely(found, (why,), LIKE_NAME * share)
    if receipt.payer_name:
        return Payer(None)
    for _source, text in receipt.texts:
        found, share = names.in_label(text)
        if found:
            why = reason("letter_payer_in_label", text=text)
            return _likely(found, (why,), IN_LABEL * share)
    return Payer(None)


def _likely(found, evidence, weight):
    if len(found) > 1:
        return Payer(None, evidence, found, weight - 1, weak=True)
    return Payer(next(iter(found)), evidence, weight=weight, weak=True)


def _by_name(name, ledger):
    key = name_key(name)
    return ledger.names.get(key, frozenset()) if len(key) >= MIN_NAME else frozenset()
