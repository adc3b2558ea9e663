"""One spelling for names, account numbers and labels.

>>> fold("Société  Générale – Crédit")
'SOCIETE GENERALE CREDIT'
>>> compact("fr76 3000-6000")
'FR7630006000'
>>> name_key("SARL Boulangerie d'Émile")
'BOULANGERIE EMILE'
"""

from __future__ import annotations

import re
import unicodedata

_NOT_ALNUM = re.compile(r"[^A-Z0-9]+")
_SPACES = re.compile(r"\s+")
_LONE_LETTERS = re.compile(r"\b[A-Z](?: [A-Z]\b)+")

#: Letters that Unicode does not decompose, as French and German banks spell them.
_LETTERS = str.maketrans(
    {"Œ": "OE", "œ": "oe", "Æ": "AE", "æ": "ae", "ß": "ss", "Ø": "O", "ø": "o"}
)

#: Legal forms, titles and small words that a bank adds, drops or moves in a name.
NAME_NOISE = frozenset(
    "SA SAS SASU SARL EURL SCI SNC SCOP SCA SELARL GIE EARL GAEC EI EIRL "
    "SOCIETE STE ETS ETABLISSEMENTS ENTREPRISE CIE COMPAGNIE GROUPE "
    "LTD LIMITED LLC INC CORP PLC GMBH AG KG BV NV SRL SPA SL BVBA "
    "M MR MME MLLE MRS MS DR LE LA LES L D DE DU DES ET AND THE".split()
)

#: What banks write when the payer gave no end-to-end reference.
_NO_REFERENCE = frozenset({"NOTPROVIDED", "NONREF", "NONE", "NA", "NULL", ""})


def strip_accents(text):
    """:return: ``text`` without accents, ligatures spelt out."""
    if not text or text.isascii():
        return text or ""
    text = unicodedata.normalize("NFKD", (text or "").translate(_LETTERS))
    return "".join(char for char in text if not unicodedata.combining(char))


def fold(text):
    """:return: upper-case ASCII words of ``text``, one space between them."""
    return _NOT_ALNUM.sub(" ", strip_accents(text).upper()).strip()


def compact(text):
    """:return: upper-case letters and digits of ``text`` and nothing else."""
    return _NOT_ALNUM.sub("", strip_accents(text).upper())


def squeeze(text):
    """:return: ``text`` on one line without repeated or outer white space."""
    return _SPACES.sub(" ", text or "").strip()


def name_key(name):
    """:return: the words of a name that tell it from others, in order.

    A name made of noise words only is kept whole rather than emptied.
    """
    # "S.A.R.L." is one word.
    words = _LONE_LETTERS.sub(lambda m: m[0].replace(" ", ""), fold(name)).split()
    kept = [word for word in words if word not in NAME_NOISE]
    return " ".join(kept or words)


def end_to_end(text):
    """:return: the end-to-end reference, empty when the bank says there is none."""
    text = squeeze(text)
    return "" if compact(text) in _NO_REFERENCE else text


def is_iban(text):
    """:return: whether ``text`` is an IBAN with a right check (ISO 13616, mod 97)."""
    iban = compact(text)
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", iban):
        return False
    return _mod97(iban[4:] + iban[:4]) == 1


def is_rf(text):
    """:return: whether ``text`` is a right ISO 11649 creditor reference."""
    reference = compact(text)
    if not re.fullmatch(r"RF\d{2}[A-Z0-9]{1,21}", reference):
        return False
    return _mod97(reference[4:] + reference[:4]) == 1


def _mod97(text):
    return int("".join(str(int(char, 36)) for char in text)) % 97
