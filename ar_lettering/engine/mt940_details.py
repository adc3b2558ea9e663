"""Read field 86 of an MT940 entry, in the three ways banks write it.

>>> told = read_details("166?00VIREMENT?20EREF+E1?21SVWZ+FAC 12?31FR76300?32ACME SAS")
>>> told["name"], told["account"], told["end_to_end"], told["text"]
('ACME SAS', 'FR76300', 'E1', 'FAC 12')
>>> told = read_details("/EREF/E2/ORDP//NAME/ACME SAS/REMI/FAC 13")
>>> told["name"], told["text"]
('ACME SAS', 'FAC 13')
>>> read_details("VIR RECU ACME SAS\\nFAC 14")["text"]
'VIR RECU ACME SAS FAC 14'
"""

from __future__ import annotations

import re

from .normalise import is_iban, squeeze

#: Length of a numbered sub-field: a full one goes on in the next.
SUBFIELD = 27
LINE = 65

_NUMBERED = re.compile(r"\d{3}([?+@<>$])\d{2}")
#: SEPA tags inside the purpose of a numbered field 86.
_TAGS = {
    "EREF": "end_to_end",
    "KREF": "customer",
    "MREF": "mandate",
    "CRED": "creditor",
    "DEBT": "debtor",
    "SVWZ": "text",
    "ABWA": "ultimate",
    "ABWE": "ultimate_creditor",
    "OAMT": "original",
    "COAM": "fees",
    "PURP": "purpose",
    "IBAN": "account",
    "BIC": "bic",
    "BOOKINGTEXT": "posting",
}
_TAG = re.compile(rf"\s*({'|'.join(_TAGS)})[+:]\s?")
#: Coded words between slashes.
_CODES = {
    "EREF": "end_to_end",
    "PREF": "payment",
    "KREF": "customer",
    "MARF": "mandate",
    "MREF": "mandate",
    "REMI": "text",
    "NAME": "name",
    "ORDP": "party",
    "BENM": "party",
    "CNTP": "counterparty",
    "IBAN": "account",
    "ACCW": "account",
    "BIC": "bic",
    "ULTD": "ultimate",
    "ULTC": "ultimate_creditor",
    "OCMT": "original",
    "CHGS": "fees",
    "RTRN": "return",
    "TRTP": "posting",
    "PURP": "purpose",
    "CSID": "creditor",
    "ISDT": "date",
    "EXCH": "rate",
    "SVCL": "service",
    "ID": "id",
    "ADDR": "address",
}
_CODE = re.compile(rf"/({'|'.join(_CODES)})/")


def read_details(raw, *, incoming=True):
    """Read field 86.

    :param str raw: the field, with its line ends
    :param bool incoming: money in; the ultimate creditor counts for money out
    :return: any of ``text``, ``name``, ``ultimate``, ``account``, ``end_to_end``,
        ``mandate``, ``structured``, ``original``, ``fees``, ``posting``, ``code``,
        ``return``, all text, and ``extra``, pairs of what else was coded
    :rtype: dict
    """
    raw = raw.strip("\n")
    numbered = _NUMBERED.match(raw.replace("\n", "")[:8])
    if numbered:
        told = _numbered(raw.replace("\n", ""), numbered[1])
    elif _CODE.search(raw.replace("\n", "")):
        told = _coded(raw.replace("\n", ""))
    else:
        told = {"text": _plain(raw)}
    if not incoming and told.get("ultimate_creditor"):
        told["ultimate"] = told["ultimate_creditor"]
    return told


def _plain(raw):
    """Lines as words: one that is full goes on in the next."""
    pieces = [
        line if len(line) >= LINE else f"{line} " for line in raw.split("\n") if line
    ]
    return squeeze("".join(pieces))


# Numbered sub-fields ----------------------------------------------------------------


def _numbered(raw, mark):
    told = {"code": raw[:3], "extra": []}
    purpose, name = [], []
    for number, text in re.findall(
        rf"{re.escape(mark)}(\d{{2}})(.*?)(?={re.escape(mark)}\d{{2}}|$)", raw
    ):
        if number == "00":
            told["posting"] = squeeze(text)
        elif "20" <= number <= "29" or "60" <= number <= "63":
            purpose.append(text)
        elif number in ("32", "33"):
            name.append(text)
        elif number == "30":
            told["bic"] = squeeze(text)
        elif number == "31":
            told["account"] = squeeze(text)
        elif number == "34":
            told["return"] = squeeze(text)
        elif text.strip():
            told["extra"].append((number, squeeze(text)))
    told["name"] = squeeze("".join(name))
    _read_purpose(purpose, told)
    return told


def _read_purpose(pieces, told):
    """SEPA tags: a tag ends where its sub-field is not full, or another begins."""
    found, free, current, full = {}, [], None, False
    for piece in pieces:
        tag = _TAG.match(piece)
        if tag:
            current = _TAGS[tag[1]]
            found[current] = piece[tag.end() :]
        elif current == "text" or (current and full):
            found[current] += piece if full else f" {piece}"
        else:
            current = None
            free.append(piece if full else f" {piece}")
        # The last character may be a space that was trimmed on the way.
        full = len(piece) >= SUBFIELD - 1
    text = squeeze(found.pop("text", ""))
    told["text"] = squeeze(f"{text} {squeeze(''.join(free))}")
    for key, value in found.items():
        if value.strip() and not told.get(key):
            told[key] = squeeze(value)


# Coded words ------------------------------------------------------------------------


def _coded(raw):
    told = {"extra": []}
    start = _CODE.search(raw).start()
    lead = squeeze(raw[:start].strip("/ "))
    for code, value in _pairs(raw):
        # Sub-codes without a meaning here, and separators.
        value = squeeze(value.strip("/ "))
        key = _CODES[code]
        if not value:
            continue
        if key == "counterparty":
            _counterparty(value, told)
        elif key == "text":
            _remittance(value, told)
        elif key == "party":
            told.setdefault("name", value)
        elif key in told:
            told["extra"].append((code, value))
        else:
            told[key] = value
    if lead:
        told["posting"] = squeeze(f"{lead} {told.get('posting', '')}")
        told.setdefault("text", lead)
    return told


def _pairs(raw):
    """(code, value) in order; neighbours share a slash."""
    position, code, start = 0, None, 0
    while found := _CODE.search(raw, position):
        if code:
            yield code, raw[start : found.start()]
        code, start = found[1], found.end()
        # The slash that ends one code may begin the next.
        position = start - 1
    if code:
        yield code, raw[start:]


def _counterparty(value, told):
    """``account/bic/name/city``."""
    parts = [squeeze(part) for part in value.split("/")]
    if parts and (is_iban(parts[0]) or re.fullmatch(r"[A-Z0-9]{5,34}", parts[0])):
        told.setdefault("account", parts[0])
    if len(parts) > 2 and parts[2]:
        told.setdefault("name", parts[2])


def _remittance(value, told):
    """``USTD//text`` or ``STRD/CUR/reference``, or the text itself."""
    if value.startswith("STRD/"):
        told["structured"] = squeeze(value.split("/")[-1])
    text = re.sub(r"^(?:USTD|STRD)/+", "", value)
    told["text"] = squeeze(f"{told.get('text', '')} {text}")
