"""Small ledgers and receipts for the matcher's tests. Amounts are cents."""

from datetime import date, timedelta

from odoo.addons.ar_lettering.engine.facts import Item, Ledger, Notice, Receipt
from odoo.addons.ar_lettering.engine.references import Document

TODAY = date(2026, 1, 15)
IBAN = "FR7630006000011234567890189"


def item(ident, residual, document=None, partner=1, **more):
    """An open item; its document has the same id unless told."""
    values = {
        "currency": "EUR",
        "due": TODAY - timedelta(days=30 - ident % 30),
        "account": 411,
        **more,
    }
    return Item(ident, document or ident, partner, residual, **values)


def number(document):
    return f"FAC/2025/{document:05d}"


def ledger(*items, closed=None, **more):
    """A ledger whose documents are numbered FAC/2025/<id>."""
    documents = {item.document for item in items} | set(closed or ())
    return Ledger(
        items=tuple(items),
        documents=tuple(Document(d, number(d)) for d in sorted(documents)),
        closed=closed or {},
        **more,
    )


def receipt(ident, amount, label="", **more):
    values = {"currency": "EUR", "date": TODAY, **more}
    return Receipt(ident, amount, texts=(("label", label),), **values)


def notice(ident, amount, *parts, partner=1, days=0):
    expected = TODAY + timedelta(days=days)
    return Notice(ident, partner, amount, "EUR", expected, parts)
