"""From the story of an invoice on its platform to what collections must do.

:func:`decide` is a pure function of the whole story, put in the order of the
facts' own dates. It is run again at each new fact, so a repeated, late or shuffled
fact cannot double a dispute, and a regression takes back what it overtakes.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from .dates import add_working_days, local_day
from .legal_clock import LegalClock, legal_clock
from .reasons import ReasonTable
from .statuses import Canonical, Effect
from .waiting import WaitSignal, waiting

#: No run of pauses holds an invoice longer than this, whatever the statuses say.
LONGEST_PAUSE_DAYS = 60


@dataclass(frozen=True)
class Terms:
    """What the decision needs besides the story.

    :param int amount_due: left to pay according to the platform, in cents; used
        when the announcement itself carries no amount
    :param date due_date: contractual due date of the invoice
    :param bool public: the legal delay of public buyers applies
    :param int accelerate_days: chase this long after an approved due date
    :param int notice_days: working days from announcement to expected payment
    :param int idle_days: days without any sign after which a made available invoice
        is to be followed up
    :param int approver_days: days of validation after which its approver is reminded
    """

    amount_due: int | None = None
    due_date: date | None = None
    public: bool = True
    delay_days: int = 30
    accelerate_days: int = 2
    notice_days: int = 3
    idle_days: int = 5
    approver_days: int = 10


@dataclass(frozen=True)
class NoticeSignal:
    """The buyer announces a payment: keep the invoice out of chasing.

    :param tuple keys: the facts in a row that say so; any of them may have been
        the first to arrive. A fact with an amount of its own stands alone: it is
        one payment, and another such fact is another one
    """

    keys: tuple
    since: datetime
    last: datetime
    amount: int | None
    expected: date


@dataclass(frozen=True)
class DisputeSignal:
    """Somebody has something to do; ``last`` is the newest of the facts ``keys``.

    :param int amount: contested part in cents; None for all of it
    """

    keys: tuple
    since: datetime
    last: datetime
    code: str
    canonical: Canonical
    reason: str
    comment: str
    author: str
    amount: int | None = None


@dataclass(frozen=True)
class PauseSignal:
    """The buyer is at work: hold the chasing until ``until`` (not included)."""

    since: datetime
    until: date
    canonical: Canonical


@dataclass(frozen=True)
class Outcome:
    """Everything the story says as of its last fact."""

    code: str = ""
    canonical: Canonical | None = None
    moment: datetime | None = None
    author: str = ""
    comment: str = ""
    comment_moment: datetime | None = None
    notices: tuple = ()
    dispute: DisputeSignal | None = None
    pause: PauseSignal | None = None
    waiting: WaitSignal | None = None
    confirmed_due_date: date | None = None
    accelerate_from: date | None = None
    clock: LegalClock = field(default_factory=LegalClock)
    unknown_codes: tuple = ()
    undated: tuple = ()


def order_events(events):
    """Distinct dated facts in the order of the story; the last telling of an id wins.

    :return: ``(ordered events, undated events)``
    """
    by_id = {event.key: event for event in events}
    dated = [e for e in by_id.values() if e.moment is not None]
    undated = [e for e in by_id.values() if e.moment is None]
    return (
        sorted(dated, key=lambda e: e.order),
        sorted(undated, key=lambda e: e.key),
    )


def decide(events, rules, terms=None, reasons=None):
    """Decide from the story what collections must do.

    :param events: iterable of :class:`~.payloads.PlatformEvent`, in any order
    :param dict rules: ``{code: Rule}``; a code without rule changes nothing
    :param Terms terms: amounts, dates and settings of the invoice
    :param ReasonTable reasons: what refines the dispute reason of a rule
    :return: an :class:`Outcome`
    """
    terms = terms or Terms()
    ordered, undated = order_events(events)
    told = [(e, rules[e.code]) for e in ordered if e.code in rules]
    acting = [(e, r) for e, r in told if r.effect is not Effect.IGNORE]
    clock = LegalClock()
    if terms.public:
        story = ((e.moment, r.clock) for e, r in acting)
        clock = legal_clock(story, terms.delay_days)
    facts = {
        **_latest(told, ordered),
        "clock": clock,
        "unknown_codes": _unknown_codes(ordered, rules),
        "undated": tuple(e.key for e in undated),
    }
    if not acting:
        return Outcome(**facts)
    due = clock.due or terms.due_date
    confirmed, accelerate = _confirmation(acting, due, terms)
    facts["waiting"] = waiting(acting, ordered, terms.idle_days, terms.approver_days)
    run = _current_run(acting)
    effect = run[-1][1].effect
    if effect is Effect.NOTICE:
        facts["notices"] = _notices(run, terms)
    elif effect in (Effect.DISPUTE, Effect.REVIEW):
        facts["dispute"] = _dispute(run, ordered, reasons or ReasonTable())
    elif effect is Effect.PAUSE:
        facts["pause"] = _pause(acting, run, accelerate)
    return Outcome(confirmed_due_date=confirmed, accelerate_from=accelerate, **facts)


def _latest(told, ordered):
    """Last status with a known meaning, and the last comment whoever wrote it."""
    facts = {}
    if told:
        event, rule = told[-1]
        facts.update(
            code=event.code,
            canonical=rule.canonical,
            moment=event.moment,
            author=event.author,
        )
    commented = [e for e in ordered if e.comment]
    if commented:
        facts.update(comment=commented[-1].comment, comment_moment=commented[-1].moment)
    return facts


def _unknown_codes(ordered, rules):
    missing = {e.code for e in ordered if not e.is_comment and e.code not in rules}
    return tuple(sorted(missing))


def _same_thing(one, other):
    """Two rules that ask the same of collections, so that facts form one run."""
    return (one.effect, one.reason) == (other.effect, other.reason)


def _current_run(acting):
    """The last facts in a row that ask the same thing."""
    run = [acting[-1]]
    for fact in reversed(acting[:-1]):
        if not _same_thing(fact[1], run[0][1]):
            break
        run.insert(0, fact)
    return run


def _notices(run, terms):
    """One payment per fact with an amount; the facts without one say the same."""
    events = [event for event, _rule in run]
    own = [[event] for event in events if event.amount is not None]
    bare = [event for event in events if event.amount is None]
    # Amounts told, the bare facts only announce what those say better.
    groups = own or [bare]
    return tuple(_notice(group, terms) for group in groups)


def _notice(events, terms):
    first, last = events[0], events[-1]
    expected = add_working_days(local_day(last.moment), terms.notice_days)
    return NoticeSignal(
        keys=tuple(event.key for event in events),
        since=first.moment,
        last=last.moment,
        amount=terms.amount_due if last.amount is None else last.amount,
        expected=last.expected or expected,
    )


def _dispute(run, ordered, table):
    (first, _rule), (last, rule) = run[0], run[-1]
    # What the buyer wrote since, with or without a status, belongs to it.
    since = [e for e in ordered if e.order >= first.order]
    comments = [e.comment for e in since if e.comment]
    reason = rule.reason
    if rule.effect is Effect.DISPUTE:
        # The last fact that says why; a bare repetition takes nothing back.
        for event in since:
            reason = table.reason_of(event, reason)
    return DisputeSignal(
        keys=tuple(e.key for e, _r in run),
        since=first.moment,
        last=last.moment,
        code=last.code,
        canonical=rule.canonical,
        reason=reason,
        comment=comments[-1] if comments else "",
        author=last.author,
        amount=last.disputed or None,
    )


def _confirmation(acting, due, terms):
    """Confirmed due date and first day to chase after it, once approved.

    An approval stands through later progress; a dispute, or a return to a status
    before validation, takes it back.
    """
    approval = None
    for event, rule in acting:
        if rule.confirms:
            approval = approval or event
        elif rule.effect is not Effect.PAUSE:
            approval = None
    if approval is None or due is None:
        return None, None
    approved = local_day(approval.moment)
    return due, max(approved, due) + timedelta(days=terms.accelerate_days)


def _pause(acting, run, accelerate):
    last, rule = run[-1]
    # The cap counts from the first status in a row with the same meaning: a buyer
    # that repeats itself does not win time.
    since = last.moment
    for event, other in reversed(run):
        if other.canonical is not rule.canonical:
            break
        since = event.moment
    until = local_day(since) + timedelta(days=rule.pause_days)
    if rule.confirms and accelerate is not None:
        until = accelerate
    else:
        longest = local_day(run[0][0].moment) + timedelta(days=LONGEST_PAUSE_DAYS)
        until = min(until, longest)
    return PauseSignal(since=since, until=until, canonical=rule.canonical)
