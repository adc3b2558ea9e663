"""Chorus Pro, for the supplier: which invoices moved, and their history.

Every call is a POST with JSON but the health check. Source of routes and keys:
the public description of the Factures, Structures and Transverses APIs, v1.
"""

import base64

from ..engine.dates import to_wire
from ..engine.deposits import Deposit
from ..engine.payloads import (
    EMPTY_RESULT_CODES,
    History,
    HistoryPage,
    Page,
    Structure,
)
from .bearer import BearerClient
from .errors import AccountRefused, BusinessError, TransportError

HEALTH = "transverses/v1/health-check"
RATES = "transverses/v1/recuperer/tauxtva"
SEARCH = "factures/v1/rechercher/fournisseur"
HISTORY = "factures/v1/consulter/historique"
STRUCTURES = "structures/v1/rechercher"
DEPOSIT = "transverses/v1/consulterCRDetaille"
UPLOAD = "transverses/v1/ajouter/fichier"
COMPLETE = "factures/v1/completer"
HANDLE_REJECTION = "factures/v1/traiterRejet"

#: What an answer must have: without it, nothing found would be wrongly concluded.
CONTENT = {
    SEARCH: "listeFactures",
    HISTORY: "historiquesDesStatuts",
    STRUCTURES: "listeStructures",
    UPLOAD: "pieceJointeId",
    DEPOSIT: "etatCourantDepotFlux",
}

#: A longer name of an attachment is refused with a plain 400.
LONGEST_NAME = 50

#: The platform's own default is 10 and its maximum is not published.
PAGE_SIZE = 100
#: More pages than this is a platform that lies about its paging.
MAX_PAGES = 2000


