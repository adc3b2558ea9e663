"""What the public buyers' platform tells of the company's invoices: pure data.

``first`` writes the story of every invoice up to now; ``next_day`` lets time pass: some
statuses move on, new invoices are deposited. Numbers of invoices and statuses never
change once told, as on the real platform. Dates are Paris time, to the minute.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

FORMAT = "%Y-%m-%d %H:%M"
#: Fates of the oldest open invoices, in turn; the others are simply available.
FATES = [
    "MISE_EN_PAIEMENT",
    "SUSPENDUE",
    "REJETEE",
    "MANDATEE",
    "EN_ARBITRAGE_LOCAL",
    "MISE_EN_PAIEMENT",
    "SERVICE_FAIT",
    "MISE_EN_PAIEMENT",
    "MISE_A_DISPOSITION",
    "MANDATEE",
    "SUSPENDUE",
    "MISE_A_DISPOSITION_COMPTABLE",
]
#: The way to each fate; a code the product has never heard of is one of them.
WAYS = {
    "MISE_A_DISPOSITION": [],
    "SERVICE_FAIT": [],
    "MANDATEE": ["SERVICE_FAIT"],
    "MISE_A_DISPOSITION_COMPTABLE": ["SERVICE_FAIT", "MANDATEE"],
    "MISE_EN_PAIEMENT": ["SERVICE_FAIT", "MANDATEE"],
    "SUSPENDUE": [],
    "REJETEE": [],
    "EN_ARBITRAGE_LOCAL": ["SERVICE_FAIT"],
}
NEXT = {
    "MISE_A_DISPOSITION": "SERVICE_FAIT",
    "SERVICE_FAIT": "MANDATEE",
    "MANDATEE": "MISE_EN_PAIEMENT",
    "MISE_A_DISPOSITION_COMPTABLE": "MISE_EN_PAIEMENT",
    "SUSPENDUE": "COMPLETEE",
    "COMPLETEE": "SERVICE_FAIT",
}
COMMENTS = {
    "SUSPENDUE": [
        "Bon de commande manquant, merci de le joindre.",
        "Procès-verbal de réception non signé : pièce à compléter.",
    ],
    "REJETEE": ["Numéro d'engagement inconnu de nos services."],
    "MISE_EN_PAIEMENT": ["Virement au prochain passage de la trésorerie."],
}


@dataclass(frozen=True)
class Deposited:
    """An invoice on the platform. Amounts in euros, dates ISO."""

    number: str
    date: str
    total: float
    due: float
    buyer: str
    siret: str


def _status(told: dict, code: str, moment: datetime, rng: random.Random) -> dict:
    told["last_status"] += 1
    status = {
        "id": told["last_status"],
        "code": code,
        "date": moment.strftime(FORMAT),
    }
    if code in COMMENTS:
        status["comment"] = rng.choice(COMMENTS[code])
        status["author"] = {
            "first": "Martine",
            "last": "Lhermitte",
            "email": "m.lhermitte@tresorerie.example",
        }
    return status


def _history(told: dict, invoice: Deposited, fate: str, now: datetime, rng) -> list:
    """Deposit and availability on the first day, then the way to the fate."""
    day = datetime.fromisoformat(invoice.date) + timedelta(hours=10, minutes=15)
    day = min(day, now - timedelta(hours=6))
    moments = [("DEPOSEE", day)]
    moments.append(("MISE_A_DISPOSITION", day + timedelta(hours=3, minutes=12)))
    codes = [*WAYS[fate], *([] if fate == "MISE_A_DISPOSITION" else [fate])]
    last = now - timedelta(hours=2, minutes=rng.randrange(40))
    span = (last - moments[-1][1]) / max(len(codes), 1)
    start = moments[-1][1]
    moments += [(code, start + span * rank) for rank, code in enumerate(codes, 1)]
    return [_status(told, code, moment, rng) for code, moment in moments]


def _deposit(told: dict, invoice: Deposited, fate: str, now: datetime, rng) -> None:
    told["last_invoice"] += 1
    told["invoices"].append(
        {
            "id": told["last_invoice"],
            "number": invoice.number,
            "date": invoice.date,
            "total": invoice.total,
            "due": invoice.due,
            "currency": "EUR",
            "supplier": told["supplier"],
            "deposit": f"CPP{told['last_invoice'] % 10**9:09d}",
            "buyer": {"siret": invoice.siret, "name": invoice.buyer},
            "history": _history(told, invoice, fate, now, rng),
        }
    )


def first(
    invoices: list[Deposited], supplier: str, credentials: dict, now: datetime
) -> dict:
    """The story up to ``now`` (Paris wall time) of the open invoices.

    :param supplier: SIRET of the company
    :param credentials: what the platform accepts, as the simulator wants it
    """
    told = {
        "supplier": supplier,
        "credentials": credentials,
        "structures": [{"id": 41, "siret": supplier, "name": "Fournisseur"}],
        "last_status": 5_000_000_000,
        "last_invoice": 8_000_000_000,
        "invoices": [],
    }
    rng = random.Random(f"{supplier}/first")
    ordered = sorted(invoices, key=lambda i: (i.date, i.number))
    for rank, invoice in enumerate(ordered):
        fate = FATES[rank] if rank < len(FATES) else "MISE_A_DISPOSITION"
        _deposit(told, invoice, fate, now, rng)
    return told


def next_day(told: dict, invoices: list[Deposited], now: datetime) -> dict:
    """The story a day later: one open invoice in three moves on, new ones come."""
    rng = random.Random(f"{told['supplier']}/{told['last_status']}")
    still_open = {invoice.number for invoice in invoices}
    known = set()
    for entry in told["invoices"]:
        known.add(entry["number"])
        code = entry["history"][-1]["code"]
        if entry["number"] in still_open and code in NEXT and rng.random() < 0.34:
            entry["history"].append(
                _status(told, NEXT[code], now - timedelta(minutes=30), rng)
            )
    for invoice in sorted(invoices, key=lambda i: (i.date, i.number)):
        if invoice.number not in known:
            _deposit(told, invoice, "MISE_A_DISPOSITION", now, rng)
    return told
