"""The items still free, and the ways to look them up: by document, payer, amount."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import timedelta
from functools import cached_property

from . import subsets
from .references import ShortIndex

#: Shared amounts tell nobody apart: larger groups are not looked through.
MAX_SAME_AMOUNT = 12
MAX_SAME_TAIL = 3


class Account:
    """One customer's free items in one currency, oldest due first."""

    def __init__(self, items, index):
        self.items = items
        self._index = index
        self.debits = [item for item in items if item.residual > 0]
        self.credits = [item for item in items if item.residual < 0]

    @cached_property
    def by_amount(self):
        """Residual -> items that have it."""
        found = defaultdict(list)
        for item in self.debits:
            found[item.residual].append(item)
        return found

    @cached_property
    def places(self):
        """Residual -> places of the debits that have it."""
        found = defaultdict(list)
        for place, item in enumerate(self.debits):
            found[item.residual].append(place)
        return found

    @cached_property
    def span(self):
        return subsets.spread(self.debits)

    @cached_property
    def pair_sums(self):
        return subsets.pair_sums(self.debits)

    @cached_property
    def months(self):
        """Month of the document or of the due date -> its items."""
        found = defaultdict(list)
        for item in self.debits:
            issued = item.issued or item.due
            found["issued", issued.year, issued.month].append(item)
            found["due", item.due.year, item.due.month].append(item)
        return found

    @cached_property
    def short(self):
        """The last digits of the customer's open documents."""
        documents = dict.fromkeys(item.document for item in self.items)
        return ShortIndex((d, self._index.number(d)) for d in documents)


class Pool:
    """Free items of a ledger; receipts take them.

    :param facts.Ledger ledger: the ledger
    :param references.ReferenceIndex index: of all its documents
    """

    def __init__(self, ledger, index):
        self.ledger = ledger
        self.index = index
        self.items = {item.id: item for item in ledger.items}
        self.by_document = defaultdict(list)
        self.by_partner = defaultdict(list)
        self.by_amount = defaultdict(list)
        for item in sorted(ledger.items, key=lambda item: (item.due, item.id)):
            self.by_document[item.document].append(item)
            self.by_partner[item.partner].append(item)
            self.by_amount[item.currency, item.residual].append(item)
        self.notices = defaultdict(list)
        for notice in sorted(ledger.notices, key=lambda notice: notice.id):
            self.notices[notice.currency, notice.amount].append(notice)
        self.paid = defaultdict(list)
        for paid in ledger.paid:
            self.paid[paid.partner, paid.currency, paid.amount].append(paid.date)
        self.taken = set()
        self.used_notices = set()
        #: How often something was given, and when last from whom.
        self.given = 0
        self.touched = {}
        self._accounts = {}
        self._closed_of = None
        self._ends = {}
        self._tails = None

    def free(self, items):
        """:return: the given items that no receipt took."""
        return [item for item in items if item.id not in self.taken]

    def of_document(self, document):
        """:return: free items of a document, oldest due first."""
        return self.free(self.by_document.get(document, ()))

    def account(self, partner, currency):
        """:return: a customer's free items in a currency"""
        key = partner, currency
        if key not in self._accounts:
            items = self.free(self.by_partner.get(partner, ()))
            items = [item for item in items if item.currency == currency]
            self._accounts[key] = Account(items, self.index)
        return self._accounts[key]

    def of_amount(self, amount, currency):
        """:return: free items of exactly this amount, whoever owes them, if few"""
        found = self.by_amount.get((currency, amount), ())
        return self.free(found) if len(found) <= MAX_SAME_AMOUNT else []

    def of_tail(self, digits):
        """:return: customers of the open documents whose number ends with these
        digits as a whole run, if few"""
        if self._tails is None:
            self._tails = defaultdict(set)
            for document, items in self.by_document.items():
                runs = re.findall(r"\d+", self.index.number(document))
                if runs:
                    self._tails[runs[-1].lstrip("0")].add(items[0].partner)
        found = self._tails.get(digits.lstrip("0"), ())
        return sorted(found) if len(found) <= MAX_SAME_TAIL else []

    def owner(self, document):
        """:return: the customer of a document, open or paid"""
        items = self.by_document.get(document)
        return items[0].partner if items else self.ledger.closed.get(document)

    def paid_by_number(self, reading, hypothesis):
        """Whether the text has the number's end of a paid document of this customer,
        and of none that is open."""
        digits = {d for text in reading.texts for d, _at, _l in text.digits()}
        if not digits:
            return False
        open_ends = {
            end
            for item in hypothesis.items
            for end in _ends(self.index.number(item.document))
        }
        for partner in hypothesis.partners:
            paid = self._paid_ends(partner)
            if any(end in paid and end not in open_ends for end in digits):
                return True
        return False

    def _paid_ends(self, partner):
        if self._closed_of is None:
            self._closed_of = defaultdict(list)
            for document, owner in self.ledger.closed.items():
                self._closed_of[owner].append(document)
        if partner not in self._ends:
            self._ends[partner] = {
                end
                for document in self._closed_of.get(partner, ())
                for end in _ends(self.index.number(document))
            }
        return self._ends[partner]

    def take(self, items, notices=()):
        """These items and announced payments are not free any more."""
        self.given += 1
        for ident in items:
            item = self.items[ident]
            self._accounts.pop((item.partner, item.currency), None)
            self.touched[item.partner] = self.given
        self.taken.update(items)
        self.used_notices.update(notices)

    def paid_lately(self, receipt, partner, days):
        """:return: whether this customer paid this amount within so many days"""
        first = receipt.date - timedelta(days=days)
        dates = self.paid.get((partner, receipt.currency, receipt.amount), ())
        return any(first <= day <= receipt.date for day in dates)

    def book(self, receipt, partner):
        """A receipt is booked: the same amount again may be the same payment."""
        self.paid[partner, receipt.currency, receipt.amount].append(receipt.date)


def _ends(number):
    """The last run of digits of a number, with and without its zeros."""
    runs = re.findall(r"\d+", number)
    if not runs:
        return set()
    return {end for end in (runs[-1], runs[-1].lstrip("0")) if len(end) >= 3}
