"""What the booking is asked to do, in the terms of the ledger."""

from dataclasses import dataclass, field

from odoo import models


class BookingError(Exception):
    """A match that the ledger does not take; ``code`` is in the reason registry."""

    def __init__(self, code, **params):
        super().__init__(code, params)
        self.code = code
        self.params = params


@dataclass
class Gap:
    """A difference that is written off on one item.

    ``kind`` is ``cents``, ``fee``, ``discount`` or ``retention``; ``amount`` is what
    the item is closed for beyond what was received of it (negative: received more).
    """

    kind: str
    amount: float
    item: models.BaseModel


@dataclass
class BookingPlan:
    """One receipt to book.

    ``parts`` are (journal item, amount) pairs: what of each item is closed, in
    ``currency`` (that of the receipt by default), negative for a credit that is used
    up. ``gaps`` are the parts of these amounts that were not received. ``key`` is
    the caller's.
    """

    line: models.BaseModel
    parts: list
    partner: models.BaseModel
    key: object = None
    gaps: list = field(default_factory=list)
    currency: models.BaseModel = None

    def __post_init__(self):
        if not self.currency:
            self.currency = self.line.foreign_currency_id or self.line.currency_id

    @property
    def items(self):
        """:return: the journal items of the plan, as one recordset"""
        empty = self.line.env["account.move.line"]
        return empty.union(*(item for item, _amount in self.parts))

    @property
    def received(self):
        """:return: the money that there is to allocate, in ``currency``"""
        line = self.line
        if self.currency == line.foreign_currency_id:
            return line.amount_currency
        if self.currency == line.currency_id:
            return line.amount
        if self.currency == line.ar_original_currency_id:
            return line.ar_original_amount
        return 0.0

    def written_off(self, item):
        """:return: what is written off on an item, in ``currency``"""
        return sum(gap.amount for gap in self.gaps if gap.item == item)
