"""The customers of the demo company, as plain data: no Odoo, no clock.

``customers(seed, scale)`` gives the same list for the same arguments. Everything is
invented: names are composed, SIREN numbers pass their check digit but start with digits
INSEE does not give to such bodies, mail addresses end in ``.example``.
"""

from __future__ import annotations

import random
import unicodedata
from dataclasses import dataclass, field

#: How many customers of each kind the full company has (150 in all).
KINDS = {
    "public": 24,
    "key": 10,
    "sme": 62,
    "shop": 32,
    "person": 8,
    "abroad": 14,
}

#: Chance of each paying habit by kind, in percent.
HABITS = {
    "public": {"good": 25, "ordinary": 45, "late": 30},
    "key": {"ordinary": 50, "late": 50},
    "sme": {"good": 42, "ordinary": 26, "late": 20, "bad": 12},
    "shop": {"good": 38, "ordinary": 24, "late": 20, "bad": 18},
    "person": {"good": 60, "ordinary": 25, "bad": 15},
    "abroad": {"good": 45, "ordinary": 30, "late": 25},
}

#: (name or empty for an invented one, kind of address, function, mail box)
PEOPLE = {
    "key": [
        ("", "invoice", "Comptabilité fournisseurs", "comptabilite"),
        ("", "contact", "Directeur administratif et financier", "daf"),
    ],
    "public": [
        ("Service comptabilité", "invoice", "Mandatement", "mandatement"),
        ("", "contact", "Responsable des achats", "achats"),
    ],
    "sme": [("", "contact", "Comptable", "compta")],
    "abroad": [("", "contact", "Accounts payable", "accounts")],
}
TOWNS = [
    ("Valmeyrac", "12340"),
    ("Saint-Aurin-sur-Loire", "42370"),
    ("Brézolles", "28270"),
    ("Castelmorin", "82150"),
    ("Roquevielle", "84220"),
    ("Montfeyzin", "69830"),
    ("Les Arcillières", "85540"),
    ("Puy-Lambert", "63410"),
    ("Kerbastiou", "56330"),
    ("Heudicourt-la-Forêt", "27860"),
    ("Villers-Amont", "80120"),
    ("Orgemont", "95210"),
    ("Cassagnolles", "34210"),
    ("Beaurivage", "17480"),
    ("Plouzennec", "29550"),
    ("Marsanges", "43320"),
    ("Thiéval-le-Grand", "60350"),
    ("Fontbrune", "24510"),
    ("Aigremer", "50290"),
    ("Lavaldens-le-Haut", "38770"),
    ("Sorbières", "71460"),
    ("Écouvrelles", "45600"),
    ("Grandrieu-sous-Bois", "88340"),
    ("Le Tréfort", "01870"),
]
STREETS = [
    "rue des Tanneurs",
    "avenue de la Gare",
    "chemin du Moulin",
    "rue Pasteur",
    "place du Marché",
    "route de Lyon",
    "impasse des Lilas",
    "quai des Bateliers",
    "zone artisanale des Ormes",
    "boulevard Carnot",
    "rue de la République",
]
FIRST = [
    "Anne",
    "Bruno",
    "Camille",
    "Denis",
    "Élise",
    "Farid",
    "Guy",
    "Hélène",
    "Inès",
    "Julien",
    "Karine",
    "Loïc",
    "Mireille",
    "Nathan",
    "Odile",
    "Pascal",
    "Rachida",
    "Sylvain",
    "Thérèse",
    "Yann",
]
LAST = [
    "Aubert",
    "Besson",
    "Carlier",
    "Daumas",
    "Estève",
    "Fabre",
    "Garnier",
    "Hamel",
    "Imbert",
    "Joly",
    "Kerdoncuf",
    "Lacombe",
    "Marchand",
    "Nicolas",
    "Ollier",
    "Perrin",
    "Quéré",
    "Roussel",
    "Sabatier",
    "Tessier",
    "Vasseur",
    "Weiss",
]
CRAFTS = [
    "Menuiserie",
    "Agencement",
    "Cabinet",
    "Transports",
    "Imprimerie",
    "Électricité",
    "Charpente",
    "Plasturgie",
    "Laboratoire",
    "Clinique vétérinaire",
    "Traiteur",
    "Métallerie",
    "Logistique",
    "Ébénisterie",
    "Maçonnerie",
    "Informatique",
]
SHOPS = [
    "Boulangerie",
    "Librairie",
    "Pharmacie",
    "Optique",
    "Fleuriste",
    "Épicerie",
    "Salon de coiffure",
    "Quincaillerie",
    "Café",
    "Fromagerie",
]
BRANDS = [
    "Altivane",
    "Bressuire Habitat",
    "Corvalis",
    "Domélia",
    "Estuaire Distribution",
    "Ferrandel",
    "Groupe Hauterive",
    "Isalpa",
    "Jouvencel Hôtels",
    "Kaolys",
]
SITES = ["Nord", "Sud", "Ouest", "Littoral", "Plateforme Est", "Dépôt central"]
PUBLIC = [
    ("Commune de {}", 8),
    ("Centre hospitalier de {}", 5),
    ("Université de {}", 2),
    ("Communauté de communes de {}", 4),
    ("Lycée de {}", 3),
    ("Département de {}", 1),
    ("SDIS de {}", 1),
]
ABROAD = [
    ("Hartwell Interiors Ltd", "GB", "Leeds", "LS1 4AP", "en_US", "GBP"),
    ("Blue Harbor Fixtures Inc.", "US", "Portland", "97205", "en_US", "USD"),
    ("Van den Broeck Projecten NV", "BE", "Gent", "9000", "en_US", "EUR"),
    ("Schreinerei Lindau GmbH", "DE", "Lindau", "88131", "en_US", "EUR"),
    ("Ashdown & Pryce Ltd", "GB", "Bristol", "BS1 5TY", "en_US", "GBP"),
    ("Atelier Morges SA", "CH", "Morges", "1110", "fr_FR", "EUR"),
    ("Kestrel Retail Group LLC", "US", "Boston", "02110", "en_US", "USD"),
    ("Mobilier Wallonie SRL", "BE", "Namur", "5000", "fr_FR", "EUR"),
    ("Cornerstone Schools Trust", "GB", "York", "YO1 7HH", "en_US", "GBP"),
    ("Arredi Valtellina Srl", "IT", "Sondrio", "23100", "en_US", "EUR"),
    ("Prairie Office Supply Co.", "US", "Omaha", "68102", "en_US", "USD"),
    ("Luxagence S.à r.l.", "LU", "Luxembourg", "1330", "fr_FR", "EUR"),
    ("Interiores Duero SL", "ES", "Zamora", "49001", "en_US", "EUR"),
    ("Nordhavn Kontor ApS", "DK", "Aarhus", "8000", "en_US", "EUR"),
]


