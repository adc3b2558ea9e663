"""Text of the QR code for a SEPA transfer, read by the apps of banks.

Source: European Payments Council, EPC069-12 v2.1, Quick Response Code: guidelines to
enable data capture for the initiation of a SEPA credit transfer.
"""

from __future__ import annotations

import re
import unicodedata

#: Largest amount that the code can carry, in cents.
AMOUNT_MAX = 99_999_999_999
NAME_MAX = 70
TEXT_MAX = 140
PAYLOAD_MAX = 331


def epc_payload(
    name: str, iban: str, cents: int, text: str = "", bic: str = ""
) -> str | None:
    """The payload of the code, or None when a transfer cannot be told by one.

    :param name: of the account's holder
    :param iban: with or without blanks
    :param cents: amount in euro cents
    :param text: what the transfer quotes (unstructured)

    >>> print(epc_payload("Menuiserie Été", "FR76 3000 6000 0112 3456 7890 189", 12345,
    ...     "FAC/1, FAC/2"))
    BCD
    002
    1
    SCT
    <BLANKLINE>
    Menuiserie Ete
    FR7630006000011234567890189
    EUR123.45
    <BLANKLINE>
    <BLANKLINE>
    FAC/1, FAC/2
    """
    iban = re.sub(r"\s", "", iban or "").upper()
    name = plain(name)[:NAME_MAX].strip()
    if not (name and re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", iban)):
        return None
    if not 1 <= cents <= AMOUNT_MAX:
        return None
    bic = re.sub(r"\s", "", bic or "").upper()
    if not re.fullmatch(r"[A-Z0-9]{8}([A-Z0-9]{3})?", bic):
        bic = ""
    amount = f"EUR{cents // 100}.{cents % 100:02d}"
    lines = ["BCD", "002", "1", "SCT", bic, name, iban, amount, "", ""]
    payload = "\n".join([*lines, plain(text)[:TEXT_MAX].strip()])
    return payload if len(payload.encode()) <= PAYLOAD_MAX else None


def plain(text: str) -> str:
    """Letters without accents, one line: what every bank takes.

    >>> plain("Été\\n2026 – n°5")
    'Ete 2026 - n.5'
    """
    text = (text or "").replace("–", "-").replace("°", ".").replace("’", "'")
    flat = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"\s+", " ", flat).strip()


def quote(numbers: list[str], limit: int = TEXT_MAX) -> str:
    """Invoice numbers as a transfer quotes them; whole ones only.

    >>> quote(["FAC/1", "FAC/2", "FAC/3"], 14)
    'FAC/1 FAC/2'
    """
    text = ""
    for number in numbers:
        longer = f"{text} {plain(number)}".strip()
        if len(longer) > limit:
            break
        text = longer
    return text
