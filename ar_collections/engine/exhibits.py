"""Exhibits of a request to a court: which are needed, which miss, in what order.

The list of exhibits is part of the request (code de procédure civile, art. 1407):
every exhibit has one number, which stands in the list, on the paper and in the name
of its file.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

#: Kinds of exhibits in the order in which they are numbered: the debt first, then
#: what was done to have it paid.
ORDER = (
    "terms",
    "order",
    "delivery",
    "invoice",
    "acknowledgement",
    "statement",
    "reminder",
    "formal_notice",
    "proof_deposit",
    "proof_presented",
    "proof_received",
    "proof_refused",
    "claim_working",
    "other",
)
PROOFS = ("proof_deposit", "proof_presented", "proof_received", "proof_refused")
#: What comes after the request is in the file, but no exhibit of it.
AFTERWARDS = ("order_court", "service")
#: What a request should have, in the words of the checklist; an invoice each.
NEEDED = ("invoice", "order", "delivery", "terms", "statement", "reminder")
NOTICE = ("formal_notice", "proof")


@dataclass(frozen=True)
class Exhibit:
    """One document.

    :ivar invoice: number of the invoice that it is, or that it belongs to
    :ivar stored: whether its file is here
    """

    key: object
    kind: str
    name: str
    day: date | None = None
    invoice: str = ""
    stored: bool = True


@dataclass(frozen=True)
class Check:
    """One line of the checklist.

    :ivar about: number of the invoice, empty when it is about the whole file
    """

    kind: str
    about: str
    present: bool


def numbered(exhibits):
    """``[(number, exhibit)]`` of those that are stored, from 1 on.

    Stable: by kind in :data:`ORDER`, then by invoice, date and name.
    """
    told = [e for e in exhibits if e.stored and e.kind in ORDER]
    told.sort(
        key=lambda e: (
            ORDER.index(e.kind),
            e.invoice,
            e.day or date.min,
            e.name,
            str(e.key),
        )
    )
    return list(enumerate(told, 1))


def checklist(exhibits, invoices, waived=()):
    """What the request should hold, and whether it does.

    :param invoices: numbers of the invoices that are claimed
    :param waived: kinds that a person declared not needed here
    :return: list of :class:`Check`
    """
    stored = [e for e in exhibits if e.stored]
    kinds = {e.kind for e in stored}
    kinds |= {"proof"} if kinds & set(PROOFS) else set()
    have = {e.invoice for e in stored if e.kind == "invoice"}
    checks = [Check("invoice", number, number in have) for number in invoices]
    checks += [
        Check(kind, "", kind in kinds)
        for kind in (*NEEDED[1:], *NOTICE)
        if kind not in waived
    ]
    return checks


def completeness(checks):
    """How much of the checklist is there, per cent.

    >>> completeness([Check("order", "", True), Check("terms", "", False)])
    50
    """
    if not checks:
        return 0
    return 100 * sum(c.present for c in checks) // len(checks)


def file_name(number, word, name, stored_name):
    """Name of an exhibit's file: its number, what it is, its own ending.

    >>> file_name(3, "Exhibit", "Invoice FAC/2026/0001", "FAC_2026.PDF")
    'Exhibit-03-Invoice-FAC-2026-0001.pdf'
    """
    ending = stored_name.rpartition(".")[2].lower() if "." in stored_name else "bin"
    if not re.fullmatch(r"[a-z0-9]{1,5}", ending):
        ending = "bin"
    return f"{slug(word)}-{number:02d}-{slug(name)[:80]}.{ending}"


def slug(text):
    """Plain letters and digits joined by hyphens.

    >>> slug("Mise en demeure n° 2 – échéance")
    'Mise-en-demeure-n-2-echeance'
    """
    plain = unicodedata.normalize("NFD", text)
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-")
