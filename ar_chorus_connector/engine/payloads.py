"""What Chorus Pro answers, as frozen dataclasses.

Parsing is total: an absent, null or ill-typed field becomes its empty value and a
row that cannot be identified becomes an :class:`Unknown`, never an exception. The
French keys of the wire live in this file only. Amounts are integer cents.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from math import isfinite

from .dates import parse_day, parse_moment
from .statuses import normalise_code

#: Business codes that mean "nothing found", not an error.
EMPTY_RESULT_CODES = (20000, 20007)


def _text(value):
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, (str, int, float)):
        return _storable(str(value)).strip()
    return ""


def _storable(text):
    """``text`` without what PostgreSQL refuses: NUL and lone surrogates."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def _whole(value):
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return 0


def _cents(value):
    if value is None or isinstance(value, (bool, list, dict)):
        return None
    try:
        amount = Decimal(str(value))
        # Compared first: an exponent without end would overflow.
        return int((amount * 100).to_integral_value()) if abs(amount) < 10**13 else None
    except (InvalidOperation, ValueError):
        return None


def _rows(value):
    return value if isinstance(value, list) else []


def _block(value):
    return value if isinstance(value, dict) else {}


def storable(payload):
    """A copy of decoded JSON that the database accepts; meaning is unchanged."""
    if isinstance(payload, str):
        return _storable(payload)
    if isinstance(payload, list):
        return [storable(value) for value in payload]
    if isinstance(payload, dict):
        return {_storable(str(key)): storable(v) for key, v in payload.items()}
    if isinstance(payload, float) and not isfinite(payload):
        return None
    return payload


def fingerprint(payload):
    """SHA-256 of a payload in canonical form, as hexadecimal text."""
    text = json.dumps(payload, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True)
class Unknown:
    """A row that could not be read; kept, shown, and never acted upon."""

    what: str
    payload: object


@dataclass(frozen=True)
class MovedInvoice:
    """One invoice as a platform lists it; ``rechercher/fournisseur`` for Chorus Pro.

    :param str external_id: identity on the platform
    """

    external_id: str
    number: str = ""
    status: str = ""
    status_raw_date: str = ""
    status_date: datetime | None = None
    comment: str = ""
    deposit_number: str = ""
    invoice_date: date | None = None
    buyer_code: str = ""
    buyer_name: str = ""
    service_code: str = ""
    service_name: str = ""
    supplier_code: str = ""
    amount_due: int | None = None
    amount_total: int | None = None
    currency: str = ""

    @classmethod
    def from_json(cls, row):
        """Read one item of ``listeFactures``; an :class:`Unknown` without its id."""
        block = _block(row)
        external_id = _text(block.get("identifiantFactureCPP"))
        if not external_id:
            return Unknown("invoice without identifier", row)
        raw_date = _text(block.get("dateHeureEtatCourant"))
        return cls(
            external_id=external_id,
            number=_text(block.get("numeroFacture")),
            status=normalise_code(block.get("statut")),
            status_raw_date=raw_date,
            status_date=parse_moment(raw_date),
            comment=_text(block.get("commentaireEtatCourant")),
            deposit_number=_text(block.get("numeroFluxDepot")),
            invoice_date=parse_day(block.get("dateFacture")),
            buyer_code=_text(block.get("codeDestinataire")),
            buyer_name=_text(block.get("designationDestinataire")),
            service_code=_text(block.get("codeServiceExecutant")),
            service_name=_text(block.get("nomServiceExecutant")),
            supplier_code=_text(block.get("codeFournisseur")),
            amount_due=_cents(block.get("montantAPayer")),
            amount_total=_cents(block.get("montantTTC")),
            currency=_text(block.get("devise")),
        )


@dataclass(frozen=True)
class Page:
    """One page of ``rechercher/fournisseur``."""

    rows: tuple
    unknown: tuple
    page: int
    pages: int
    total: int

    @classmethod
    def from_json(cls, body):
        """Read one answer; absent or null paging fields mean a single page."""
        read = [MovedInvoice.from_json(r) for r in _rows(body.get("listeFactures"))]
        paging = _block(body.get("parametresRetour"))
        return cls(
            rows=tuple(r for r in read if isinstance(r, MovedInvoice)),
            unknown=tuple(r for r in read if isinstance(r, Unknown)),
            page=_whole(paging.get("pageCourante")),
            pages=_whole(paging.get("pages")),
            total=_whole(paging.get("total")),
        )


