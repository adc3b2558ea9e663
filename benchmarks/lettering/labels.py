"""What arrives at the bank of what a payer meant: spellings, formats and losses.

The kinds of loss are those documented for French bank files; how often each occurs
is an assumption. Nothing here knows how receipts are matched.
"""

import re
import unicodedata

OPENINGS = (
    "",
    "",
    "",
    "FACT ",
    "FACTURE ",
    "FACTURES ",
    "REGLEMENT ",
    "REGLT FACT ",
    "PAIEMENT FACTURE N° ",
    "VIREMENT ",
    "Notre règlement ",
    "PMT INV ",
    "v/fact ",
)
MUTE = (
    "VIREMENT",
    "REGLEMENT",
    "REGLEMENT FACTURE",
    "VIR",
    "SOLDE COMPTE",
    "PAIEMENT FOURNISSEUR",
    "",
    "NOTPROVIDED",
    "ECHEANCE",
    "FOURNISSEURS",
)
SEPARATORS = (" ", ", ", "/", " + ", " ET ", ";", "-", " & ")


def plain(text):
    """``text`` as most banks pass it on: upper case, no accents."""
    text = unicodedata.normalize("NFKD", text.replace("Œ", "OE").replace("œ", "oe"))
    return "".join(c for c in text if not unicodedata.combining(c)).upper()


def spell(rng, number, style):
    """One invoice number as a payer with that habit writes it."""
    digits = re.findall(r"\d+", number)
    tail = digits[-1]
    if style == "exact":
        return number
    if style == "spaced":
        return re.sub(r"[/-]", " ", number)
    if style == "dashed":
        return re.sub(r"[/ ]", "-", number)
    if style == "glued":
        return re.sub(r"[/ -]", "", number)
    if style == "bare":
        return re.sub(r"^[A-Z]+[/-]?", "", number)
    if style == "no_zeros":
        return re.sub(r"(\D|^)0+(\d)", r"\1\2", number)
    if style == "tail":
        return tail
    if style == "short":
        return tail.lstrip("0")[-5:] or tail
    if style == "typo":
        return typo(rng, number)
    raise ValueError(style)


def typo(rng, number):
    """A digit wrong, or two swapped, or one missing."""
    at = [i for i, char in enumerate(number) if char.isdigit()]
    i = rng.choice(at[-4:])
    kind = rng.randrange(3)
    if kind == 0:
        return (
            number[:i]
            + str((int(number[i]) + rng.randint(1, 9)) % 10)
            + number[i + 1 :]
        )
    if kind == 1 and i + 1 < len(number) and number[i + 1].isdigit():
        return number[:i] + number[i + 1] + number[i] + number[i + 2 :]
    return number[:i] + number[i + 1 :]


def cite(rng, numbers, style):
    """Several numbers as one text, the way of the habit or leaning on the first."""
    if style == "mute":
        return rng.choice(MUTE)
    written = [spell(rng, number, style) for number in numbers]
    separator = rng.choice(SEPARATORS)
    if (
        len(numbers) > 1
        and style in ("exact", "glued", "dashed")
        and rng.random() < 0.3
    ):
        written = [written[0]] + [re.findall(r"\d+", n)[-1] for n in numbers[1:]]
        separator = rng.choice((" ", ", ", " ET ", "+"))
    return rng.choice(OPENINGS) + separator.join(written)


def noise(rng, day, cents):
    """What payers and banks add: dates, amounts, references of their own."""
    return rng.choice(
        (
            f" DU {day:%d/%m/%Y}",
            f" REF {rng.randrange(10**5, 10**8)}",
            f" {cents / 100:.2f} EUR".replace(".", ","),
            f" NOTRE REF {rng.choice('ABCDEF')}{rng.randrange(1000, 99999)}",
            f" CLIENT {rng.randrange(10**4, 10**6)}",
            f" {day:%d%m%y}",
        )
    )


def bank_name(rng, customer, dirt):
    """The payer's name as the bank knows it."""
    name = customer.trade_name if customer.uses_trade_name else customer.name
    if rng.random() < dirt:
        words = name.split()
        if len(words) > 1 and rng.random() < 0.4:
            i = rng.randrange(len(words))
            words[i] = words[i][: max(3, len(words[i]) // 2)]
        if rng.random() < 0.3:
            words = words[1:] + words[:1]
        name = " ".join(words)
    return plain(name) if rng.random() < 0.8 else name


def wrap(text, width):
    """A line break of the file, which became a space inside a word."""
    return " ".join(text[i : i + width] for i in range(0, len(text), width))


def through_bank(rng, form, name, iban, text, structured, dirt):
    """The evidence that is left of a transfer in the bank's format.

    :return: dictionary of the evidence fields of a receipt
    """
    if rng.random() < 0.7:
        text = plain(text)
    lossy = rng.random() < dirt
    if form == "camt":
        told = {"payer_name": name[:70], "payer_account": iban}
        if structured:
            told["structured"] = (structured,)
            text = ""
        label = wrap(text[:140], 35) if lossy else text[:140]
        return {**told, "texts": _texts(label or "/")}
    if structured:
        text = f"{text} {structured}"
    if form == "cfonb":
        label = wrap(text[:140], 70) if lossy else text[:140]
        head = f"VIR SEPA {plain(name)}"[:31]
        return {"payer_name": plain(name)[:35], "texts": _texts(head, label)}
    if form == "cfonb31":
        head = rng.choice(("VIR SEPA ", "VIR ", "VIREMENT DE "))
        cut = 31 if lossy else 62
        return {"texts": _texts(f"{head}{plain(name)[:18]} {text}"[:cut])}
    if form == "mt940":
        label = wrap(text[:108], 27) if lossy else text[:108]
        known = {"payer_account": iban} if rng.random() < 0.5 else {}
        return {"payer_name": name[:54], "texts": _texts(label), **known}
    label = f"{name[:32]} {text[:60]}"
    return {"payer_name": name[:32], "texts": _texts(label)}


def _texts(*texts):
    return tuple(("label", text) for text in texts if text)
