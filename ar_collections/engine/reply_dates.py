"""Days that a customer names in a mail, in French and in English.

A day is read only when there is one way to read it: "soon" is none, "03/04" is none
unless the order of day and month is known.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "janvier janv january jan",
            "fevrier fevr fev february feb",
            "mars march mar",
            "avril avr april apr",
            "mai may",
            "juin june jun",
            "juillet juil july jul",
            "aout august aug",
            "septembre sept september sep",
            "octobre october oct",
            "novembre november nov",
            "decembre december dec",
        ),
        start=1,
    )
    for name in names.split()
}
DAYS = {
    name: number
    for number, names in enumerate(
        (
            "lundi monday mon",
            "mardi tuesday tues tue",
            "mercredi wednesday wed",
            "jeudi thursday thurs thu",
            "vendredi friday fri",
            "samedi saturday sat",
            "dimanche sunday sun",
        )
    )
    for name in names.split()
}
COUNTS = {
    "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6,
    "sept": 7, "huit": 8, "dix": 10, "quinze": 15, "vingt": 20, "trente": 30,
    "a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "seven": 7,
    "eight": 8, "ten": 10, "fifteen": 15, "twenty": 20, "thirty": 30, "couple of": 2,
}  # fmt: skip
MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
DAY = "|".join(sorted(DAYS, key=len, reverse=True))
COUNT = "|".join(sorted(COUNTS, key=len, reverse=True))
WITHIN = (
    r"\b(?:sous|dans(?: les)?|d'ici(?: a)?|within(?: the next)?|in(?: the next)?)"
    rf" (?:(?P<n>\d{{1,3}})|(?P<word>{COUNT}))(?: prochaine?s)? ?"
    r"(?P<unit>jours?|days?|j|semaines?|weeks?|mois|months?|heures?|hours?|h)\b"
    r"(?P<work> ouvres?| ouvrables?)?"
)
FRIDAY = 4


@dataclass(frozen=True)
class Mention:
    """A day named in a text.

    :ivar ahead: the day when the text speaks of what is to come
    :ivar back: the day when it speaks of what was; either may be None
    :ivar vague: a span of days was named; this is its last one
    """

    start: int
    end: int
    ahead: date | None
    back: date | None
    vague: bool = False


def days(text, received, month_first=False):
    """Days named in a text, in the order of the text.

    :param str text: folded text (see ``reply_text.fold``)
    :param date received: day of the mail, from which the others are counted
    :param month_first: whether ``03/04`` is March 4th; None when that is unknown, and
        then such a day is read only if one order makes sense
    :return: list of :class:`Mention`

    >>> [m.ahead.isoformat() for m in days("vendredi", date(2026, 11, 10))]
    ['2026-11-13']
    """
    found = []
    for pattern, reader in READERS:
        for match in pattern.finditer(text):
            if any(m.start < match.end() and match.start() < m.end for m in found):
                continue
            told = reader(match, received, month_first)
            if told and (told[0] or told[1]):
                found.append(Mention(match.start(), match.end(), *told))
    return sorted(found, key=lambda mention: mention.start)


def _make(year, month, day):
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _both(received, make):
    """(first day from now on, last day up to now) of what comes back every year."""
    near = [make(received.year + shift) for shift in (-1, 0, 1)]
    ahead = [d for d in near if d and d >= received]
    back = [d for d in near if d and d <= received]
    return min(ahead, default=None), max(back, default=None)


def _year(text):
    year = int(text)
    return year + 2000 if year < 100 else year


def _iso(match, _received, _first):
    day = _make(int(match[1]), int(match[2]), int(match[3]))
    return day and (day, day)


def _figures(match, received, month_first):
    first, second = int(match[1]), int(match[3])
    orders = {(second, first), (first, second)}
    if month_first is not None:
        orders = {(first, second) if month_first else (second, first)}
        if first > 12 or second > 12:
            orders = {(second, first) if first > 12 else (first, second)}
    orders = {(month, day) for month, day in orders if 1 <= month <= 12 and day <= 31}
    if len(orders) != 1:
        return None
    [(month, day)] = orders
    return _dated(month, day, match["year"], received)


def _dated(month, day, year, received):
    if year:
        told = _make(_year(year), month, day)
        return told and (told, told)
    return _both(received, lambda y: _make(y, month, day))


def _day_month(match, received, _first):
    return _dated(MONTHS[match["m"]], int(match["d"]), match["year"], received)


def _month_part(match, received, _first):
    """End, middle, beginning or any time of a named month."""
    month, part = MONTHS[match["m"]], match["part"] or ""
    if month == 5 and match["m"] == "may" and not match["part"]:
        return None

    def make(year):
        return _in_month(date(year, month, 1), part)

    year = match["year"]
    if year:
        told = make(_year(year))
        return told, told, True
    return (*_both(received, make), True)


def _in_month(first, part):
    if part.startswith(("mi", "courant mi")):
        return first.replace(day=15)
    if part.startswith(("debut", "earl", "beginning", "start")):
        return first.replace(day=10)
    return first.replace(day=monthrange(first.year, first.month)[1])


def _month_end(match, received, _first):
    first = received.replace(day=1)
    if match["next"]:
        first = _months_on(first, 1)
    told = _in_month(first, match["part"] or "")
    if told < received:
        told = _in_month(_months_on(first, 1), match["part"] or "")
    return told, None, True


def _months_on(day, count):
    month = day.month - 1 + count
    year, month = day.year + month // 12, month % 12 + 1
    return day.replace(
        year=year, month=month, day=min(day.day, monthrange(year, month)[1])
    )


def _next_month(_match, received, _first):
    return _in_month(_months_on(received.replace(day=1), 1), ""), None, True


def _year_end(_match, received, _first):
    return date(received.year, 12, 31), None, True


def _within(match, received, _first):
    count = int(match["n"]) if match["n"] else COUNTS[match["word"]]
    unit = match["unit"]
    if match["work"] or re.match(r" (?:working|business)", match.string[match.end() :]):
        return _working_days_on(received, count), None, True
    if unit.startswith(("semaine", "week")):
        return received + timedelta(weeks=count), None, True
    if unit.startswith("mo"):
        return _months_on(received, count), None, True
    if unit.startswith("h"):
        return received + timedelta(days=-(-count // 24)), None, True
    return received + timedelta(days=count), None, True


def _working_days_on(day, count):
    while count > 0:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day


def _working_within(match, received, _first):
    count = int(match["n"]) if match["n"] else COUNTS[match["word"]]
    return _working_days_on(received, count), None, True


def _fortnight(match, received, _first):
    count = 8 if match[0].endswith("huitaine") else 15
    if "fortnight" in match[0]:
        count = 14
    return received + timedelta(days=count), None, True


def _week_end(received, weeks=0):
    """Friday of this week, or of one to come; at the week-end, of the next."""
    if received.weekday() > FRIDAY:
        weeks += 1
    monday = received - timedelta(days=received.weekday())
    return monday + timedelta(weeks=weeks, days=FRIDAY)


def _next_week(match, received, _first):
    monday = received - timedelta(days=received.weekday()) + timedelta(weeks=1)
    part = match["part"] or ""
    if part.startswith(("debut", "earl", "beginning", "start")):
        return monday + timedelta(days=1), None, True
    if part.startswith("mi"):
        return monday + timedelta(days=2), None, True
    return monday + timedelta(days=FRIDAY), None, True


def _this_week(_match, received, _first):
    return _week_end(received), None, True


def _week_number(match, received, _first):
    number = int(match[1])
    if not 1 <= number <= 53:
        return None

    def make(year):
        try:
            return date.fromisocalendar(year, number, FRIDAY + 1)
        except ValueError:
            return None

    return (*_both(received, make), True)


def _weekday(match, received, _first):
    number = DAYS[match["day"]]
    gap = (number - received.weekday()) % 7 or 7
    back = received - timedelta(days=(received.weekday() - number) % 7 or 7)
    if match["last"]:
        return None, back
    if match["word"] == "next":
        # In English "next Friday" is the one of the week after this one.
        monday = received - timedelta(days=received.weekday())
        return monday + timedelta(weeks=1, days=number), None
    return received + timedelta(days=gap), None if match["coming"] else back


def _relative(shift):
    def read(_match, received, _first):
        day = received + timedelta(days=shift)
        return (day if shift >= 0 else None), (day if shift <= 0 else None)

    return read


def _day_only(match, received, _first):
    """“le 25”, “on the 25th”: of this month or of the next one."""
    number = int(match["d"].removesuffix("er"))
    if not 1 <= number <= 31:
        return None
    firsts = [_months_on(received.replace(day=1), shift) for shift in (-1, 0, 1, 2)]
    near = [_make(first.year, first.month, number) for first in firsts]
    ahead = [d for d in near if d and d >= received]
    back = [d for d in near if d and d <= received]
    return min(ahead, default=None), max(back, default=None)


NEXT = r"(?:prochaine?|qui vient|a venir)"
COMING = ("next", "this", "coming", "ce")
ENDS = r"fin|mi|milieu|courant|debut|end|mid|middle|early|beginning|start|late"
READERS = [
    (re.compile(r"\b(20\d\d)-(\d{1,2})-(\d{1,2})\b"), _iso),
    (
        re.compile(
            r"(?<![\w/.,-])(\d{1,2})([/.-])(\d{1,2})\2(?P<year>20\d\d|\d\d)(?![\w/])"
        ),
        _figures,
    ),
    (re.compile(r"(?<![\w/.,-])(\d{1,2})(/)(\d{1,2})(?![\w/])(?P<year>)"), _figures),
    (
        # Without a year, a dot is a decimal one unless a word says otherwise.
        re.compile(
            r"(?<=\b(?:le|du|au|on|by) )(\d{1,2})([.-])(\d{1,2})(?![\w/,])(?P<year>)"
        ),
        _figures,
    ),
    (
        re.compile(
            rf"\b(?P<d>[0-3]?\d)(?:er|st|nd|rd|th)?(?: of)?[ -](?P<m>{MONTH})\b\.?"
            r"(?:,? ?(?P<year>20\d\d))?"
        ),
        _day_month,
    ),
    (
        re.compile(
            rf"\b(?P<m>{MONTH})\b\.? (?:the )?(?P<d>[0-3]?\d)(?:st|nd|rd|th)?\b"
            r"(?:,? ?(?P<year>20\d\d))?"
        ),
        _day_month,
    ),
    (
        re.compile(
            rf"\b(?P<part>{ENDS})[ -](?:of |de |du |d'|in )?(?:the )?(?:mois de )?"
            rf"(?P<m>{MONTH})\b(?: (?P<year>20\d\d))?"
        ),
        _month_part,
    ),
    (
        re.compile(
            rf"\b(?P<part>{ENDS})[ -](?:de |du |of |the |this |ce |le )*"
            rf"(?P<next>next )?(?:mois|month)(?P<after> {NEXT})?\b"
        ),
        lambda m, r, f: _month_end(_with_next(m), r, f),
    ),
    (re.compile(r"\b(?P<part>eom)\b(?P<next>)"), _month_end),
    (re.compile(rf"\b(?:le )?mois {NEXT}\b|\bnext month\b"), _next_month),
    (
        re.compile(r"\bfin (?:de l'|d')annee\b|\bend of (?:the |this )?year\b"),
        _year_end,
    ),
    (
        re.compile(
            rf"\b(?:sous|dans|d'ici|within|in) (?:les )?(?:(?P<n>\d{{1,2}})"
            rf"|(?P<word>{COUNT})) (?:working|business) days\b"
        ),
        _working_within,
    ),
    (re.compile(WITHIN), _within),
    (
        re.compile(
            r"\b(?:sous|dans une?|d'ici une?) (?:huitaine|quinzaine)\b"
            r"|\b(?:in|within) a fortnight\b"
        ),
        _fortnight,
    ),
    (
        re.compile(
            rf"\b(?:(?P<part>{ENDS})[ -](?:de |of |la |the )*)?"
            rf"(?:semaine {NEXT}|next week)\b"
        ),
        _next_week,
    ),
    (
        re.compile(
            r"\b(?:fin de (?:la |cette )?semaine|end of (?:the |this )?week"
            r"|cette semaine|this week|dans la semaine|within the week)\b"
        ),
        _this_week,
    ),
    (re.compile(r"\b(?:semaine|week|s)\.? ?(\d{1,2})\b"), _week_number),
    (
        re.compile(
            rf"\b(?:{DAY}),? (?:le |the )?(?P<d>[0-3]?\d)(?:st|nd|rd|th)?\b"
            r"(?![/:h]|\.\d| ?(?:h|am|pm|heures)\b)"
        ),
        _day_only,
    ),
    (re.compile(r"\bapres-demain\b|\bday after tomorrow\b"), _relative(2)),
    (re.compile(r"\bdemain\b|\btomorrow\b"), _relative(1)),
    (
        re.compile(
            r"\baujourd'hui\b|\bce jour\b|\bce (?:matin|soir)\b|\btoday\b"
            r"|\bthis (?:morning|afternoon|evening)\b|\btonight\b"
        ),
        _relative(0),
    ),
    (re.compile(r"\bavant-hier\b"), _relative(-2)),
    (re.compile(r"\bhier\b|\byesterday\b"), _relative(-1)),
    (
        re.compile(
            rf"\b(?:(?P<word>next|this|coming|ce|last) )?(?P<day>{DAY})\b"
            rf"(?P<coming> {NEXT})?(?P<after> derniere?)?"
        ),
        lambda m, r, f: _weekday(_with_last(m), r, f),
    ),
    (
        re.compile(
            rf"\b(?:le|du|au|pour le) (?P<d>[0-3]?\d|1er)\b"
            rf"(?! ?(?:{MONTH}|%|€|eur))(?![/.,\d])"
        ),
        _day_only,
    ),
    (re.compile(r"\bthe (?P<d>[0-3]?\d)(?:st|nd|rd|th)\b"), _day_only),
]


def _with_next(match):
    found = match.groupdict()
    found["next"] = found["next"] or found["after"]
    return found


def _with_last(match):
    found = match.groupdict()
    found["last"] = found["after"] or found["word"] == "last"
    found["coming"] = found["coming"] or found["word"] in COMING
    return found
