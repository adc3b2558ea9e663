"""Amounts as people type them.

>>> from decimal import Decimal
>>> parse_amount("1 234,56"), parse_amount("1,234.56"), parse_amount("1.234,56")
(Decimal('1234.56'), Decimal('1234.56'), Decimal('1234.56'))
>>> parse_amount("1,234"), parse_amount("12,5"), parse_amount("12,345,678")
(Decimal('1234'), Decimal('12.5'), Decimal('12345678'))
>>> parse_amount("nan") is None, parse_amount("-5") is None, parse_amount("1e9") is None
(True, True, True)
"""

from __future__ import annotations

import re
from decimal import Decimal

_BLANKS = re.compile(r"[\s\u00a0\u2009\u202f'’]")
_PLAIN = re.compile(r"\d{1,13}")
_GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{3})+")


def parse_amount(text: str | None, decimals: int = 2) -> Decimal | None:
    """Read a positive amount written the French or the English way.

    The last separator is the decimal one when one to ``decimals`` digits follow it;
    otherwise separators must cut groups of three.

    :return: the amount, or None when the text is not one
    """
    text = _BLANKS.sub("", text or "").strip("€$£")
    if not text or len(text) > 20:
        return None
    cut = max(text.rfind(","), text.rfind("."))
    whole, fraction = text, ""
    if cut >= 0 and 1 <= len(text) - cut - 1 <= decimals:
        mark = text[cut]
        whole, fraction = text[:cut], text[cut + 1 :]
        if mark in whole:
            return None
    if not fraction.isascii() or (fraction and not fraction.isdigit()):
        return None
    if _is_grouped(whole):
        whole = whole.replace(",", "").replace(".", "")
    if not whole.isascii() or not _PLAIN.fullmatch(whole):
        return None
    return Decimal(f"{whole}.{fraction}" if fraction else whole)


def _is_grouped(whole: str) -> bool:
    """Groups of three cut by one and the same mark."""
    return bool(_GROUPED.fullmatch(whole)) and not ("," in whole and "." in whole)


def to_cents(amount: Decimal, decimals: int = 2) -> int:
    """Integer minor units of an amount; ``decimals`` is that of its currency."""
    return int(amount.scaleb(decimals).to_integral_value())


def allocate(total: int, open_parts: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Share an announced amount among items, in the order given.

    :param total: announced, in minor units
    :param open_parts: ``(item id, open minor units)``, oldest first, each positive
    :return: ``(item id, minor units)`` of the items reached; never above what is open

    >>> allocate(120, [(1, 100), (2, 100), (3, 100)])
    [(1, 100), (2, 20)]
    """
    shares = []
    for key, available in open_parts:
        part = min(available, total)
        if part <= 0:
            break
        shares.append((key, part))
        total -= part
    return shares
