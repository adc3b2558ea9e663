"""The number of nine digits under which France knows a business."""


def siren_of(registry, vat=""):
    """SIREN of a SIRET or SIREN, else of a French VAT number; empty without any.

    >>> siren_of("552 100 554 00013"), siren_of("", "FR 32 552100554"), siren_of("B123")
    ('552100554', '552100554', '')
    """
    told = _plain(registry)[:9]
    if _right(told):
        return told
    vat = _plain(vat).upper()
    told = vat[4:] if vat.startswith("FR") and len(vat) == 13 else ""
    return told if _right(told) else ""


def _plain(text):
    return (text or "").replace(" ", "")


def _right(digits):
    return len(digits) == 9 and digits.isascii() and digits.isdigit()
