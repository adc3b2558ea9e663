"""Late interest, by the regime that binds the debtor, with its working.

Private debtors (Code de commerce L441-10 II): without a clause, the ECB's main
refinancing rate + 10 points, at the rate of each half-year that the delay crosses;
with a clause, its rate, which may not be below three times the legal rate. That floor
binds the clause, never the default. Public buyers (Code de la commande publique
R2192-31): the ECB's rate + 8 points, one rate for the whole delay, that of the
half-year in which interest began to run.

Interest runs on the unpaid amount including tax, days / 365, from the day after the
last day to pay up to and including the day on which the money arrives. Amounts are
integers in minor units, rates are ``Decimal`` per cent a year, and the interest is
exact (``Fraction``) until it is rounded, once per debt.

>>> debt = Debt(1500000, date(2026, 1, 1), (Payment(date(2026, 1, 30), 1500000),))
>>> slices = accrue(debt, contractual(Decimal("15")), date(2026, 12, 31))
>>> [(s.days, total([s])) for s in slices]
[(30, 18493)]
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

#: Points above the ECB's main refinancing rate.
PRIVATE_POINTS = Decimal(10)
PUBLIC_POINTS = Decimal(8)
#: A contractual rate may not be below so many times the legal rate.
FLOOR_FACTOR = 3
#: Days of a year, also of a leap year.
YEAR = 365
DAY = timedelta(days=1)


class MissingRate(LookupError):
    """The rate of a half-year is not in the table.

    :ivar half: the :class:`HalfYear`
    """

    def __init__(self, half):
        super().__init__(f"no rate for {half.year}, half-year {half.number}")
        self.half = half


@dataclass(frozen=True, order=True)
class HalfYear:
    """January to June (1) or July to December (2) of a year."""

    year: int
    number: int

    @classmethod
    def of(cls, day):
        return cls(day.year, 1 if day.month <= 6 else 2)

    @property
    def start(self):
        return date(self.year, 1 if self.number == 1 else 7, 1)

    @property
    def end(self):
        return self.next.start - DAY

    @property
    def next(self):
        if self.number == 1:
            return HalfYear(self.year, 2)
        return HalfYear(self.year + 1, 1)


@dataclass(frozen=True)
class RateTable:
    """Published rates, per cent, by :class:`HalfYear`: the ECB's, and the legal one."""

    ecb: dict = field(default_factory=dict)
    legal: dict = field(default_factory=dict)

    def rate(self, half):
        """The ECB's rate of a half-year.

        :raise MissingRate: names the half-year
        """
        if half not in self.ecb:
            raise MissingRate(half)
        return self.ecb[half]

    def floor(self, day):
        """Lowest rate that a clause may set, by the last legal rate known that day.

        :return: ``(rate, HalfYear)``, None when no legal rate is known yet
        """
        known = [half for half in self.legal if half.start <= day]
        if not known:
            return None
        return FLOOR_FACTOR * self.legal[max(known)], max(known)


@dataclass(frozen=True)
class Payment:
    """Money that arrived, or anything else that paid the debt from that day on."""

    day: date
    cents: int


@dataclass(frozen=True)
class Debt:
    """One instalment.

    :ivar cents: what was owed, including tax, credit notes on it deducted
    :ivar first_day: first day of interest
    """

    cents: int
    first_day: date
    payments: tuple[Payment, ...] = ()

    def bases(self, until):
        """``(first day, last day, cents unpaid)``, both days included."""
        steps = {}
        for payment in self.payments:
            day = max(payment.day + DAY, self.first_day)
            steps[day] = steps.get(day, 0) + payment.cents
        left = self.cents - steps.pop(self.first_day, 0)
        first = self.first_day
        for day in [*sorted(d for d in steps if d <= until), until + DAY]:
            if left > 0 and first < day:
                yield first, day - DAY, left
            left -= steps.get(day, 0)
            first = day


@dataclass(frozen=True)
class Slice:
    """One line of the working: a base, a rate, and the days between two dates."""

    first: date
    last: date
    base: int
    rate: Decimal

    @property
    def days(self):
        return (self.last - self.first).days + 1

    @cached_property
    def interest(self):
        """Exact, in minor units."""
        return Fraction(self.base) * Fraction(self.rate) / 100 * self.days / YEAR


#: ``(day interest began, first day, last day) -> [(first, last, rate)]``
Regime = Callable[[date, date, date], list]


def private(rates):
    """The default of the law between businesses; see the module."""

    def pieces(_began, first, last):
        found = []
        while first <= last:
            half = HalfYear.of(first)
            end = min(half.end, last)
            found.append((first, end, rates.rate(half) + PRIVATE_POINTS))
            first = end + DAY
        return found

    return pieces


def public(rates):
    """The regime of public buyers; see the module."""

    def pieces(began, first, last):
        return [(first, last, rates.rate(HalfYear.of(began)) + PUBLIC_POINTS)]

    return pieces


def contractual(rate):
    """The rate of a clause, per cent a year; whether it is lawful is asked apart."""

    def pieces(_began, first, last):
        return [(first, last, rate)]

    return pieces


def accrue(debt, regime, until):
    """The working of the interest on one debt.

    :param Debt debt: one instalment
    :param Regime regime: what :func:`private`, :func:`public` or
        :func:`contractual` returns
    :param date until: last day that counts
    :return: list of :class:`Slice`, in the order of the days
    :raise MissingRate: names the half-year whose rate is not known

    A part of the delay that bears no interest needs no rate.
    """
    return [
        Slice(start, end, base, rate)
        for first, last, base in debt.bases(until)
        for start, end, rate in regime(debt.first_day, first, last)
    ]


def total(slices):
    """Interest of one debt in minor units, rounded once, half up."""
    return round_half_up(sum((s.interest for s in slices), Fraction(0)))


def round_half_up(exact):
    """A positive fraction to the nearest integer, a half upwards."""
    return int((2 * exact + 1) // 2)


def accrue_known(debts, regime, until):
    """The same for the instalments of one invoice, as far as the rates are known.

    No rate is ever guessed: when one is missing, interest stops before its half-year.

    :return: ``(list of slices per debt, last day counted, HalfYear missing or None)``
    """
    missing = None
    while True:
        try:
            return [accrue(debt, regime, until) for debt in debts], until, missing
        except MissingRate as error:
            missing = error.half
            until = missing.start - DAY
