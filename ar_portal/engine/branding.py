"""Colours of a company, made safe and readable on a page.

>>> palette("#714B67")
Palette(brand='#714b67', on_brand='#ffffff')
>>> palette("yellow"), palette("#ffee00").on_brand
(Palette(brand='#1f4b99', on_brand='#ffffff'), '#16202e')
"""

from __future__ import annotations

import re
from typing import NamedTuple

DEFAULT = "#1f4b99"
DARK = "#16202e"
LIGHT = "#ffffff"
_HEX = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")


class Palette(NamedTuple):
    """Two CSS colours: the company's, and the text that can be read on it."""

    brand: str
    on_brand: str


def palette(colour: str | None) -> Palette:
    """Palette from a company's colour; anything but ``#rgb``/``#rrggbb`` is ignored."""
    if not isinstance(colour, str) or not _HEX.fullmatch(colour):
        colour = DEFAULT
    colour = colour.lower()
    if len(colour) == 4:
        colour = "#" + "".join(digit * 2 for digit in colour[1:])
    light, dark = contrast(colour, LIGHT), contrast(colour, DARK)
    return Palette(colour, LIGHT if light >= dark else DARK)


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21, as WCAG 2 defines it."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