@dataclass(frozen=True)
class PlatformEvent:
    """One fact of the life of an invoice: a status, or a comment without one.

    :param str external_id: the platform's id of the fact, unique per invoice
    :param str code: normalised status code; empty for a comment
    :param moment: when it happened (UTC); None when the platform's text is no date
    :param int amount: what this fact announces as paid, in cents, when it says so
    :param int disputed: the part it does not approve, in cents, when it says so
    :param date expected: value date of the payment it announces
    :param tuple reasons: reason codes, the most important first
    :param str scope: which deposit of the invoice the fact belongs to
    """

    external_id: str
    code: str
    raw_date: str
    moment: datetime | None
    comment: str = ""
    author: str = ""
    author_email: str = ""
    author_phone: str = ""
    amount: int | None = None
    payload: object = None
    scope: str = ""
    disputed: int | None = None
    expected: date | None = None
    reasons: tuple = ()

    @property
    def key(self):
        """Identity of the fact; an invoice deposited twice has two scopes."""
        return f"{self.scope}/{self.external_id}" if self.scope else self.external_id

    @property
    def is_comment(self):
        return not self.code

    @property
    def order(self):
        """Key of the story: own date, then the platform's id as a number."""
        digits = self.external_id
        plain = digits.isascii() and digits.isdigit() and len(digits) <= 20
        return (self.moment, int(digits) if plain else 0, digits, self.scope)


def status_from_json(row):
    """Read one ``histoStatut``; an :class:`Unknown` without id or code."""
    block = _block(row)
    external_id = _text(block.get("histoStatutId"))
    code = normalise_code(_text(block.get("histoStatutCode")))
    if not external_id or not code:
        return Unknown("status without id or code", row)
    raw_date = _text(block.get("histoStatutDatePassage"))
    names = (
        _text(block.get("histoStatutUtilisateurPrenom")),
        _text(block.get("histoStatutUtilisateurNom")),
    )
    return PlatformEvent(
        external_id=external_id,
        code=code,
        raw_date=raw_date,
        moment=parse_moment(raw_date),
        comment=_text(block.get("histoStatutCommentaire")),
        author=" ".join(n for n in names if n),
        author_email=_text(block.get("histoStatutUtilisateurEmail")),
        author_phone=_text(block.get("histoStatutUtilisateurTelephone")),
        payload=row,
    )


def complement_from_json(row):
    """Read one ``evenement`` (a fact that is no status) as a comment."""
    block = _block(row)
    external_id = _text(block.get("evenementId"))
    if not external_id:
        return Unknown("event without id", row)
    raw_date = _text(block.get("evenementDateHeure"))
    return PlatformEvent(
        external_id=f"e{external_id}",
        code="",
        raw_date=raw_date,
        moment=parse_moment(raw_date),
        comment=_text(block.get("evenementLibelle")),
        author=_text(block.get("evenementQui")),
        payload=row,
    )


@dataclass(frozen=True)
class HistoryPage:
    """One page of ``consulter/historique``."""

    events: tuple
    unknown: tuple
    number: str
    pages: int

    @classmethod
    def from_json(cls, body):
        """Read one answer; statuses and complementary events in one tuple."""
        statuses = _block(body.get("historiquesDesStatuts"))
        others = _block(body.get("historiquesDesEvenementsComplementaires"))
        read = [status_from_json(r) for r in _rows(statuses.get("histoStatut"))]
        read += [complement_from_json(r) for r in _rows(others.get("evenement"))]
        return cls(
            events=tuple(r for r in read if isinstance(r, PlatformEvent)),
            unknown=tuple(r for r in read if isinstance(r, Unknown)),
            number=_text(body.get("numeroFacture")),
            pages=_whole(statuses.get("pagesHistoStatut")),
        )


@dataclass(frozen=True)
class History:
    """The whole history of one invoice."""

    number: str
    events: tuple
    unknown: tuple


@dataclass(frozen=True)
class Observed:
    """Facts about one invoice, from a platform that tells them one by one.

    :param MovedInvoice invoice: which one
    :param tuple events: :class:`PlatformEvent`, in any order, repeated or not
    """

    invoice: MovedInvoice
    events: tuple = ()


@dataclass(frozen=True)
class Structure:
    """One structure (buyer or supplier) known to Chorus Pro."""

    structure_id: str
    siret: str
    name: str
    status: str

    @classmethod
    def from_json(cls, row):
        block = _block(row)
        return cls(
            structure_id=_text(block.get("idStructureCPP")),
            siret=_text(block.get("identifiantStructure")),
            name=_text(block.get("designationStructure")),
            status=_text(block.get("statut")),
        )
