"""What the demo company sold and how it was paid, as plain data: no Odoo, no clock.

Two steps, because the books decide the amounts: ``invoices`` says what was sold; once
posted, their instalments come back (``Due``) and ``receipts`` says which were paid,
when and how. Each invoice draws from its own random source, so that one more customer
does not change the fate of the others. Money is in integer cents.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from tests.day.people import Customer

HISTORY_DAYS = 545
INVOICES = 1200

#: Share of the invoices per customer of a kind, and the bounds of a line in euros.
WEIGHT = {"public": 13, "key": 22, "sme": 8, "shop": 5, "person": 2, "abroad": 5}
BOUNDS = {
    "public": (400, 9000),
    "key": (900, 14000),
    "sme": (180, 3200),
    "shop": (40, 620),
    "person": (120, 1800),
    "abroad": (500, 6000),
}
#: (product key, wording of the line)
GOODS = [
    ("desk", "Bureau en chêne massif"),
    ("shelf", "Rayonnage modulable"),
    ("counter", "Comptoir d'accueil"),
    ("door", "Bloc-porte acoustique"),
    ("panel", "Panneaux muraux"),
    ("cabinet", "Armoire haute à portes battantes"),
]
SERVICES = [
    ("fitting", "Pose et ajustage sur site"),
    ("upkeep", "Contrat d'entretien trimestriel"),
]
#: Days between due date and payment, by habit.
DELAYS = {"good": (-4, 2), "ordinary": (2, 14), "late": (15, 45), "bad": (40, 110)}
#: Customers who paid well until lately: on any day it is an e-mail's turn for them.
MAILED = frozenset({"forgetful", "hardbounce", "no_email"})
#: Days late up to which no ready-made strategy has come to its call.
MAIL_DAYS = 18
HOLIDAYS = {(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)}


@dataclass(frozen=True)
class Line:
    product: str
    label: str
    quantity: int
    price: int  #: unit price before tax, in cents


@dataclass(frozen=True)
class Invoice:
    """An invoice or a credit note (``credits`` names the invoice it cancels a part of,
    or is empty for a free-standing one)."""

    key: str
    customer: str
    day: date
    term: str
    currency: str
    lines: tuple[Line, ...]
    credit: bool = False
    credits: str = ""
    site: int = -1  #: rank of the customer's delivery address, -1 for none
    reference: str = ""  #: creditor reference asked of large customers


@dataclass(frozen=True)
class Due:
    """One posted instalment, as read back from the books (signed: credits < 0)."""

    invoice: str
    number: str
    rank: int
    day: date
    cents: int
    customer: str
    currency: str
    credits: str = ""


@dataclass(frozen=True)
class Receipt:
    """Money in. ``way``: ``bank`` (allocated), ``account`` (posted on the customer,
    allocated to nothing), ``suspense`` (on the bank line, payer known, not allocated)
    or ``cheque`` (a registered payment). ``pays``: (invoice key, rank) pairs."""

    day: date
    customer: str
    cents: int
    currency: str
    label: str
    pays: tuple[tuple[str, int], ...] = ()
    way: str = "bank"


def is_working(day: date) -> bool:
    """True on a French working day (movable feasts are taken as working)."""
    return day.weekday() < 5 and (day.month, day.day) not in HOLIDAYS


def working_day(day: date, step: int = 1) -> date:
    """``day``, or the nearest working day in the direction of ``step``."""
    while not is_working(day):
        day += timedelta(days=step)
    return day


def previous_working_day(today: date) -> date:
    """The last working day strictly before ``today``."""
    return working_day(today - timedelta(days=1), -1)


def _lines(customer: Customer, rng: random.Random) -> tuple[Line, ...]:
    """One to three lines; one invoice in eight is a service (VAT due when cashed)."""
    low, high = BOUNDS[customer.kind]
    lines = []
    offer = SERVICES if rng.random() < 0.125 else GOODS
    number = min(len(offer), rng.choices([1, 2, 3], [5, 3, 2])[0])
    for product, label in rng.sample(offer, number):
        quantity = rng.choice([1, 1, 1, 2, 2, 3, 4])
        euros = low * (high / low) ** rng.random() / quantity
        lines.append(Line(product, label, quantity, max(100, round(euros * 20) * 5)))
    return tuple(lines)


def _days(today: date, number: int, rng: random.Random) -> list[date]:
    """``number`` invoice days, somewhat denser towards ``today``."""
    found = []
    for _rank in range(number):
        age = int(HISTORY_DAYS * rng.random() ** 1.25)
        found.append(working_day(today - timedelta(days=age + 1), -1))
    return sorted(found)


def _spread(customers: list[Customer], total: int) -> dict[str, int]:
    """How many invoices each customer gets: by weight, at least two."""
    weight = sum(WEIGHT[c.kind] for c in customers)
    return {c.key: max(2, round(total * WEIGHT[c.kind] / weight)) for c in customers}


def creditor_reference(digits: str) -> str:
    """ISO 11649 reference of a number: RF, two check digits, the number."""
    check = 98 - int(f"{digits}271500") % 97
    return f"RF{check:02d}{digits}"


def _sites(customer: Customer) -> int:
    return sum(contact.kind == "delivery" for contact in customer.contacts)


def _invoices_of(customer: Customer, number: int, today: date, seed: int):
    rng = random.Random(f"{seed}/invoices/{customer.key}")
    days = _days(today, number, rng)
    if customer.flags & MAILED:
        days = sorted([*days[1:], working_day(today - timedelta(days=43), -1)])
    for rank, day in enumerate(days):
        sites = _sites(customer)
        yield Invoice(
            key=f"{customer.key}/{rank}",
            customer=customer.key,
            day=day,
            term=customer.term,
            currency=customer.currency,
            lines=_lines(customer, rng),
            site=rng.randrange(sites) if sites else -1,
            reference=creditor_reference(f"{customer.siret[4:9]}{rank:04d}")
            if customer.kind == "key"
            else "",
        )


def _credit_of(invoice: Invoice, today: date, rng: random.Random) -> Invoice:
    """A credit note for one line of ``invoice``; a third of them stay unallocated."""
    line = invoice.lines[0]
    quantity = max(1, line.quantity // 2)
    price = line.price if line.quantity > 1 else line.price // 5
    day = invoice.day + timedelta(days=rng.randint(5, 25))
    return Invoice(
        key=f"{invoice.key}/credit",
        customer=invoice.customer,
        day=min(working_day(day, -1), previous_working_day(today)),
        term="0",
        currency=invoice.currency,
        lines=(Line(line.product, f"Avoir : {line.label}", quantity, price),),
        credit=True,
        credits=invoice.key if rng.random() < 0.65 else "",
        site=invoice.site,
    )


def invoices(
    customers: list[Customer], today: date, seed: int = 20260131, scale: float = 1.0
) -> list[Invoice]:
    """Invoices and credit notes in the order of their dates.

    :param scale: share of the 1,200 invoices.
    """
    wanted = _spread(customers, round(INVOICES * scale))
    found = []
    for customer in customers:
        for invoice in _invoices_of(customer, wanted[customer.key], today, seed):
            found.append(invoice)
            rng = random.Random(f"{seed}/credit/{invoice.key}")
            if rng.random() < 0.035:
                found.append(_credit_of(invoice, today, rng))
    return sorted(found, key=lambda i: (i.day, i.key))


def _forgotten(habit: str, age: int) -> float:
    """Chance that an instalment due ``age`` days ago is still unpaid."""
    chances = {"bad": (0.75, 0.4, 0.12), "late": (0.5, 0.1, 0.02)}
    young, old, ancient = chances.get(habit, (0.2, 0.03, 0.004))
    if age > 200:
        return 0.0
    return young if age < 35 else old if age < 75 else ancient


def _paid_on(due: Due, customer: Customer, today: date, seed: int) -> date | None:
    """The day an instalment was paid, None when it still is not."""
    if customer.flags & MAILED:
        late = 3 < (today - due.day).days < MAIL_DAYS
        day = working_day(due.day + timedelta(days=2))
        return None if late or day >= today else day
    rng = random.Random(f"{seed}/paid/{due.invoice}/{due.rank}")
    day = working_day(due.day + timedelta(days=rng.randint(*DELAYS[customer.habit])))
    age = (today - due.day).days
    forgotten = rng.random() < _forgotten(customer.habit, age)
    stopped = "stopped" in customer.flags and age < 150
    if forgotten or stopped or day > previous_working_day(today):
        return None
    return day


def _label(customer: Customer, dues: list[Due], rng: random.Random) -> str:
    """What the bank prints for a transfer, more or less helpful."""
    numbers = " ".join(due.number for due in dues)
    name = customer.name.upper()
    return rng.choice(
        [f"VIR SEPA {name} {numbers}", f"VIR {numbers}", f"VIREMENT RECU DE {name}"]
    )


def _transfer(customer: Customer, dues: list[Due], day: date, rng) -> Receipt:
    return Receipt(
        day=day,
        customer=customer.key,
        cents=sum(due.cents for due in dues),
        currency=dues[0].currency,
        label=_label(customer, dues, rng),
        pays=tuple((due.invoice, due.rank) for due in dues),
    )


def _partial(due: Due, customer: Customer, today: date, rng) -> Receipt | None:
    """An instalment left open may have been paid in part."""
    day = working_day(due.day + timedelta(days=rng.randint(1, 20)))
    if rng.random() > 0.16 or day > previous_working_day(today) or due.cents < 20000:
        return None
    cents = due.cents * rng.choice([30, 40, 50]) // 100
    return Receipt(
        day,
        customer.key,
        cents,
        due.currency,
        f"ACOMPTE {customer.name.upper()}",
        ((due.invoice, due.rank),),
    )


def _after_credits(dues: list[Due]) -> list[Due]:
    """The instalments to pay once the credit notes have reduced the first one."""
    credits = {due.credits: due.cents for due in dues if due.credits}
    left = []
    for due in dues:
        if due.cents > 0 and due.rank == 0:
            due = replace(due, cents=due.cents + credits.get(due.invoice, 0))
        if due.cents > 0:
            left.append(due)
    return left


def _receipts_of(customer: Customer, dues: list[Due], today: date, seed: int):
    """Large accounts pay several invoices at once, on Thursdays."""
    grouped = defaultdict(list)
    for due in _after_credits(dues):
        rng = random.Random(f"{seed}/receipt/{due.invoice}/{due.rank}")
        day = _paid_on(due, customer, today, seed)
        if day is None:
            part = _partial(due, customer, today, rng)
            if part:
                yield part
        elif customer.kind == "key" and due.currency == "EUR":
            thursday = day + timedelta(days=(3 - day.weekday()) % 7)
            if working_day(thursday, -1) <= previous_working_day(today):
                grouped[working_day(thursday, -1)].append(due)
        elif customer.kind in ("shop", "person") and rng.random() < 0.25:
            yield Receipt(
                day,
                customer.key,
                due.cents,
                due.currency,
                "Chèque",
                ((due.invoice, due.rank),),
                "cheque",
            )
        else:
            yield _transfer(customer, [due], day, rng)
    for day, group in sorted(grouped.items()):
        yield _transfer(customer, group, day, random.Random(f"{seed}/{day}"))


def _loose(customers: list[Customer], today: date, seed: int) -> Iterable[Receipt]:
    """Money that pays nothing in particular: on account, or left in suspense."""
    rng = random.Random(f"{seed}/loose")
    candidates = [
        c for c in customers if c.kind in ("sme", "shop") and not c.flags & MAILED
    ]
    chosen = rng.sample(candidates, min(8, max(3, len(candidates) // 4)))
    for rank, customer in enumerate(chosen):
        day = working_day(today - timedelta(days=rng.randint(4, 40)), -1)
        way = "suspense" if rank % 3 == 2 else "account"
        yield Receipt(
            day,
            customer.key,
            rng.randint(80, 900) * 100,
            "EUR",
            f"VIR {customer.name.upper()} REGLEMENT",
            (),
            way,
        )


def receipts(
    customers: list[Customer], dues: list[Due], today: date, seed: int = 20260131
) -> list[Receipt]:
    """Every receipt up to the working day before ``today``, in the order of dates."""
    by_customer = defaultdict(list)
    for due in dues:
        by_customer[due.customer].append(due)
    found = list(_loose(customers, today, seed))
    for customer in customers:
        found += _receipts_of(customer, by_customer[customer.key], today, seed)
    return sorted(found, key=lambda r: (r.day, r.customer, r.label, r.cents))
