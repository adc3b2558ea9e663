"""What a customer chose to pay: which invoices, how much of each, and why not all.

Pure: text in, minor units or codes of mistakes out. Codes are worded by the page.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from .amounts import parse_amount, to_cents
from .proof_form import MESSAGE_MAX, clean_text, read_items

#: Why a customer pays a part only.
REASONS = ("later", "contested", "deducted", "other")
_CLICK = re.compile(r"[A-Za-z0-9_-]{16,64}")


@dataclass(frozen=True)
class Payable:
    """One open item as the ledger has it now, in minor units of its currency."""

    id: int
    residual: int
    disputed: int = 0

    @property
    def undisputed(self) -> int:
        """What is offered at first: all but the disputed part, unless that is all."""
        return self.residual - min(self.disputed, self.residual) or self.residual


@dataclass(frozen=True)
class PayRules:
    """What the company allows. ``minimum`` is in minor units."""

    partial: bool = True
    minimum: int = 0
    decimals: int = 2


@dataclass(frozen=True)
class PayForm:
    """The form once read. ``parts`` maps an item to minor units."""

    item_ids: tuple[int, ...] = ()
    parts: dict[int, int] = field(default_factory=dict)
    written: dict[int, str] = field(default_factory=dict)
    reason: str = ""
    message: str = ""
    mistakes: dict[str, str] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.parts.values())


def read_pay(
    form: Mapping[str, str],
    items: Iterable[str],
    payable: Mapping[int, Payable],
    rules: PayRules,
) -> PayForm:
    """Read “Pay”.

    :param form: ``amount_<item>`` (empty: what is open and undisputed), ``reason``,
        ``message``
    :param items: ids of the items ticked, as text
    :param payable: what is open now, by item
    """
    mistakes: dict[str, str] = {}
    item_ids = read_items(items)
    if not item_ids:
        mistakes["items"] = "missing"
    elif any(key not in payable for key in item_ids):
        mistakes["items"] = "not_yours"
    parts: dict[int, int] = {}
    written = {key: (form.get(f"amount_{key}") or "").strip() for key in item_ids}
    for key in item_ids:
        if key in payable:
            said = _part(written[key], payable[key], rules)
            if isinstance(said, str):
                mistakes["amount"] = said
            else:
                parts[key] = said
    reason = form.get("reason") or ""
    reason = reason if reason in REASONS else ""
    short = any(cents < payable[key].undisputed for key, cents in parts.items())
    if short and not reason and "amount" not in mistakes:
        mistakes["reason"] = "missing"
    if not mistakes and sum(parts.values()) < rules.minimum:
        mistakes["amount"] = "minimum"
    message = clean_text(form.get("message"), MESSAGE_MAX)
    return PayForm(item_ids, parts, written, reason if short else "", message, mistakes)


def _part(written: str, item: Payable, rules: PayRules) -> int | str:
    """Minor units of one item, or the code of the mistake."""
    if not written:
        return item.undisputed
    amount = parse_amount(written, rules.decimals)
    if not amount:
        return "unreadable"
    cents = to_cents(amount, rules.decimals)
    if cents > item.residual:
        return "too_much"
    if cents < item.undisputed and not rules.partial:
        return "whole_only"
    return cents


def reference_of(click: str, debtor: int, parts: Mapping[int, int]) -> str:
    """The reference of a payment: the same click always gives the same one.

    Sent twice, or run again by the server, it is one payment; other invoices or
    amounts make another.

    :param click: random text that the form carried

    >>> reference_of("a" * 16, 7, {1: 100}) == reference_of("a" * 16, 7, {1: 100})
    True
    >>> reference_of("a" * 16, 7, {1: 100}) == reference_of("a" * 16, 7, {1: 99})
    False
    """
    told = [click, str(debtor), *(f"{k}={v}" for k, v in sorted(parts.items()))]
    digest = hashlib.sha256("\n".join(told).encode()).hexdigest()
    return f"ARP-{digest[:16].upper()}"


def is_click(text: object) -> bool:
    """Whether a form carried what our form carries.

    >>> is_click("x" * 22), is_click("short"), is_click(None)
    (True, False, False)
    """
    return isinstance(text, str) and _CLICK.fullmatch(text) is not None
