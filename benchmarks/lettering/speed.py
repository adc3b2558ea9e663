"""How many receipts a second against a large ledger, and in how much memory."""

import random
import resource
import time
from datetime import date, timedelta

from labels import bank_name, cite, noise, plain
from world import FAMILY, FORMS, STYLES, TOWNS, TRADE, iban_of

from odoo.addons.ar_lettering.engine.facts import Item, Ledger, Receipt
from odoo.addons.ar_lettering.engine.match import match
from odoo.addons.ar_lettering.engine.normalise import compact, name_key
from odoo.addons.ar_lettering.engine.references import Document

DAY = date(2025, 6, 16)


class _Customer:
    def __init__(self, rng, ident):
        self.id = ident
        self.name = self.trade_name = (
            f"{rng.choice(FORMS)} {rng.choice(TRADE)} {rng.choice(FAMILY)}"
            f" {rng.choice(TOWNS)} {ident}"
        )
        self.uses_trade_name = False
        self.iban = iban_of(rng)
        self.items = []


def big_ledger(seed, items, per_customer=20, closed=20_000):
    """A ledger of so many open items; its customers with their items."""
    rng = random.Random(seed)
    customers = [_Customer(rng, n + 1) for n in range(items // per_customer)]
    found, documents = [], []
    for n in range(1, items + 1):
        customer = rng.choice(customers)
        amount = int(rng.lognormvariate(11.2, 1.1)) + 500
        due = DAY - timedelta(days=rng.randrange(-40, 50))
        issued = due - timedelta(days=45)
        item = Item(n, n, customer.id, amount, "EUR", due, 411, issued=issued)
        customer.items.append(item)
        found.append(item)
        number = f"FAC/2025/{n:06d}"
        documents.append(Document(n, number, (f"CDE{rng.randrange(10**7)}",)))
    documents += [
        Document(items + n, f"FAC/2024/{n:06d}") for n in range(1, closed + 1)
    ]
    shut = {items + n: rng.choice(customers).id for n in range(1, closed + 1)}
    accounts = {
        compact(c.iban): frozenset({c.id}) for c in customers if rng.random() < 0.6
    }
    names = {}
    for customer in customers:
        names.setdefault(name_key(customer.name), set()).add(customer.id)
    names = {key: frozenset(found) for key, found in names.items()}
    ledger = Ledger(tuple(found), tuple(documents), shut, accounts, names)
    return ledger, customers


def receipts_of(seed, customers, count):
    """One day's receipts of a large company: cited, mute, several, strange."""
    rng = random.Random(f"{seed}/receipts")
    receipts, busy = [], [c for c in customers if c.items]
    for n in range(1, count + 1):
        customer = rng.choice(busy)
        size = rng.choices((1, 2, 4), (75, 15, 10))[0]
        some = rng.sample(customer.items, min(size, len(customer.items)))
        amount = sum(item.residual for item in some)
        kind = rng.random()
        numbers = [f"FAC/2025/{item.id:06d}" for item in some]
        style = "mute" if kind < 0.2 else rng.choice(STYLES)
        text = cite(rng, numbers, style) + noise(rng, DAY, amount)
        if kind > 0.95:
            amount, text = rng.randrange(1000, 900000), "REMBOURSEMENT"
        receipts.append(
            Receipt(
                n, amount, "EUR", DAY, (("label", plain(text)),),
                payer_account=customer.iban, payer_name=bank_name(rng, customer, 0.3),
            )
        )  # fmt: skip
    return receipts


def measure(seed=1, items=100_000, count=20_000):
    """:return: dictionary of receipts, seconds (all, and CPU) and memory in MB"""
    ledger, customers = big_ledger(seed, items)
    receipts = receipts_of(seed, customers, count)
    started, busy = time.perf_counter(), time.process_time()
    outcomes = match(receipts, ledger)
    seconds, cpu = time.perf_counter() - started, time.process_time() - busy
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    auto = sum(outcome.decision.value == "auto" for outcome in outcomes.values())
    return {
        "items": items,
        "receipts": count,
        "seconds": seconds,
        "cpu": cpu,
        "memory": memory,
        "auto": auto,
    }