@dataclass(frozen=True)
class Contact:
    """A person or a place under a customer; ``kind`` is Odoo's address type."""

    name: str
    kind: str = "contact"
    function: str = ""
    email: str = ""
    phone: str = ""
    city: str = ""
    zip: str = ""


@dataclass(frozen=True)
class Customer:
    """One customer. ``flags``: ``forgetful``, ``hardbounce``, ``no_email``,
    ``stopped``.
    """

    key: str
    name: str
    kind: str
    habit: str
    term: str
    city: str
    zip: str
    street: str
    lang: str = "fr_FR"
    country: str = "FR"
    currency: str = "EUR"
    email: str = ""
    phone: str = ""
    siret: str = ""
    vat: str = ""
    iban: str = ""
    contacts: tuple[Contact, ...] = ()
    flags: frozenset = field(default_factory=frozenset)


def luhn_complete(digits: str) -> str:
    """``digits`` with the Luhn check digit that SIREN and SIRET numbers carry."""
    total = 0
    for rank, char in enumerate(reversed(digits)):
        value = int(char) * (2 if rank % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return digits + str(-total % 10)


def siret_of(rank: int, public: bool = False) -> str:
    """A SIRET that passes both its checks; public bodies' numbers begin with 2."""
    siren = luhn_complete(f"{'299' if public else '999'}{rank:05d}")
    return luhn_complete(siren + "0001")


def french_vat(siren: str) -> str:
    """The French VAT number of a SIREN."""
    return f"FR{(12 + 3 * (int(siren) % 97)) % 97:02d}{siren}"


def french_iban(rank: int, bank: str = "30999") -> str:
    """An IBAN of a bank that does not exist, with right RIB key and check digits."""
    branch, account = "00042", f"{rank:011d}"
    key = 97 - (89 * int(bank) + 15 * int(branch) + 3 * int(account)) % 97
    bban = f"{bank}{branch}{account}{key:02d}"
    check = 98 - int(f"{bban}152700") % 97  # F=15, R=27, then 00
    return f"FR{check:02d}{bban}"


def slug(text: str) -> str:
    """Lower case ASCII with dashes, for mail domains."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return "-".join("".join(c if c.isalnum() else " " for c in plain.lower()).split())


def counts(scale: float) -> dict:
    """Customers per kind at ``scale`` (1.0 is the full company)."""
    return {kind: max(1, round(n * scale)) for kind, n in KINDS.items()}


def _names(kind: str, rng: random.Random) -> list[str]:
    """All the names a kind may use, in a seeded order where order does not matter."""
    towns = [town for town, _zip in TOWNS]
    if kind == "public":
        names, used = [], iter(towns)
        for pattern, number in PUBLIC:
            names += [pattern.format(next(used)) for _rank in range(number)]
        # one of each sort first, so that a small company has all sorts
        head = [
            next(n for n in names if n.startswith(p.split(" de ")[0]))
            for p, _ in PUBLIC
        ]
        return head + [n for n in names if n not in head]
    if kind == "key":
        return list(BRANDS)
    if kind in ("sme", "shop"):
        crafts = CRAFTS if kind == "sme" else SHOPS
        pairs = [f"{craft} {last}" for craft in crafts for last in LAST]
        return rng.sample(pairs, KINDS[kind])
    if kind == "person":
        pairs = [f"{first} {last}" for first in FIRST for last in LAST]
        return rng.sample(pairs, KINDS[kind])
    return [row[0] for row in ABROAD]


def _person(rng: random.Random) -> str:
    return f"{rng.choice(FIRST)} {rng.choice(LAST)}"


def _phone(rng: random.Random) -> str:
    """A number of the range kept for fiction."""
    return f"+33 4 65 71 {rng.randint(10, 99)} {rng.randint(10, 99)}"


def _contacts(kind: str, domain: str, rng: random.Random) -> tuple[Contact, ...]:
    """People and places of one customer: accounts payable first, then sites."""
    phone = _phone(rng)
    if kind in ("sme", "abroad") and rng.random() < 0.5:
        return ()
    people = [
        Contact(name or _person(rng), address, function, f"{mailbox}@{domain}", phone)
        for name, address, function, mailbox in PEOPLE.get(kind, ())
    ]
    if kind == "key":
        town, code = rng.choice(TOWNS)
        for site in rng.sample(SITES, 3):
            mail = f"{slug(site)}@{domain}"
            people.append(
                Contact(f"Site {site}", "delivery", email=mail, city=town, zip=code)
            )
    return tuple(people)


def _term(kind: str, rng: random.Random) -> str:
    if kind in ("public", "person", "shop"):
        return "30"
    if kind == "key":
        return rng.choice(["45eom", "45eom", "304560"])
    return rng.choices(["30", "45eom", "304560"], [60, 30, 10])[0]


def _customer(kind: str, rank: int, name: str, number: int, rng) -> Customer:
    weights = HABITS[kind]
    town, code = rng.choice(TOWNS)
    for known, known_code in TOWNS:
        if kind == "public" and name.endswith(known):
            town, code = known, known_code
    domain = f"{slug(name)}.example"
    french = kind not in ("person", "abroad")
    siret = siret_of(number, kind == "public") if french else ""
    values = {
        "key": f"{kind}-{rank:03d}",
        "name": name,
        "kind": kind,
        "habit": rng.choices(list(weights), list(weights.values()))[0],
        "term": _term(kind, rng),
        "city": town,
        "zip": code,
        "street": f"{rng.randint(1, 120)} {rng.choice(STREETS)}",
        "email": f"{_mailbox(kind, rank)}@{domain}",
        "phone": _phone(rng),
        "siret": siret,
        "vat": french_vat(siret[:9]) if kind in ("key", "sme") else "",
        "iban": french_iban(number),
        "contacts": _contacts(kind, domain, rng),
    }
    if kind == "abroad":
        _name, country, city, postcode, lang, currency = ABROAD[rank]
        values.update(
            country=country,
            city=city,
            zip=postcode,
            lang=lang,
            phone="",
            currency=currency,
            iban="",
            street=f"{rank + 3} Station Road",
        )
    return Customer(**values, flags=_flags(kind, rank))


def _mailbox(kind: str, rank: int) -> str:
    if "hardbounce" in _flags(kind, rank):
        return "hardbounce"
    return {"key": "siege", "person": "moi"}.get(kind, "contact")


def _flags(kind: str, rank: int) -> frozenset:
    """The odd ones, at fixed places so that the smallest company has them too."""
    flags = {
        ("shop", 1): {"hardbounce"},
        ("shop", 2): {"no_email"},
        ("shop", 3): {"forgetful"},
        ("sme", 3): {"stopped"},
        ("sme", 17): {"stopped"},
    }
    return frozenset(flags.get((kind, rank), ()))


def customers(seed: int = 20260131, scale: float = 1.0) -> list[Customer]:
    """Every customer of the company, in a stable order.

    :param scale: share of the 150; each kind keeps at least one.
    """
    rng = random.Random(f"{seed}/customers")
    found, number = [], 0
    for kind, how_many in counts(scale).items():
        names = _names(kind, rng)
        for rank in range(how_many):
            number += 1
            local = random.Random(f"{seed}/{kind}/{rank}")
            found.append(_customer(kind, rank, names[rank], number, local))
    return found
