"""What a customer wrote in “I will pay on…” and in “There is a problem”.

Pure: text in, values or codes of mistakes out. Codes are worded by the page.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from .amounts import parse_amount
from .proof_form import MESSAGE_MAX, clean_text, read_date, read_items

#: Shorter than this, a description helps nobody.
WORDS_MIN = 10


@dataclass(frozen=True)
class PromiseForm:
    """“I will pay on…” once read. ``mistakes`` maps a field to a code."""

    item_ids: tuple[int, ...] = ()
    day: date | None = None
    message: str = ""
    mistakes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ProblemForm:
    """“There is a problem” once read. ``amount`` None stands for all of it."""

    item_ids: tuple[int, ...] = ()
    reason: str = ""
    amount: Decimal | None = None
    message: str = ""
    mistakes: dict[str, str] = field(default_factory=dict)


def read_promise(
    form: Mapping[str, str], items: Iterable[str], today: date, days: int
) -> PromiseForm:
    """Read “I will pay on…”.

    :param form: ``day`` (ISO, or day first), ``message``
    :param items: ids of the items ticked, as text
    :param today: the day in the calendar of the company
    :param days: how far ahead a promise may be
    """
    mistakes: dict[str, str] = {}
    item_ids = read_items(items)
    if not item_ids:
        mistakes["items"] = "missing"
    day = read_date(form.get("day"))
    if day is None:
        mistakes["day"] = "unreadable" if form.get("day") else "missing"
    elif day < today:
        mistakes["day"] = "past"
    elif day > today + timedelta(days=days):
        mistakes["day"] = "too_late"
    message = clean_text(form.get("message"), MESSAGE_MAX)
    return PromiseForm(item_ids, day, message, mistakes)


def read_problem(
    form: Mapping[str, str],
    items: Iterable[str],
    reasons: Collection[str],
    decimals: int = 2,
) -> ProblemForm:
    """Read “There is a problem”.

    :param form: ``reason`` (a code), ``amount`` (may be empty), ``message``
    :param items: ids of the items ticked, as text
    :param reasons: codes that the page offers
    :param decimals: of the currency of these items
    """
    mistakes: dict[str, str] = {}
    item_ids = read_items(items)
    if not item_ids:
        mistakes["items"] = "missing"
    reason = form.get("reason") or ""
    if reason not in reasons:
        mistakes["reason"] = "missing"
    amount, written = None, (form.get("amount") or "").strip()
    if written:
        amount = parse_amount(written, decimals)
        if not amount:
            mistakes["amount"] = "unreadable"
        elif len(item_ids) > 1:
            mistakes["amount"] = "several"
    message = clean_text(form.get("message"), MESSAGE_MAX)
    if len(message) < WORDS_MIN:
        mistakes["message"] = "missing"
    return ProblemForm(item_ids, reason, amount, message, mistakes)
