"""The fixed indemnity for recovery costs (Code de commerce D441-5): 40 euros.

Once per invoice for ever, however often and on however many channels it is reminded,
not divided when a part is paid, from the first day late, between professionals only,
and not while insolvency proceedings protect the debtor.
"""

from decimal import ROUND_HALF_UP, Decimal

#: Euros per invoice.
INDEMNITY = Decimal(40)


def is_late(first_day, payments, cents, as_of):
    """Whether something was unpaid on the first day of interest of an instalment.

    :param date first_day: the day after the last day to pay
    :param payments: ``[(day, cents)]``; what arrived on the last day is in time
    :param int cents: what was owed
    :param date as_of: last day that counts
    """
    if as_of < first_day:
        return False
    in_time = sum(paid for day, paid in payments if day < first_day)
    return cents > in_time


def in_minor_units(rate, places):
    """The indemnity in a currency, in minor units.

    :param Decimal rate: units of the currency for one euro, on the due date
    :param int places: decimal places of the currency

    >>> in_minor_units(Decimal("1.0834"), 2)
    4334
    """
    units = INDEMNITY * rate * 10**places
    return int(units.quantize(Decimal(1), rounding=ROUND_HALF_UP))
