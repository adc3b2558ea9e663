"""Each request against the public description of the platform's routes, v1."""

import base64
from datetime import datetime

import pytest
import requests

from odoo.addons.ar_chorus_connector.clients.chorus_pro import ChorusPro
from odoo.addons.ar_chorus_connector.clients.piste import PisteToken
from odoo.addons.ar_chorus_connector.clients.transport import Transport
from odoo.addons.ar_chorus_connector.engine.dates import parse_moment

SINCE = parse_moment("2026-01-01 00:00")
UNTIL = parse_moment("2026-12-31 00:00")
#: Route: keys of the request and the type of each, required ones first.
DESCRIBED = {
    "transverses/v1/recuperer/tauxtva": ({}, {}),
    "structures/v1/rechercher": (
        {
            "structure": {
                "identifiantStructure": str,
                "typeIdentifiantStructure": str,
            }
        },
        {},
    ),
    "factures/v1/rechercher/fournisseur": (
        {
            "periodeDateHeureEtatCourantDu": str,
            "periodeDateHeureEtatCourantAu": str,
            "rechercheFactureParFournisseur": {
                "nbResultatsParPage": int,
                "pageResultatDemandee": int,
            },
        },
        {"idFournisseur": int},
    ),
    "factures/v1/consulter/historique": (
        {"idFacture": int},
        {
            "paramRechercheHistoStatuts": {
                "nbResultatsParPageListeHistoStatut": int,
                "pageResultatDemandeeListeHistoStatut": int,
            }
        },
    ),
    "transverses/v1/consulterCRDetaille": ({"numeroFluxDepot": str}, {}),
    "transverses/v1/ajouter/fichier": (
        {
            "pieceJointeFichier": str,
            "pieceJointeNom": str,
            "pieceJointeTypeMime": str,
            "pieceJointeExtension": str,
        },
        {},
    ),
    "factures/v1/completer": (
        {"identifiantFactureCPP": int, "commentaire": str},
        {
            "pieceJointeComplementaire": [
                {
                    "pieceJointeComplementaireId": int,
                    "pieceJointeComplementaireDesignation": str,
                    "pieceJointeComplementaireType": str,
                }
            ]
        },
    ),
    "factures/v1/traiterRejet": (
        {
            "listeDemandePaiement": [{"idDemandePaiement": int}],
            "motifRejet": str,
            "cpltInfos": str,
        },
        {},
    ),
}


def fits(value, described):
    """Whether a value has the described shape, every key of it included."""
    if isinstance(described, dict):
        same = isinstance(value, dict) and set(value) == set(described)
        return same and all(fits(value[key], described[key]) for key in described)
    if isinstance(described, list):
        return isinstance(value, list) and all(fits(v, described[0]) for v in value)
    return type(value) is described


@pytest.fixture
def sent(simulator):
    """Every call that the client makes, by route."""
    invoice = {
        "id": 900001,
        "number": "FAC/1",
        "date": "2026-06-01",
        "total": 12.0,
        "history": [{"code": "SUSPENDUE", "date": "2026-06-02 10:15"}],
    }
    rejected = {**invoice, "id": 900002, "number": "FAC/2"}
    rejected["history"] = [{"code": "REJETEE", "date": "2026-06-02 10:15"}]
    structure = {"id": 7, "siret": "55210055400013", "name": "Works"}
    simulator.simulator.load(
        {
            "invoices": [invoice, rejected],
            "structures": [{**structure, "status": "ACTIF"}],
            "deposits": {"CPP1": {"state": "IN_INTEGRE"}},
        }
    )
    calls = []

    class Session(requests.Session):
        def request(self, method, url, **kwargs):
            calls.append((method, url, kwargs))
            return super().request(method, url, **kwargs)

    known = simulator.simulator.credentials
    transport = Transport(session=Session())
    token = PisteToken(
        transport,
        f"{simulator.url}/api/oauth/token",
        known["client_id"],
        known["client_secret"],
    )
    client = ChorusPro(
        transport, token, simulator.url, known["login"], known["password"]
    )
    client.health()
    client.check_account()
    client.find_structures("55210055400013")
    list(client.moved_pages(SINCE, UNTIL, "7"))
    client.history("900001")
    client.deposit("CPP1")
    file_id = client.upload("bon de livraison.pdf", "application/pdf", b"%PDF-1.4")
    client.complete("900001", "Voici le bon", [(file_id, "bon de livraison.pdf")])
    client.handle_rejection("900002", "Nouvelle facture déposée")
    return calls


def test_every_request_has_the_described_keys_and_types(sent):
    seen = set()
    for method, url, call in sent[2:]:
        route = url.partition("/cpro/")[2]
        required, optional = DESCRIBED[route]
        seen.add(route)
        assert method == "POST", route
        body = call["json"]
        assert set(required) <= set(body) <= {*required, *optional}, route
        for key, value in body.items():
            assert fits(value, {**required, **optional}[key]), (route, key, value)
    assert seen == set(DESCRIBED)


def test_token_and_headers_are_as_described(sent):
    (method, url, token), (get, health, first) = sent[0], sent[1]
    assert (method, url.rpartition("/api/")[2]) == ("POST", "oauth/token")
    assert token["data"]["grant_type"] == "client_credentials"
    assert token["data"]["scope"] == "openid"
    assert (get, health.partition("/cpro/")[2]) == (
        "GET",
        "transverses/v1/health-check",
    )
    for _method, _url, call in sent[1:]:
        headers = call["headers"]
        assert headers["Authorization"].startswith("Bearer ")
        account = base64.b64decode(headers["cpro-account"]).decode()
        assert account.startswith("TECH_") and ":" in account
    assert first["timeout"]


def test_dates_are_sent_with_their_offset(sent):
    search = next(call for _m, url, call in sent if "rechercher/fournisseur" in url)
    for name in ("periodeDateHeureEtatCourantDu", "periodeDateHeureEtatCourantAu"):
        assert datetime.fromisoformat(search["json"][name]).utcoffset() is not None
