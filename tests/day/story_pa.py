"""What an accredited platform tells of the invoices to businesses: pure data.

Like :mod:`tests.day.story`, for the platform of companies: one message per status,
numbered and dated once for all; a new day only adds messages.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
#: The way of each invoice, the newest first; the others are not on the platform.
WAYS = [
    ("200", "202", "203"),
    ("200", "202", "203", "204"),
    ("200", "202", "203", "204", "205"),
    ("200", "202", "203", "204", "207"),
    ("200", "202", "203", "205", "211"),
    ("200", "202", "203", "206"),
    ("200", "202", "203", "204", "205"),
    ("200", "202", "203", "210"),
]
#: Codes after which part or all of an invoice is contested.
CONTESTED = ("206", "207", "210")
NEXT = {"203": "204", "204": "205", "205": "211", "207": "205"}
WORDS = {
    "206": {
        "reasons": [
            {"code": "QTE_ERR", "label": "Quantité", "comment": "Deux colis manquants"}
        ]
    },
    "207": {
        "reasons": [
            {"code": "PU_ERR", "label": "Prix", "comment": "Tarif de 2025 convenu"}
        ]
    },
    "210": {
        "reasons": [
            {"code": "CMD_ERR", "label": "Commande", "comment": "Commande inconnue"}
        ]
    },
}


@dataclass(frozen=True)
class Sold:
    """An invoice to a business. Amounts in euros, dates ISO."""

    number: str
    date: str
    total: float
    buyer: str
    siren: str


def first(invoices: list[Sold], seller: str, now: datetime) -> dict:
    """The story up to ``now`` (aware), of the invoices given.

    :param seller: SIREN of the company
    """
    told = {"seller": seller, "invoices": [], "flows": []}
    for invoice, way in zip(invoices, WAYS, strict=False):
        start = datetime.fromisoformat(invoice.date).replace(hour=9, tzinfo=PARIS)
        start = min(start, now - timedelta(hours=8))
        span = (now - timedelta(hours=1) - start) / len(way)
        entry = {**invoice.__dict__, "codes": []}
        told["invoices"].append(entry)
        for rank, code in enumerate(way):
            _say(told, entry, code, start + span * rank)
    return told


def next_day(told: dict, still_open: set, now: datetime) -> dict:
    """The story a day later: one open invoice in two moves on."""
    rng = random.Random(f"{told['seller']}/{len(told['flows'])}")
    for entry in told["invoices"]:
        code = entry["codes"][-1]
        if entry["number"] in still_open and code in NEXT and rng.random() < 0.5:
            _say(told, entry, NEXT[code], now - timedelta(minutes=5))
    return told


def _say(told: dict, entry: dict, code: str, moment: datetime) -> None:
    entry["codes"].append(code)
    figures = []
    if code == "206":
        figures = [{"kind": "MNATTC", "amount": f"{entry['total'] / 4:.2f}"}]
    elif code == "211":
        figures = [{"kind": "MPA", "amount": f"{entry['total']:.2f}"}]
    number = len(told["flows"]) + 1
    # No two messages of one instant: the order of the list is the story's.
    updated = moment + timedelta(milliseconds=number)
    text = updated.astimezone(timezone.utc).isoformat(timespec="milliseconds")
    told["flows"].append(
        {
            "id": f"demo-{number}",
            "updated": text.replace("+00:00", "Z"),
            "name": f"{entry['number'].replace('/', '_')}_{code}.xml",
            "cdar": {
                "number": entry["number"],
                "date": entry["date"],
                "seller": told["seller"],
                "code": code,
                "when": moment.astimezone(PARIS).strftime("%Y%m%d%H%M%S"),
                "issuer": {
                    "role": "BY",
                    "name": entry["buyer"],
                    "siren": entry["siren"],
                },
                "figures": figures,
                **WORDS.get(code, {}),
            },
        }
    )
