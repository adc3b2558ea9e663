"""Who paid: from what a person set, the bank account, then the names.

Never from the amount. Evidence that names several customers names none.
"""

from __future__ import annotations

from dataclasses import dataclass

from .facts import reason
from .normalise import compact, name_key

#: Shorter names are initials or noise: "/", "X", "SA".
MIN_NAME = 3


@dataclass(frozen=True)
class Payer:
    """The customer who paid, if known; ``candidates`` when the evidence disagrees."""

    partner: int | None
    evidence: tuple = ()
    candidates: frozenset = frozenset()

    @property
    def uncertain(self):
        """Whether there is evidence, but for several customers."""
        return self.partner is None and bool(self.candidates)


def identify(receipt, ledger):
    """Find the customer who paid.

    :param facts.Receipt receipt: the receipt
    :param facts.Ledger ledger: with the known account numbers and names
    :rtype: Payer
    """
    if receipt.partner is not None:
        return Payer(receipt.partner, (reason("letter_payer_set"),))
    by_account = ledger.accounts.get(compact(receipt.payer_account), frozenset())
    told = ultimate = _by_name(receipt.ultimate_debtor, ledger)
    if not ultimate:
        told = _by_name(receipt.payer_name, ledger)
    if ultimate and len(ultimate) == 1:
        # Someone pays on behalf of a customer whom the bank names: that one owes.
        why = reason("letter_payer_ultimate", name=receipt.ultimate_debtor)
        return Payer(next(iter(ultimate)), (why,))
    agreed = by_account & told if by_account and told else by_account or told
    if len(agreed) == 1:
        evidence = []
        if by_account:
            account = compact(receipt.payer_account)
            evidence.append(reason("letter_payer_account", account=account))
        if told:
            evidence.append(reason("letter_payer_name", name=receipt.payer_name))
        return Payer(next(iter(agreed)), tuple(evidence))
    candidates = by_account | told
    return Payer(None, (), frozenset(candidates))


def _by_name(name, ledger):
    key = name_key(name)
    return ledger.names.get(key, frozenset()) if len(key) >= MIN_NAME else frozenset()
