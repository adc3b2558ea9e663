"""A QR code as a drawing that a page can carry, without a request and a renderer."""

from __future__ import annotations

from base64 import b64encode
from functools import lru_cache

#: White modules around the code that readers need (ISO/IEC 18004: four).
QUIET = 4


@lru_cache(maxsize=256)
def qr_address(payload: str) -> str:
    """The code as the data address of an SVG picture; "" for nothing to show.

    The same payload is drawn once per process, however often its page is opened.

    >>> qr_address("")
    ''
    >>> qr_address("BCD")[:25]
    'data:image/svg+xml;base64'
    """
    if not payload:
        return ""
    rows = modules(payload)
    side = len(rows) + 2 * QUIET
    path = "".join(
        f"M{x + QUIET} {y + QUIET}h{length}v1h-{length}z"
        for y, row in enumerate(rows)
        for x, length in runs(row)
    )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}"'
        ' shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d="{path}"/></svg>'
    )
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"


def modules(payload: str) -> list[list[bool]]:
    """Dark and light modules of the code, row by row, error correction level M.

    Source of the level: EPC069-12, section 2.2.
    """
    from reportlab.graphics.barcode.qr import QrCodeWidget

    code = QrCodeWidget(payload, barLevel="M").qr
    code.make()
    side = range(code.getModuleCount())
    return [[bool(code.isDark(y, x)) for x in side] for y in side]


def runs(row: list[bool]) -> list[tuple[int, int]]:
    """Starts and lengths of the dark runs of one row.

    >>> runs([True, True, False, True])
    [(0, 2), (3, 1)]
    """
    found, start = [], None
    for x, dark in enumerate([*row, False]):
        if dark and start is None:
            start = x
        elif not dark and start is not None:
            found.append((start, x - start))
            start = None
    return found
