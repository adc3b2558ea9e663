"""Statement of account: what is open, by currency and by age.

Amounts are integers in minor units of the currency of the document; an invoice is
positive, a credit negative.
"""

from dataclasses import dataclass

#: Days late from which each column of ages begins; what is not late stands before.
AGES = (1, 31, 61, 91)


@dataclass(frozen=True)
class Sheet:
    """One currency of a statement.

    ``ages`` holds what is not late yet, then one sum per entry of ``AGES``; credits
    stand apart, so ``sum(ages) + credits == total``.
    """

    currency: str
    rows: tuple
    ages: tuple[int, ...]
    credits: int
    total: int

    @property
    def overdue(self):
        """Invoices past their due date, credits not taken off."""
        return sum(self.ages[1:])


def bucket(days):
    """Index in ``Sheet.ages`` of something that is so many days late.

    >>> [bucket(days) for days in (-5, 0, 1, 30, 31, 90, 91, 400)]
    [0, 0, 1, 1, 2, 3, 4, 4]
    """
    return sum(days >= first for first in AGES)


def sheets(lines, as_of):
    """One :class:`Sheet` per currency, by code; invoices before credits, oldest first.

    :param lines: dictionaries with ``currency``, ``due_date``, ``number``,
        ``is_credit`` and ``residual`` (cents)
    :param date as_of: day of the statement
    """
    by_currency = {}
    for line in sorted(lines, key=lambda ln: (ln["due_date"], ln["number"])):
        by_currency.setdefault(line["currency"], []).append(line)
    return [
        _sheet(currency, rows, as_of) for currency, rows in sorted(by_currency.items())
    ]


def _sheet(currency, rows, as_of):
    ages, credits = [0] * (len(AGES) + 1), 0
    for row in rows:
        if row["is_credit"]:
            credits += row["residual"]
        else:
            ages[bucket((as_of - row["due_date"]).days)] += row["residual"]
    debits = [row for row in rows if not row["is_credit"]]
    rest = [row for row in rows if row["is_credit"]]
    return Sheet(currency, (*debits, *rest), tuple(ages), credits, sum(ages) + credits)
