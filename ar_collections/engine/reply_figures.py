"""Invoices, amounts, references and people that a customer names in a mail.

Nothing is guessed: a number is that of an invoice only when it is the same, and an
amount only counts with its currency.
"""

import re
from functools import lru_cache

#: Words that announce the number of an invoice.
INVOICE_WORDS = (
    r"(?:factures?|facts?|fac|invoices?|invs?|bills?|n°|nos?|numeros?|numbers?|ref|#)"
)
WORDED = re.compile(
    rf"{INVOICE_WORDS}[ .:]*(?:n°|no|#)?[ .:]*"
    r"((?:\(?[a-z]{0,4}[-/ ]?\d[\d/-]*\)?(?:,? (?:et|and|&) |, )?)+)"
)
AMOUNT = re.compile(
    r"(?:(?P<sign>[€$£]|\b(?:eur|usd|gbp))\s?)?"
    r"(?<![\w/])(?P<n>\d{1,3}(?:[ .,']\d{3})+(?:[.,]\d{2})?|\d+(?:[.,]\d{1,2})?)"
    r"(?![\w/])"
    r"(?:\s?(?P<unit>€|\$|£|euros?\b|eur\b|dollars?\b|usd\b|pounds?\b|gbp\b))?"
    r"(?P<kilo>\s?(?:k€|keur)\b)?"
)
CURRENCIES = {
    "€": "EUR", "euro": "EUR", "euros": "EUR", "eur": "EUR", "$": "USD",
    "dollar": "USD", "dollars": "USD", "usd": "USD", "£": "GBP", "pound": "GBP",
    "pounds": "GBP", "gbp": "GBP",
}  # fmt: skip
EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
PHONE = re.compile(r"(?:\+\d{2}[ .]?\d|\b0\d)(?:[ .-]?\d{2,4}){3,4}\b")
REFERENCE = re.compile(
    r"\b(?:ref(?:erence)?s?|reference|libelle|sous le n°|transaction(?: id)?|trn)"
    r"[ .:°#]*(?:is |est |du virement )?([a-z]*[-/]?[a-z0-9]*\d[\w/-]*)"
)
TITLED = (
    r"(?:M\.|Mr\.?|Mrs\.?|Ms\.?|Mme\.?|Mlle|Madame|Monsieur|Miss)\s+"
    r"(?:[A-ZÀ-Ý][\w'’À-ÿ-]+)(?:\s+[A-ZÀ-Ý][\w'’À-ÿ-]+)?"
)
FULL = r"[A-ZÀ-Ý][a-zà-ÿ'’-]+\s+[A-ZÀ-Ý][\w'’À-ÿ-]+"
TITLED_NAME = re.compile(rf"({TITLED})")
NAME = re.compile(
    r"\b(?:to|contact|with|à|avec|auprès de|collègue|colleague)\s+"
    rf"(?:(?:ma|mon|my)\s+\w+,?\s+)?({FULL})"
)


def named(text, numbers):
    """Invoices named in a text.

    The whole number in any spelling, or its last group of figures: with its zeros
    (four figures or more), or after a word such as "facture" when only one invoice
    ends so.

    :param str text: folded text
    :param numbers: numbers of the account's invoices
    :return: (numbers found, text with what was read blanked, whether a word announced
        a number that is none of them)

    >>> named("facture 117 et 2026/00123", ["FAC/2026/00117", "FAC/2026/00123"])[0]
    ['FAC/2026/00117', 'FAC/2026/00123']
    """
    found, left = set(), text
    figures = {int(group) for group in re.findall(r"\d+", text)}
    tails = {t: n for t, n in _tails(tuple(numbers)).items() if t in figures}
    near = [number for ending in tails.values() for number, _tail in ending]
    for number in sorted(near, key=len, reverse=True):
        spelled = _spelling(number)
        if spelled and (match := spelled.search(left)):
            found.add(number)
            left = _blank(left, match)
    left, worded, unknown = _worded(left, tails)
    found |= worded
    for match in list(re.finditer(r"(?<![\w/])\d{4,}(?![\w/])", left)):
        ending = tails.get(int(match[0]), [])
        if len(ending) == 1 and ending[0][1] == match[0]:
            found.add(ending[0][0])
            left = _blank(left, match)
    return [n for n in numbers if n in found], left, unknown


@lru_cache(maxsize=4)
def _tails(numbers):
    """``{last group of figures as a number: [(number, its last group)]}``.

    Kept while one mail is read: each of its clauses looks at the same numbers.
    """
    tails = {}
    for number in numbers:
        tail = re.search(r"(\d+)\D*$", number)
        if tail:
            tails.setdefault(int(tail[1]), []).append((number, tail[1]))
    return tails


def _worded(text, tails):
    """Numbers after a word such as "facture".

    :return: (text without them, numbers found, whether one is unknown)
    """
    found, unknown, left = set(), False, text
    for match in WORDED.finditer(text):
        for digits in re.findall(r"\d[\d/-]*", match[1]):
            last = re.search(r"\d+$", digits)
            if not last or _is_date(digits):
                continue
            ending = tails.get(int(last[0]), [])
            if len(ending) == 1:
                found.add(ending[0][0])
            else:
                unknown = unknown or len(digits) > 2
        left = _blank(left, match, from_group=1, keep_dates=True)
    return left, found, unknown


def _is_date(digits):
    return bool(re.fullmatch(r"\d{1,2}[/-]\d{1,2}(?:[/-]\d{2,4})?", digits))


def _spelling(number):
    groups = re.findall(r"[a-z]+|\d+", number.lower())
    if len(groups) < 2 or sum(map(len, groups)) < 5:
        return None
    told = r"[ /._-]*".join(map(re.escape, groups))
    bare = r"[ /._-]*".join(map(re.escape, groups[1:])) if len(groups) > 2 else told
    return re.compile(rf"(?<![a-z0-9])(?:{told}|{bare})(?![a-z0-9])")


def _blank(text, match, from_group=0, keep_dates=False):
    start, end = match.span(from_group)
    if keep_dates and re.search(r"\d{1,2}/\d{1,2}", match[from_group]):
        return text
    return text[:start] + " " * (end - start) + text[end:]


def amounts(text):
    """``[(cents, currency code)]`` of the amounts named with their currency.

    >>> amounts("1 250,00 € puis usd 1,000.50")
    [(125000, 'EUR'), (100050, 'USD')]
    """
    found = []
    for match in AMOUNT.finditer(text):
        told = match["sign"] or match["unit"]
        if match["kilo"]:
            found.append((_cents(match["n"]) * 1000, "EUR"))
        elif told:
            found.append((_cents(match["n"]), CURRENCIES[told]))
    return found


def _cents(text):
    decimal = re.search(r"[.,](\d{1,2})$", text)
    whole = text[: decimal.start()] if decimal else text
    cents = (decimal[1] if decimal else "").ljust(2, "0")
    return int(re.sub(r"\D", "", whole)) * 100 + int(cents)


def reference(text):
    """Reference of a transfer named in a text, in capitals; None when none is."""
    match = REFERENCE.search(text)
    return match[1].strip("-/").upper() if match else None


def person(text):
    """Whom a text names as the right person.

    :param str text: sentence as written
    :return: ``{"name", "email", "phone"}``, each None when not named
    """
    email, phone = EMAIL.search(text), PHONE.search(text)
    name = TITLED_NAME.search(text) or NAME.search(text)
    return {
        "name": re.sub(r"\s+", " ", name[1]).strip() if name else None,
        "email": email[0].rstrip(".").lower() if email else None,
        "phone": phone[0] if phone else None,
    }
