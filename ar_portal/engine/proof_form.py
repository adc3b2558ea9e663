"""What a customer wrote in the form “I have already paid”.

Pure: text in, values or codes of mistakes out. Codes are worded by the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from .amounts import parse_amount

#: A transfer may be ordered for the coming days, and found again a year later.
DAYS_AHEAD = 7
DAYS_BACK = 366
REFERENCE_MAX = 140
MESSAGE_MAX = 1000
MAX_FILES = 3

_UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_LOCAL_DATE = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")


@dataclass(frozen=True)
class ProofForm:
    """The form once read. ``mistakes`` maps a field to the code of its mistake."""

    item_ids: tuple[int, ...] = ()
    amount: Decimal | None = None
    paid_on: date | None = None
    reference: str = ""
    message: str = ""
    mistakes: dict[str, str] = field(default_factory=dict)


def read_form(
    form: Mapping[str, str], items: Iterable[str], today: date, decimals: int = 2
) -> ProofForm:
    """Read the fields of the form.

    :param form: ``amount``, ``paid_on`` (ISO, or day first), ``reference``,
        ``message``
    :param items: ids of the items ticked, as text
    :param today: the day in the calendar of the company
    :param decimals: of the currency of these items
    """
    mistakes: dict[str, str] = {}
    item_ids = read_items(items)
    if not item_ids:
        mistakes["items"] = "missing"
    amount = parse_amount(form.get("amount"), decimals)
    if not amount:
        mistakes["amount"] = "unreadable" if form.get("amount") else "missing"
    paid_on = read_date(form.get("paid_on"))
    if paid_on is None:
        mistakes["paid_on"] = "unreadable" if form.get("paid_on") else "missing"
    elif paid_on > today + timedelta(days=DAYS_AHEAD):
        mistakes["paid_on"] = "too_late"
    elif paid_on < today - timedelta(days=DAYS_BACK):
        mistakes["paid_on"] = "too_early"
    return ProofForm(
        item_ids,
        amount,
        paid_on,
        clean_text(form.get("reference"), REFERENCE_MAX).replace("\n", " "),
        clean_text(form.get("message"), MESSAGE_MAX),
        mistakes,
    )


def read_items(items: Iterable[str]) -> tuple[int, ...]:
    """Ids of the items ticked, each once.

    >>> read_items(["7", "x", "7", "0", "12"])
    (7, 12)
    """
    ids = (int(i) for i in items if i.isascii() and i.isdigit() and len(i) < 19)
    return tuple(dict.fromkeys(i for i in ids if i))


def read_date(text: str | None) -> date | None:
    """A date as browsers send it, or as people type it without a date picker.

    >>> read_date("2026-03-01"), read_date("1/3/2026"), read_date("31/02/2026")
    (datetime.date(2026, 3, 1), datetime.date(2026, 3, 1), None)
    """
    text = (text or "").strip()
    typed = _LOCAL_DATE.fullmatch(text)
    if typed:
        day, month, year = typed.groups()
        text = f"{year}-{int(month):02d}-{int(day):02d}"
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def clean_text(text: str | None, limit: int) -> str:
    """Without control or direction marks, and not longer than ``limit``."""
    return _UNSEEN.sub("", (text or "").replace("\r\n", "\n")).strip()[:limit]
