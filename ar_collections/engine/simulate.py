"""Walk an account through days, as the plan and the sending would.

The days may be to come, or past; the facts of each day come from the one loader.
What the walk itself does is remembered here and laid over them: where each item
stands, whom was contacted when, when the ladder began again. A contact is taken as
approved and made on the day on which it is decided, or on the first day after that
on which it may leave.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from .decide import ASKS, decide
from .facts import Contact
from .ladder import climbs_to
from .past import Settled, restart_on
from .states import Verdict

#: Contacts that count in no cap.
UNCOUNTED = {"task"}
#: Never: no fact that is known by now brings a contact about.
NEVER = date.max


@dataclass(frozen=True)
class Made:
    """One simulated contact.

    :ivar amount: cents of ``currency`` asked for, net of what the customer has in
        hand when the contact is about the whole account
    :ivar numbers: numbers of the entries that it speaks of, oldest first
    """

    day: date
    debtor_id: int
    contact: Contact
    amount: int
    currency: str
    numbers: tuple[str, ...]
    reasons: tuple = field(default=(), compare=False)

    @property
    def step(self):
        return self.contact.step

    @property
    def counts(self):
        """Whether it counts in the caps."""
        return self.step.channel not in UNCOUNTED


class Walk:
    """One account, walked day by day in order.

    :param facts.Debtor eve: the account as it stood before the first day: ladder
        positions and contacts made by then are real
    :param strategy: judge by this :class:`facts.Strategy` instead of the account's
    :param by_hand: days of the contacts that people make outside the ladder
    :param asks: whether a reminder that failed stops the account, as it does until a
        person has looked
    """

    def __init__(self, eve, strategy=None, by_hand=(), asks=True):
        self.strategy = strategy
        self.by_hand = tuple(by_hand)
        self.asks = asks
        self.contacts = list(eve.contact_dates)
        self.height = eve.ladder_level
        self.restart = eve.restart_date
        self.places = {
            i.id: (i.step_delay, i.last_contact) for i in eve.items if not i.is_credit
        }
        self.open = {i.id: i for i in eve.items if not i.is_credit}
        self.closed = []
        self._seen, self._idle_until = None, None

    def day(self, fact, leaves=None):
        """The contacts of one day.

        :param facts.Debtor fact: the account on that day, as the loader tells it
        :param leaves: tells whether a contact of a :class:`facts.Step` may leave on
            that day; always when not given
        :return: list of :class:`Made`
        """
        if self._is_idle(fact):
            return []
        fact = self._lay_over(fact)
        decision = decide(fact)
        chased = decision.verdict == Verdict.CHASE.value
        going = [
            contact
            for contact in (decision.contacts if chased else ())
            if leaves is None or leaves(contact.step)
        ]
        made = [_made(fact, contact, decision) for contact in going]
        for contact in going:
            self._record(fact, contact)
        if any(one.counts for one in made):
            self.contacts.append(fact.as_of)
        self._idle_until = None if going else _idle_until(fact, decision)
        return made

    def _is_idle(self, fact):
        """Whether nothing can happen: the facts are those of the day before, and what
        was decided of them holds for some time."""
        seen, self._seen = self._seen, replace(fact, as_of=date.min)
        until = self._idle_until
        if until is None or fact.as_of >= until or fact.as_of in self.by_hand:
            return False
        return self._seen == seen

    # What the walk knows better than the loader.

    def _lay_over(self, fact):
        today = {i.id: i for i in fact.items if not i.is_credit}
        self._notice_closed(today, fact.as_of)
        items = tuple(self._stand(item) for item in fact.items)
        if not any(i.due_date < fact.as_of and i.in_scope for i in today.values()):
            self.height = None
        asks = fact.open_reminder in ASKS and self.asks
        return replace(
            fact,
            items=items,
            strategy=self.strategy or fact.strategy,
            contact_dates=(
                *self.contacts,
                *(day for day in self.by_hand if day <= fact.as_of),
            ),
            open_reminder=fact.open_reminder if asks else None,
            ladder_level=self.height,
            restart_date=self._restarted(today, fact.as_of),
            broken=tuple(
                b for b in fact.broken if all(day < b.day for day in self.contacts)
            ),
        )

    def _stand(self, item):
        place = self.places.get(item.id, (None, None))
        if item.is_credit or place == (item.step_delay, item.last_contact):
            return item
        return replace(item, step_delay=place[0], last_contact=place[1])

    def _notice_closed(self, today, day):
        for item_id in self.open.keys() - today.keys():
            self.closed.append(self._standing(self.open[item_id], day))
        self.open = today

    def _standing(self, item, closed=None):
        place = self.places.get(item.id, (None, None))
        return Settled(item.id, item.due_date, closed, *place)

    def _restarted(self, today, day):
        """Last day on which the oldest item that was reminded of was settled."""
        still = [self._standing(item) for item in today.values()]
        again = restart_on(day, [*self.closed, *still])
        return max(filter(None, [again, self.restart]), default=None)

    # What a contact leaves behind.

    def _record(self, fact, contact):
        items = {item.id: item for item in fact.items}
        levels = []
        for item_id in contact.item_ids:
            item = items[item_id]
            step = climbs_to(fact, item, contact.step, contact.carrier.id)
            self.places[item_id] = (step.level if step else item.step_delay, fact.as_of)
            levels += [step.level] if step else []
        if levels and contact.unit_key == "account":
            known = [] if self.height is None else [self.height]
            self.height = max(levels + known)


def _made(fact, contact, decision):
    items = {item.id: item for item in fact.items}
    about_all = contact.unit_key == "account"
    return Made(
        day=fact.as_of,
        debtor_id=fact.id,
        contact=contact,
        amount=decision.amount if about_all else contact.amount,
        currency=fact.currency,
        numbers=tuple(items[item_id].number for item_id in contact.item_ids),
        reasons=decision.reasons,
    )


def _idle_until(fact, decision):
    """First day on which something may happen while nothing else changes.

    None when tomorrow must be looked at: a balance that is too small today may not
    be once the next amount falls due.
    """
    if decision.verdict == Verdict.WAIT.value:
        return decision.next_date or NEVER
    if decision.verdict in (Verdict.NOTHING.value, Verdict.ASK.value):
        return NEVER
    held = fact.holds or not any(item.chaseable > 0 for item in fact.items)
    if decision.verdict == Verdict.HOLD.value and held:
        return NEVER
    return None


def totals(made, first, last):
    """Figures of simulated contacts.

    :param made: list of :class:`Made`
    :param date first: first day of the period
    :param date last: last day, included
    :return: ``{"contacts", "accounts", "by_channel": {channel: n}, "amounts":
        {currency: cents}, "calls_max", "calls_mean", "busiest"}``; the mean is over
        the weekdays of the period, amounts count again at each contact
    """
    by_channel = Counter(m.step.channel for m in made)
    calls = Counter(m.day for m in made if m.step.channel == "call")
    amounts = Counter()
    for one in made:
        amounts[one.currency] += one.amount
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    working = sum(day.weekday() < 5 for day in days)
    by_day = Counter(m.day for m in made)
    return {
        "contacts": len(made),
        "accounts": len({m.debtor_id for m in made}),
        "by_channel": dict(sorted(by_channel.items())),
        "amounts": dict(sorted(amounts.items())),
        "calls_max": max(calls.values(), default=0),
        "calls_mean": round(sum(calls.values()) / working, 2) if working else 0,
        "busiest": max(by_day, key=lambda d: (by_day[d], d)) if by_day else None,
    }
