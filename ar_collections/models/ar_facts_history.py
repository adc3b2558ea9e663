from collections import namedtuple
from dataclasses import replace
from datetime import date

from odoo import models

from ..engine.past import Places, Spells, height_on, restart_on, rewind, under_way
from .ar_change import HEIGHT
from .ar_debtor import DECIDING

#: Settings of an account as they were: the fields that decide.
Then = namedtuple("Then", sorted(DECIDING))
#: Fields of them that hold records, with their models.
RECORDS = {
    "strategy_id": "ar.strategy",
    "contact_id": "res.partner",
    "paying_centre_id": "res.partner",
}
DATES = ("hold_until", "insolvency_date")


class History:
    """The past of some accounts of one company, for the days of a period.

    Read once, in a handful of statements; each day is then a matter of Python. From
    the day on which the company was first collected here, what was *known* counts:
    an entry booked later, even with an earlier date, was not. Before that day, the
    books tell by their own dates.
    """

    def __init__(self, company):
        self.company = company
        self.tz = company.ar_tz or "Europe/Paris"
        self.ledgers = {}
        self._spells = {True: Spells(), False: Spells()}
        self.watched_from = None
        self.debtor_changes, self.item_changes = {}, {}
        self.places = Places({})
        self.heights, self.reached = {}, {}
        # What the buyers' platforms told: {move id: [(day, code, dated, due)]}.
        self.statuses = {}
        # And for how long it held them: {move id: [(day, (since, until) or None)]}.
        self.pauses, self.words = {}, {}
        self.reminders, self.settled = {}, {}

    def watched(self, day):
        """Whether the company was collected here already."""
        return bool(self.watched_from and self.watched_from <= day)

    def lines(self, day):
        """The loader's lines as they stood at the end of a day.

        A line that says the same as the day before is the same object.
        """
        watched = self.watched(day)
        ledger, found = self.ledgers[watched], []
        for line in ledger.lines:
            told = self._spells[watched].get(
                line["line_id"],
                day,
                lambda ledger=ledger, line=line: self._turns(ledger, line),
                lambda ledger=ledger, line=line: self._at(ledger, line, day),
            )
            if told:
                found.append(told)
        return found

    def _at(self, ledger, line, day):
        told = ledger.at(line, day)
        return told and self._remembered(told, day)

    def _turns(self, ledger, line):
        """Days from which on a line may be told otherwise."""
        yield from ledger.turns(line)
        yield from self.places.turns(line["item_id"])
        for change in self.item_changes.get(line["item_id"], {}).get("hold_until", ()):
            yield change.day
        for told in self.statuses.get(line["move_id"], ()):
            yield told[0]
        for name in ("last_contact_date", "status_date"):
            if line[name]:
                yield line[name]

    def _remembered(self, line, day):
        item_id = line["item_id"]
        if not item_id:
            # Settled before anybody looked: it still has to be told apart.
            line = {**line, "item_id": -line["line_id"]}
            return {**line, **self._status(line, day)}
        level, contact = self.places.on(
            item_id, day, line["step_delay"], line["last_contact_date"]
        )
        held = self.item_changes.get(item_id, {}).get("hold_until", ())
        return {
            **line,
            "step_delay": level,
            "last_contact_date": contact,
            "hold_until": _day(rewind(line["hold_until"], held, day)),
            **self._status(line, day),
        }

    def _status(self, line, day):
        """What the buyer's platform had told of an invoice by then."""
        told = self.statuses.get(line["move_id"])
        if told is None:
            later = line["status_date"] and line["status_date"] > day
            values = (None, None, None) if later else ()
        else:
            values = next(
                (row[1:] for row in reversed(told) if row[0] <= day), (None,) * 3
            )
        names = ("buyer_status_code", "status_date", "confirmed_due_date")
        return dict(zip(names, values, strict=False))

    def settings(self, debtors, day):
        """``{account id: settings}`` of that day, with the attributes of the record."""
        told = {}
        for debtor in debtors:
            changes = self.debtor_changes.get(debtor.id)
            told[debtor.id] = debtor if not changes else _then(debtor, changes, day)
        return told

    def running(self, debtor_ids, day):
        """``{account id: (state, planned day)}`` of the reminder under way then."""
        return {i: under_way(self.reminders.get(i, ()), day) for i in debtor_ids}

    def ladders(self, debtors, day):
        """What the ladder of each account remembered beyond its open items."""
        told = {}
        for debtor in debtors:
            changes = self.debtor_changes.get(debtor.id, {}).get(HEIGHT, ())
            told[debtor.id] = {
                "ladder_level": height_on(
                    day,
                    self.heights.get(debtor.id),
                    self.reached.get(debtor.id, ()),
                    [change.day for change in changes],
                ),
                "restart_date": restart_on(day, self._settled(debtor.id, day)),
            }
        return told

    def _settled(self, debtor_id, day):
        for item in self.settled.get(debtor_id, ()):
            level, contact = self.places.on(item.id, day, item.level, item.contact)
            yield replace(item, level=level, contact=contact)


def _then(debtor, changes, day):
    values = {}
    for name in Then._fields:
        value = rewind(debtor[name], changes.get(name, ()), day)
        if name in DATES:
            value = _day(value)
        elif name in RECORDS and not isinstance(value, models.BaseModel):
            value = debtor.env[RECORDS[name]].sudo().browse(value or []).exists()
        values[name] = value
    return Then(**values)


def _day(value):
    """A date of the database, or of a change."""
    return date.fromisoformat(value) if isinstance(value, str) else value or False
