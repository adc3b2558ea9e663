"""The text of an SMS: plain characters, and how many parts it is sent in.

A text of the characters of GSM 03.38 counts 7 bits each (a few of them two); one
character outside makes the whole text UCS-2. A part holds 160 or 70 characters, 153 or
67 when there are several, since each then carries a header (3GPP TS 23.038, 23.040).
"""

import re
import unicodedata

GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
#: Characters that take two places.
GSM_EXTENSION = frozenset("^{}\\[~]|€")
#: Typographic characters whose plain form costs less and reads the same.
PLAIN = str.maketrans(
    {
        "\u00a0": " ",
        "\u202f": " ",
        "\u2009": " ",
        "\ufeff": "",
        "\u200b": "",
        "’": "'",
        "‘": "'",
        "“": '"',
        "”": '"',
        "–": "-",
        "—": "-",
        "…": "...",
        "·": "-",
    }
)


def plain_text(text):
    """The text as it is sent: on one line, in plain characters.

    Accents that GSM lacks are dropped where that saves a part.

    >>> plain_text("Bonjour,\\u00a0  l’échéance…")
    "Bonjour, l'échéance..."
    >>> plain_text("le 3 août"), plain_text("le 3 août " + 62 * "a")[:9]
    ('le 3 août', 'le 3 aout')
    """
    text = re.sub(r"\s+", " ", text.translate(PLAIN)).strip()
    folded = "".join(char if char in GSM else _fold(char) for char in text)
    return folded if parts(folded) < parts(text) else text


def _fold(char):
    base = unicodedata.normalize("NFKD", char.replace("œ", "oe").replace("Œ", "OE"))
    return "".join(c for c in base if not unicodedata.combining(c)) or char


def parts(text):
    """In how many parts a text is sent.

    >>> parts("")
    0
    >>> parts("e" * 160), parts("e" * 161), parts("€" * 81)
    (1, 2, 2)
    >>> parts("ê" * 70), parts("ê" * 71)
    (1, 2)
    """
    if all(char in GSM or char in GSM_EXTENSION for char in text):
        length = len(text) + sum(char in GSM_EXTENSION for char in text)
        alone, together = 160, 153
    else:
        length = len(text.encode("utf-16-le")) // 2
        alone, together = 70, 67
    if length <= alone:
        return 1 if length else 0
    return -(-length // together)
