"""One day's open items and the receipts that come next: the same for every program."""

from datetime import timedelta

import replay
from world import World


def snapshot(seed, mix, days=110, window=25, volume=14):
    """The ledger of one day, and the receipts of the days after that pay from it.

    Invoices of one instalment in the company's currency only, so that any program
    may be given them.

    :return: (world, ledger, payments, invoices by item id)
    """
    world, later = World(seed, mix, days=days, volume=volume), []
    books, start = replay.Books(world, memory=False), None
    world.reopened = []
    for day, payments in world.replay():
        start = start or day
        if (day - start).days > days - window:
            later += payments
        else:
            for payment in payments:
                books.settle(payment, replay.Answer(False, []), None)
    day = start + timedelta(days=days - window)
    invoices = _open_on(world, day, later)
    seen, kept = set(), []
    for payment in later:
        if set(payment.truth) <= set(invoices) and not set(payment.truth) & seen:
            seen |= set(payment.truth)
            kept.append(payment)
    for customer in world.customers:
        customer.open = [i for i in customer.open if i.id in invoices and i.residual]
    world.reopened = list(invoices.values())
    return world, books.ledger(day), kept, invoices


def _open_on(world, day, later):
    """Simple invoices with what was open of them that day, by item id."""
    shared = {item.document for item in world.items.values() if item.part}
    known = {
        ident: item
        for ident, item in world.items.items()
        if item.issued <= day
        and item.customer.currency == "EUR"
        and item.document not in shared
    }
    for payment in later:
        for ident, paid in payment.truth.items():
            if ident in known:
                known[ident].residual += paid
    return {ident: item for ident, item in known.items() if item.residual}


def judge(payments, answers):
    """Rows of a matcher that got all receipts at once."""
    return [replay.judge(p, answers[p.id], 0) for p in payments]
