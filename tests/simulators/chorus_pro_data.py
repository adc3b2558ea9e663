"""What the Chorus Pro simulator knows: a story, asked through the real criteria."""

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
NOTHING = {"codeRetour": 20007, "libelle": "GFT_MSG_01.075"}
DONE = {"codeRetour": 0, "libelle": "GCU_MSG_01_000"}


@lru_cache(maxsize=100_000)
def _moment(text):
    """A date-time of a story or of a criterion; Paris when it says no zone."""
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return moment if moment.tzinfo else moment.replace(tzinfo=PARIS)


def _paged(rows, size, number):
    """``(rows of the page, number of pages)``; beyond the last page: no row."""
    size = max(int(size or 10), 1)
    number = max(int(number or 1), 1)
    pages = -(-len(rows) // size)
    return rows[(number - 1) * size : number * size], pages


class Story:
    """Invoices, statuses and structures, as the routes tell them."""

    def __init__(self, story):
        self._structures = list(story.get("structures") or [])
        self._invoices = []
        self._deposits = dict(story.get("deposits") or {})
        self._files = {}
        #: What suppliers answered, in order.
        self.answers = []
        self._last_status_id = 5_000_000_000
        for position, invoice in enumerate(story.get("invoices") or []):
            self._add(invoice, position)

    def _add(self, invoice, position):
        # Identifiers beyond 32 bits, as the real ones may be.
        entry = {"id": 8_000_000_000 + position, "currency": "EUR", **invoice}
        entry["history"] = []
        self._invoices.append(entry)
        self._tell(entry, invoice.get("history") or [])

    def _tell(self, entry, statuses):
        for status in statuses:
            self._last_status_id += 1
            entry["history"].append({"id": self._last_status_id, **status})

    def advance(self, told):
        """Add statuses: ``{invoice number: [status]}``."""
        for entry in self._invoices:
            self._tell(entry, told.get(entry["number"], ()))

    @staticmethod
    def _current(entry):
        """Latest status by date; in one minute the one told last."""
        return max(
            enumerate(entry["history"]), key=lambda p: (_moment(p[1]["date"]), p[0])
        )[1]

    def rates(self, _body):
        return {**DONE, "listeTauxTva": [{"codeTauxTva": "TVA1", "taux": 20.0}]}

    def structures(self, body):
        wanted = (body.get("structure") or {}).get("identifiantStructure")
        found = [s for s in self._structures if wanted in (None, s["siret"])]
        if not found:
            return dict(NOTHING)
        paging = {
            "nbResultatsParPage": 10,
            "pageCourante": 1,
            "pages": 1,
            "total": len(found),
        }
        rows = [
            {
                "idStructureCPP": s["id"],
                "designationStructure": s.get("name", ""),
                "identifiantStructure": s["siret"],
                "typeIdentifiantStructure": "SIRET",
                "statut": s.get("status", "ACTIF"),
            }
            for s in found
        ]
        return {**DONE, "listeStructures": rows, "parametresRetour": paging}

    def search(self, body):
        paging = body.get("rechercheFactureParFournisseur") or {}
        found = [e for e in self._invoices if e["history"] and self._matches(e, body)]
        found.sort(key=lambda e: (_moment(self._current(e)["date"]), e["id"]))
        if not found:
            return dict(NOTHING)
        size = paging.get("nbResultatsParPage")
        number = paging.get("pageResultatDemandee")
        rows, pages = _paged(found, size, number)
        return {
            **DONE,
            "listeFactures": [self._row(e) for e in rows],
            "parametresRetour": {
                "nbResultatsParPage": int(size or 10),
                "pageCourante": int(number or 1),
                "pages": pages,
                "total": len(found),
            },
        }

    def _matches(self, entry, body):
        for key, name in (("numeroFacture", "number"), ("numeroFluxDepot", "deposit")):
            # Cheap, and a story may hold many thousands.
            if body.get(key) and entry.get(name) != body[key]:
                return False
        current = self._current(entry)
        moment = _moment(current["date"])
        checks = {
            "periodeDateHeureEtatCourantDu": lambda v: moment >= _moment(v),
            "periodeDateHeureEtatCourantAu": lambda v: moment <= _moment(v),
            "periodeDateFactureDu": lambda v: entry.get("date", "") >= v[:10],
            "periodeDateFactureAu": lambda v: entry.get("date", "") <= v[:10],
            "statutCourant": lambda v: current["code"] in v,
            "idFournisseur": lambda v: v in self._suppliers(entry),
        }
        return all(
            check(body[key])
            for key, check in checks.items()
            if body.get(key) not in (None, "", [])
        )

    def _suppliers(self, entry):
        siret = entry.get("supplier")
        return [s["id"] for s in self._structures if siret in (None, s["siret"])]

    def _row(self, entry):
        current = self._current(entry)
        buyer = entry.get("buyer") or {}
        moment = _moment(current["date"])
        return {
            "identifiantFactureCPP": entry["id"],
            "numeroFacture": entry["number"],
            "statut": current["code"],
            "dateHeureEtatCourant": moment.isoformat(timespec="milliseconds"),
            "commentaireEtatCourant": current.get("comment"),
            "dateDepot": entry["history"][0]["date"][:10],
            "dateFacture": entry.get("date"),
            "numeroFluxDepot": entry.get("deposit"),
            "modeDepot": "DEPOT_PDF_API",
            "codeFournisseur": entry.get("supplier"),
            "codeDestinataire": buyer.get("siret"),
            "designationDestinataire": buyer.get("name"),
            "codeServiceExecutant": buyer.get("service"),
            "nomServiceExecutant": buyer.get("service"),
            "montantTTC": entry.get("total"),
            "montantAPayer": entry.get("due", entry.get("total")),
            "devise": entry["currency"],
            "rejetTraite": bool(entry.get("handled")),
            "typeFacture": "FACTURE",
            "typeDemandePaiement": "FACTURE",
        }

    def history(self, body):
        entry = self._entry(body.get("idFacture"))
        if entry is None:
            return {"codeRetour": 20001, "libelle": "GDP_MSG_11.008"}
        paging = body.get("paramRechercheHistoStatuts") or {}
        size = paging.get("nbResultatsParPageListeHistoStatut")
        number = paging.get("pageResultatDemandeeListeHistoStatut")
        told = sorted(
            enumerate(entry["history"]),
            key=lambda p: (_moment(p[1]["date"]), p[0]),
            reverse=True,
        )
        rows, pages = _paged([status for _n, status in told], size, number)
        events = entry.get("events") or []
        return {
            **DONE,
            "idFacture": entry["id"],
            "numeroFacture": entry["number"],
            "modeDepot": "DEPOT_PDF_API",
            "statutCourantCode": self._current(entry)["code"],
            "historiquesDesStatuts": {
                "histoStatut": [self._status(s) for s in rows],
                "nbResultatsParPageHistoStatut": int(size or 10),
                "pageCouranteHistoStatut": int(number or 1),
                "pagesHistoStatut": pages,
                "totalHistoStatut": len(told),
            },
            "historiquesDesActionsUtilisateurs": {"histoAction": []},
            "historiquesDesEvenementsComplementaires": {
                "evenement": [self._event(e) for e in events],
                "pagesEvenement": 1,
                "totalEvenement": len(events),
            },
            "derniereAction": {},
        }

    def deposit(self, body):
        told = self._deposits.get(body.get("numeroFluxDepot"))
        if told is None:
            return {"codeRetour": 20001, "libelle": "TRA_MSG_flux_inconnu"}
        refused = (told.get("refused") or {}).items()
        return {
            **DONE,
            "etatCourantDepotFlux": told.get("state"),
            "listeErreurDP": [
                {"numeroDP": number, "libelleErreurDP": why} for number, why in refused
            ],
            "listeErreurTechnique": [
                {"libelleErreur": why, "codeErreur": "", "natureErreur": "BLOQUANTE"}
                for why in told.get("technical") or ()
            ],
        }

    # What a supplier may write.

    def upload(self, body):
        if len(body.get("pieceJointeNom") or "") > 50:
            return {"codeRetour": 20001, "libelle": "pieceJointeNom trop long"}
        file_id = 10_000_000 + len(self._files)
        self._files[file_id] = body.get("pieceJointeFichier") or ""
        return {**DONE, "pieceJointeId": file_id}

    def complete(self, body):
        entry = self._entry(body.get("identifiantFactureCPP"))
        if entry is None:
            return {"codeRetour": 20001, "libelle": "GDP_MSG_11.008"}
        if self._current(entry)["code"] not in ("SUSPENDUE", "A_COMPLETER"):
            return {"codeRetour": 20002, "libelle": "GDP_MSG_11.001"}
        told = body.get("pieceJointeComplementaire") or []
        ids = [file["pieceJointeComplementaireId"] for file in told]
        if any(file_id not in self._files for file_id in ids):
            return {"codeRetour": 20001, "libelle": "PJ inconnue"}
        comment = body.get("commentaire") or ""
        moment = f"{datetime.now(PARIS):%Y-%m-%d %H:%M}"
        status = {"code": "COMPLETEE", "date": moment, "comment": comment}
        self._tell(entry, [status])
        self._note(entry, "complete", comment=comment, files=len(ids))
        return {
            **DONE,
            "identifiantFactureCPP": entry["id"],
            "numeroFacture": entry["number"],
            "dateTraitement": moment[:10],
        }

    def handle_rejection(self, body):
        told = body.get("listeDemandePaiement") or []
        entries = [self._entry(row.get("idDemandePaiement")) for row in told]
        if None in entries or not entries:
            return {"codeRetour": 20001, "libelle": "GDP_MSG_11.008"}
        if any(self._current(e)["code"] != "REJETEE" for e in entries):
            return {"codeRetour": 20002, "libelle": "GDP_MSG_11.001"}
        for entry in entries:
            entry["handled"] = True
            self._note(entry, "rejection", comment=body.get("motifRejet") or "")
        return dict(DONE)

    def _entry(self, external_id):
        return next((e for e in self._invoices if e["id"] == external_id), None)

    def _note(self, entry, kind, **values):
        self.answers.append({"number": entry["number"], "kind": kind, **values})

    @staticmethod
    def _status(status):
        author = status.get("author") or {}
        return {
            "histoStatutId": status["id"],
            "histoStatutCode": status["code"],
            "histoStatutDatePassage": status["date"][:16].replace("T", " "),
            "histoStatutCommentaire": status.get("comment"),
            "histoStatutUtilisateurNom": author.get("last"),
            "histoStatutUtilisateurPrenom": author.get("first"),
            "histoStatutUtilisateurEmail": author.get("email"),
            "histoStatutUtilisateurTelephone": author.get("phone"),
        }

    @staticmethod
    def _event(event):
        return {
            "evenementId": event["id"],
            "evenementDateHeure": event["date"][:16].replace("T", " "),
            "evenementLibelle": event.get("label"),
            "evenementQui": event.get("who"),
        }
