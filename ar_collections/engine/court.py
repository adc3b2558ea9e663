"""Before which French court a debt is claimed, and when none of them is the one.

The court is that of the debtor's seat (code de procédure civile, art. 42 and 1406),
by the kind of debtor: the commercial court for traders, craftsmen and commercial
companies (code de commerce, art. L721-3), called economic activity court where the
trial of 2025 to 2028 runs; the judicial court for the others. A public body is sued
before the administrative judge, who knows no order to pay. The order needs a debtor
who lives in France: in the European Union there is the European order for payment
(regulation (EC) 1896/2006, which Denmark does not apply), elsewhere neither.

Which towns belong to which court is not known here: where a department has several
courts, one is proposed and the others are named.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum

#: Member states that apply the European order for payment, besides France.
EUROPEAN_ORDER = frozenset(
    "AT BE BG CY CZ DE EE ES FI GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()
)
#: Member state that does not.
DENMARK = "DK"
#: Country codes of the places where French civil procedure has its own courts.
FRENCH = {"FR", "GP", "MQ", "GF", "RE", "YT"}
#: Postal codes whose first two digits are not the department.
CORSICA = {"20": ("2A", "2B")}
#: Words of a name that show a body that does not trade by its form.
CIVIL_FORMS = frozenset(
    "SCI SCP SCM SCEA SCCV GAEC EARL GFA ASSOCIATION ASSO SYNDICAT FONDATION"
    " MUTUELLE COPROPRIETE".split()
)
#: Kinds of courts before which traders are sued.
TRADE = ("commercial", "economic", "mixed", "chamber")


class Way(str, Enum):
    """Which procedure there is against this debtor."""

    ORDER = "order"
    EUROPEAN = "european"
    ABROAD = "abroad"
    PUBLIC = "public"


@dataclass(frozen=True)
class Court:
    """One court of the table.

    :ivar kind: ``commercial``, ``economic``, ``mixed``, ``chamber`` or ``judicial``
    """

    key: object
    department: str
    kind: str
    seat: str


@dataclass(frozen=True)
class Proposal:
    """A court, and why this one.

    :ivar why: ``only`` court of the department, ``seat``: the debtor's town is its
        seat, ``several`` courts share the department, ``unknown`` department,
        ``none`` in the table
    :ivar others: the courts of the department that it could be as well
    """

    court: Court | None
    why: str
    department: str | None = None
    others: tuple[Court, ...] = ()

    @property
    def certain(self):
        return self.why in ("only", "seat")


def way(country, regime):
    """The procedure against a debtor of that country and law of late payment.

    A debtor without a country counts as French: its address tells more.

    >>> way("FR", "private").value, way("DE", "private").value
    ('order', 'european')
    >>> way("DK", "private").value, way(None, "public").value
    ('abroad', 'public')
    """
    if country and country not in FRENCH:
        return Way.EUROPEAN if country in EUROPEAN_ORDER else Way.ABROAD
    return Way.PUBLIC if regime == "public" else Way.ORDER


def trades(regime, name):
    """Whether a debtor is sued before the commercial court.

    Traders, craftsmen and companies are; consumers and bodies whose name tells
    that their form does not trade are not.

    >>> trades("private", "Menuiserie Bertin SAS"), trades("private", "SCI du Parc")
    (True, False)
    """
    words = set(re.findall(r"\w+", _plain(name or "").upper()))
    return regime == "private" and not words & CIVIL_FORMS


def department(postal_code, country=None):
    """Department of a French postal code, None when it tells none.

    >>> department("69007"), department("20200"), department("97480")
    ('69', '2B', '974')
    >>> department("SW1A 1AA") is None
    True
    """
    digits = re.sub(r"\s", "", postal_code or "")
    if not re.fullmatch(r"\d{5}", digits) or (country and country not in FRENCH):
        return None
    first = digits[:2]
    if first in CORSICA:
        south, north = CORSICA[first]
        return south if digits[2] in "01" else north
    if first in ("97", "98"):
        return digits[:3]
    return first


def propose(courts, postal_code, city, trading, country=None):
    """The court of the debtor's seat, as far as the table can tell.

    :param courts: iterable of :class:`Court`
    :param bool trading: see :func:`trades`
    :return: :class:`Proposal`
    """
    found = department(postal_code, country)
    if not found:
        return Proposal(None, "unknown")
    kinds = TRADE if trading else ("judicial",)
    fitting = [c for c in courts if c.department == found and c.kind in kinds]
    if not fitting:
        return Proposal(None, "none", found)
    if len(fitting) == 1:
        return Proposal(fitting[0], "only", found)
    town = _town(city)
    chosen = next((c for c in fitting if town and _town(c.seat) == town), None)
    others = tuple(c for c in fitting if c != chosen)
    if chosen:
        return Proposal(chosen, "seat", found, others)
    return Proposal(fitting[0], "several", found, tuple(fitting[1:]))


def _town(name):
    """A town's name as it is compared: no accents, signs, numbers or CEDEX.

    >>> _town("SAINT ETIENNE CEDEX 2") == _town("St-Étienne"), _town("LYON 3EME")
    (True, 'LYON')
    """
    words = re.findall(r"[A-Z0-9]+", _plain(name or "").upper())
    words = ["SAINT" if word == "ST" else word for word in words]
    return " ".join(w for w in words if w.isalpha() and w != "CEDEX")


def _plain(text):
    split = unicodedata.normalize("NFD", text)
    return "".join(c for c in split if not unicodedata.combining(c))
