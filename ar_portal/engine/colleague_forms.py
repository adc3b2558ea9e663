"""What a colleague wrote: his view of a dispute, or a request for a recovery.

Pure: text in, values or codes of mistakes out. Codes are worded by the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from .amounts import parse_amount, to_cents
from .answer_forms import WORDS_MIN
from .proof_form import clean_text, read_items

REASON_MAX = 2000
LINE_MAX = 120
VERDICTS = ("customer_right", "customer_wrong", "more")
URGENCIES = ("low", "normal", "high")

_ADDRESS = re.compile(
    r"[A-Za-z0-9._%+'-]{1,64}@((?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63})"
)
_DOMAIN = re.compile(r"(?:[a-z0-9-]{1,63}\.)+[a-z]{2,63}")
#: What may stand around a number in a sentence.
_AROUND = ".:()[]<>\"'«»"
_NUMBER_CUTS = re.compile(r"[\s,;]+")


@dataclass(frozen=True)
class AdviceForm:
    """A colleague's view of a dispute. ``amount`` None: what the dispute says."""

    verdict: str = ""
    amount: Decimal | None = None
    message: str = ""
    mistakes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RequestForm:
    """A request for a recovery. ``move_ids`` were ticked, ``numbers`` typed."""

    name: str = ""
    email: str = ""
    customer: str = ""
    numbers: str = ""
    move_ids: tuple[int, ...] = ()
    reason: str = ""
    urgency: str = "normal"
    mistakes: dict[str, str] = field(default_factory=dict)


def read_advice(
    form: Mapping[str, str], disputed: Decimal, decimals: int = 2
) -> AdviceForm:
    """Read what a colleague thinks of a dispute.

    :param form: ``verdict``, ``amount`` (may be empty), ``message``
    :param disputed: the amount that the customer contests
    :param decimals: of its currency
    """
    mistakes: dict[str, str] = {}
    verdict = form.get("verdict") or ""
    if verdict not in VERDICTS:
        mistakes["verdict"] = "missing"
    amount, written = None, (form.get("amount") or "").strip()
    if written and verdict == "customer_right":
        amount = parse_amount(written, decimals)
        if not amount:
            mistakes["amount"] = "unreadable"
        elif to_cents(amount, decimals) > to_cents(disputed, decimals):
            mistakes["amount"] = "too_much"
    message = clean_text(form.get("message"), REASON_MAX)
    if len(message) < WORDS_MIN:
        mistakes["message"] = "missing"
    return AdviceForm(verdict, amount, message, mistakes)


def read_request(
    form: Mapping[str, str], moves: Iterable[str] = (), typed: bool = False
) -> RequestForm:
    """Read a request for a recovery.

    :param form: ``numbers``, ``reason``, ``urgency``; with ``typed`` also ``name``,
        ``email`` and ``customer``, which a logged-in colleague does not type
    :param moves: ids of the invoices ticked, as text
    """
    mistakes: dict[str, str] = {}
    move_ids = read_items(moves)
    numbers = one_line(form.get("numbers"), LINE_MAX * 4)
    reason = clean_text(form.get("reason"), REASON_MAX)
    if len(reason) < WORDS_MIN:
        mistakes["reason"] = "missing"
    urgency = form.get("urgency") or "normal"
    if urgency not in URGENCIES:
        urgency = "normal"
    name = email = customer = ""
    if typed:
        name = one_line(form.get("name"), LINE_MAX)
        customer = one_line(form.get("customer"), LINE_MAX)
        email = address_of(form.get("email"))
        if not email:
            mistakes["email"] = "unreadable" if form.get("email") else "missing"
        if not customer:
            mistakes["customer"] = "missing"
    return RequestForm(
        name, email, customer, numbers, move_ids, reason, urgency, mistakes
    )


def one_line(text: str | None, limit: int) -> str:
    """Without line breaks or control marks: fit for the header of a mail.

    >>> one_line("Ann\\r\\nBcc: x@y.example", 40)
    'Ann Bcc: x@y.example'
    """
    return clean_text(" ".join((text or "").split()), limit)


def address_of(text: str | None) -> str:
    """One plain e-mail address in lower case, or "".

    >>> address_of(" Ann@Works.Example "), address_of("a@b.fr, c@d.fr")
    ('ann@works.example', '')
    >>> address_of("a@b.fr\\nBcc: c@d.fr"), address_of('"Ann" <a@b.fr>')
    ('', '')
    """
    text = (text or "").strip()
    return text.lower() if _ADDRESS.fullmatch(text) else ""


def domains_of(text: str | None) -> frozenset[str]:
    """Domains that a company allows, as its settings write them.

    >>> sorted(domains_of("works.example, @Works.fr; not a domain"))
    ['works.example', 'works.fr']
    """
    words = re.split(r"[\s,;]+", (text or "").lower())
    return frozenset(
        word.lstrip("@") for word in words if _DOMAIN.fullmatch(word.lstrip("@"))
    )


def is_allowed(address: str, domains: str | None) -> bool:
    """Whether an address is of one of these domains; no domain allows nobody.

    >>> is_allowed("a@works.example", "works.example"), is_allowed("a@x.fr", "")
    (True, False)
    >>> is_allowed("a@evil.works.example", "works.example")
    False
    """
    found = _ADDRESS.fullmatch(address or "")
    return bool(found) and found.group(1).lower() in domains_of(domains)


def numbers_of(text: str | None) -> tuple[str, ...]:
    """Invoice numbers that were typed, each once, at most fifty.

    >>> numbers_of("INV/2026/0001, INV/2026/0002 ;(inv/2026/0001).")
    ('INV/2026/0001', 'INV/2026/0002')
    """
    words = (word.strip(_AROUND).upper() for word in _NUMBER_CUTS.split(text or ""))
    return tuple(dict.fromkeys(filter(None, words)))[:50]
