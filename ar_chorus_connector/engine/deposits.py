"""What became of a deposit (flux) at Chorus Pro, from ``consulterCRDetaille``.

A deposit is checked long after it was accepted: an invoice that it refuses never
gets an id at the platform, and no list ever shows it.
"""

from dataclasses import dataclass
from enum import Enum

from .payloads import _rows, _text


class DepositState(str, Enum):
    """Where a deposit stands; what is not known is never taken for pending."""

    PENDING = "pending"
    DONE = "done"
    PARTIAL = "partial"
    REJECTED = "rejected"
    UNKNOWN = "unknown"


STATES = {
    "IN_RECU": DepositState.PENDING,
    "IN_TRAITE_SE_CPP": DepositState.PENDING,
    "IN_EN_ATTENTE_TRAITEMENT_CPP": DepositState.PENDING,
    "IN_EN_COURS_TRAITEMENT_CPP": DepositState.PENDING,
    "IN_EN_ATTENTE_RETRAITEMENT_CPP": DepositState.PENDING,
    "IN_DEPOT_PORTAIL_EN_ATTENTE_TRAITEMENT_SE_CPP": DepositState.PENDING,
    "IN_INTEGRE": DepositState.DONE,
    "IN_INTEGRE_PARTIEL": DepositState.PARTIAL,
    "IN_REJETE": DepositState.REJECTED,
    "IN_INCIDENTE": DepositState.REJECTED,
}


@dataclass(frozen=True)
class Deposit:
    """State of one deposit.

    :param str code: as the platform wrote it
    :param dict refused: ``{invoice number: words of the platform}``
    :param str words: what is wrong with the deposit as a whole
    """

    state: DepositState
    code: str
    refused: dict
    words: str = ""

    @classmethod
    def from_json(cls, body):
        """Read one answer; whatever is missing or ill-typed is left out."""
        code = _text(body.get("etatCourantDepotFlux"))
        refused = {}
        for row in _objects(body.get("listeErreurDP")):
            number = _text(row.get("numeroDP"))
            refused[number] = _text(row.get("libelleErreurDP"))[:500]
        words = [
            _text(row.get("libelleErreur")) or _text(row.get("codeErreur"))
            for row in _objects(body.get("listeErreurTechnique"))
        ]
        state = STATES.get(code, DepositState.UNKNOWN)
        return cls(state, code, refused, " ".join(w for w in words if w)[:500])

    def refusal(self, number):
        """Why the invoice ``number`` was refused; None when it was not.

        A deposit that is refused as a whole refuses all its invoices.
        """
        if number in self.refused:
            return self.refused[number] or self.words or self.code
        if self.state is DepositState.REJECTED:
            return self.words or self.code
        return None


def _objects(value):
    return [row for row in _rows(value) if isinstance(row, dict)]