class ChorusPro(BearerClient):
    """One connection to Chorus Pro.

    :param Transport transport: how to call
    :param PisteToken token: token of the application, of this connection only
    :param str api_url: e.g. ``https://api.piste.gouv.fr``
    :param str login: technical account, ``TECH_…@cpro.fr``
    :param str password: its password
    :param Pace pace: how fast; no limit by default

    Several threads may call it at the same time.
    """

    def __init__(self, transport, token, api_url, login, password, pace=None):
        super().__init__(transport, token, f"{api_url.rstrip('/')}/cpro", pace)
        self._account = base64.b64encode(f"{login}:{password}".encode()).decode()

    def health(self):
        """Ask whether the platform is up; raises when it is not."""
        self._call("GET", HEALTH)

    def check_account(self):
        """A cheap call that needs the technical account, unlike the health check."""
        self._call("POST", RATES, {})

    def find_structures(self, siret):
        """Structures with this SIRET that the account may see."""
        body = self._call(
            "POST",
            STRUCTURES,
            {
                "structure": {
                    "identifiantStructure": siret,
                    "typeIdentifiantStructure": "SIRET",
                }
            },
        )
        rows = body.get("listeStructures") or []
        return [Structure.from_json(row) for row in rows]

    def moved_pages(self, since, until, structure_id="", page_size=PAGE_SIZE, first=1):
        """Pages of the invoices whose current status dates from the period.

        :param since: aware datetime, included
        :param until: aware datetime, included
        :param int first: page to begin with
        :return: iterator of :class:`Page`, in no promised order; rows may move
            between pages while they are read: see :class:`~..engine.paging.Reading`
        """
        criteria = {
            "periodeDateHeureEtatCourantDu": to_wire(since),
            "periodeDateHeureEtatCourantAu": to_wire(until),
        }
        if structure_id:
            criteria["idFournisseur"] = int(structure_id)
        for number in range(first, MAX_PAGES + 1):
            body = self._call(
                "POST",
                SEARCH,
                {
                    **criteria,
                    "rechercheFactureParFournisseur": {
                        "nbResultatsParPage": page_size,
                        "pageResultatDemandee": number,
                    },
                },
            )
            page = Page.from_json(body)
            yield page
            if number >= page.pages or not (page.rows or page.unknown):
                return
        raise TransportError("the paging never ends", SEARCH)

    def history(self, external_id, page_size=PAGE_SIZE):
        """The whole history of one invoice, in the order the platform gave it."""
        events, unknown, number = [], [], ""
        for page_number in range(1, MAX_PAGES + 1):
            page = HistoryPage.from_json(
                self._call(
                    "POST",
                    HISTORY,
                    _history_request(external_id, page_number, page_size),
                )
            )
            events += page.events
            unknown += page.unknown
            number = number or page.number
            if page_number >= page.pages or not (page.events or page.unknown):
                return History(number, tuple(events), tuple(unknown))
        raise TransportError("the paging never ends", HISTORY)

    def deposit(self, number):
        """What became of a deposit, a :class:`~..engine.deposits.Deposit`.

        :raise BusinessError: the platform does not know it (yet)
        """
        return Deposit.from_json(
            self._call("POST", DEPOSIT, {"numeroFluxDepot": number})
        )

    def upload(self, name, mimetype, content):
        """Hand over an attachment; it is seen by nobody until an answer names it.

        :param bytes content: the file
        :return: its id at the platform
        """
        stem, dot, extension = name.rpartition(".")
        if not dot:
            stem, extension = name, ""
        room = LONGEST_NAME - len(extension) - 1
        body = self._call(
            "POST",
            UPLOAD,
            {
                "pieceJointeFichier": base64.b64encode(content).decode(),
                "pieceJointeNom": f"{stem[:room].rstrip()}{dot}{extension}",
                "pieceJointeTypeMime": mimetype,
                "pieceJointeExtension": extension.upper(),
            },
        )
        return body["pieceJointeId"]

    def complete(self, external_id, comment, files=()):
        """Answer a suspended invoice; one attempt, since a repetition answers twice.

        :param files: ``[(id given by upload, name)]``
        :raise BusinessError: the invoice is not suspended (any more)
        """
        self._call(
            "POST",
            COMPLETE,
            {
                "identifiantFactureCPP": _wire_id(external_id),
                "commentaire": comment,
                "pieceJointeComplementaire": [
                    {
                        "pieceJointeComplementaireId": file_id,
                        "pieceJointeComplementaireDesignation": name[:LONGEST_NAME],
                        # Compulsory; the platform's list of values is not
                        # published, and an empty one is taken.
                        "pieceJointeComplementaireType": "",
                    }
                    for file_id, name in files
                ],
            },
            attempts=1,
        )

    def handle_rejection(self, external_id, reason, note=""):
        """Tell that a rejected invoice was dealt with on our side."""
        self._call(
            "POST",
            HANDLE_REJECTION,
            {
                "listeDemandePaiement": [{"idDemandePaiement": _wire_id(external_id)}],
                "motifRejet": reason,
                "cpltInfos": note,
            },
        )

    def _call(self, method, route, payload=None, attempts=None):
        # An explicit charset: without it, accents have come back mangled.
        headers = {
            "cpro-account": self._account,
            "Content-Type": "application/json;charset=utf-8",
        }
        kwargs = {} if payload is None else {"json": payload}
        if attempts:
            kwargs["attempts"] = attempts
        answer = self._send(method, f"/{route}", route, headers=headers, **kwargs)
        if answer.status == 401:
            raise AccountRefused("technical account refused", route, 401)
        return self._checked(answer, route)

    def _checked(self, answer, route):
        code = answer.body.get("codeRetour", 0)
        if code in EMPTY_RESULT_CODES:
            return {}
        expected = CONTENT.get(route)
        if code not in (0, None) or answer.status == 400:
            label = str(answer.body.get("libelle") or "").strip()[:500]
            raise BusinessError(code, label, route, answer.status)
        if expected and expected not in answer.body:
            raise TransportError("answer without its content", route, answer.status)
        return answer.body


def _wire_id(external_id):
    # The platform numbers its invoices beyond 32 bits: text on our side.
    plain = external_id.isascii() and external_id.isdigit()
    return int(external_id) if plain else external_id


def _history_request(external_id, page, size):
    return {
        "idFacture": _wire_id(external_id),
        "paramRechercheHistoStatuts": {
            "nbResultatsParPageListeHistoStatut": size,
            "pageResultatDemandeeListeHistoStatut": page,
        },
    }
