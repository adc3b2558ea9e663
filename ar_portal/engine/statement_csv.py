"""The statement of account as text that any spreadsheet opens, and no more."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

#: A cell that begins so is taken for a formula by spreadsheets.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula.

    Source: OWASP, CSV injection.

    >>> harmless("=1+2")
    "'=1+2"
    >>> harmless("FAC/2026/0001")
    'FAC/2026/0001'
    """
    return f"'{text}" if text.startswith(_FORMULA) else text


def number(cents: int, places: int, mark: str) -> str:
    """An amount of minor units, ungrouped.

    >>> number(-123456, 2, ",")
    '-1234,56'
    >>> number(500, 0, ".")
    '500'
    """
    sign = "-" if cents < 0 else ""
    digits = f"{abs(cents):0{places + 1}d}"
    if not places:
        return sign + digits
    return f"{sign}{digits[:-places]}{mark}{digits[-places:]}"


def write_csv(titles: Sequence[str], rows: Iterable[Sequence[str]], mark: str) -> bytes:
    """The file, with the byte order mark by which spreadsheets know UTF-8.

    :param mark: decimal mark of the reader; where it is a comma, cells are
        separated by semicolons, as spreadsheets expect there
    """
    out = io.StringIO()
    table = csv.writer(out, delimiter=";" if mark == "," else ",")
    table.writerow(titles)
    table.writerows(rows)
    return out.getvalue().encode("utf-8-sig")
