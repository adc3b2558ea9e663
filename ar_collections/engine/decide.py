"""Whom to chase today, whom not, and why: a pure function of the facts.

The same function serves the nightly plan, “why?”, previews and tests. Reason codes
are those of the registry ``ar.reason``.
"""

from datetime import timedelta

from .facts import Decision, Reason
from .states import Verdict

V = Verdict
#: A reminder in one of these states needs a person before anything else.
ASKS = {"in_doubt": "in_doubt", "failed": "reminder_failed"}


def _day(value):
    return {"date": value.isoformat()}


def _money(cents, currency):
    return {"cents": cents, "currency": currency}


def decide(debtor):
    """Decide about one debtor.

    :param facts.Debtor debtor: everything known of the account on ``as_of``
    :return: a :class:`facts.Decision`; never without a reason
    """
    debits = [i for i in debtor.items if not i.is_credit and i.in_scope]
    if not debits:
        return Decision(V.NOTHING.value, (_nothing(debtor),))
    if debtor.open_reminder in ASKS:
        return Decision(V.ASK.value, (Reason(ASKS[debtor.open_reminder]),))
    holds = list(debtor.holds)
    if debtor.strategy is None or not debtor.strategy.steps:
        holds.append(Reason("no_strategy"))
    if holds:
        return Decision(V.HOLD.value, tuple(holds))
    return _climb(debtor, debits)


def _nothing(debtor):
    scope = {i.scope_code for i in debtor.items if i.scope_code and not i.is_credit}
    return Reason(min(scope)) if scope else Reason("nothing_due")


def _climb(debtor, debits):
    """The account is free: look at the ladder, then at the limits."""
    free = sorted(
        (i for i in debits if i.chaseable > 0), key=lambda i: (i.due_date, i.id)
    )
    if not free:
        return Decision(V.HOLD.value, _blockers(debits) or (Reason("nothing_due"),))
    step, skipped, next_date, carrier = _step_due(debtor, free)
    if step is None:
        return _not_yet(debtor, free, debits, next_date)
    chased = _chased(debtor, free, step)
    amount = sum(item.company_chaseable for item in chased)
    credits = _credits(debtor)
    refusal = _refusal(debtor, step, amount, credits)
    if refusal:
        return Decision(V.HOLD.value, (refusal, *_blockers(debits)), amount=amount)
    wait = _limits(debtor)
    if wait:
        date, reason = wait
        return Decision(
            V.WAIT.value, (reason,), step=step, amount=amount, next_date=date
        )
    return Decision(
        V.CHASE.value,
        _why(debtor, step, skipped, carrier, amount + credits, debits),
        step=step,
        item_ids=tuple(i.id for i in chased),
        amount=amount + credits,
        next_date=debtor.as_of,
    )


def _blockers(debits):
    """Reasons of the items that are held, each code and parameter once."""
    seen, reasons = set(), []
    for item in sorted(debits, key=lambda i: (i.due_date, i.id)):
        for reason in item.reasons:
            key = (reason.code, repr(sorted(reason.params.items(), key=str)))
            if key not in seen:
                seen.add(key)
                reasons.append(reason)
    return tuple(reasons)


def _height(debtor):
    """Highest step that the account has reached with what is still open."""
    done = [i.step_delay for i in debtor.items if i.step_delay is not None]
    return max(done, default=None)


def _step_for(debtor, item):
    """The step that daily runs would have reached by now for one item.

    ``stay`` counts from the height of the account: the ladder never goes down.
    ``context`` counts from the item's own last step, and lets an item enter where
    its age puts it. ``restart`` lets a new item start at the first step, however
    old it is.

    :return: (step or None, number of steps passed over, date of the next step)
    """
    mode = debtor.strategy.when_paid
    position = _height(debtor) if mode == "stay" else item.step_delay
    age = (debtor.as_of - item.due_date).days
    above = [
        s for s in debtor.strategy.ladder if position is None or s.delay > position
    ]
    due = [s for s in above if s.delay <= age]
    later = [s for s in above if s.delay > age]
    next_date = item.due_date + timedelta(days=later[0].delay) if later else None
    if not due:
        return None, 0, next_date
    if mode == "restart" and position is None:
        return due[0], 0, next_date
    return due[-1], len(due) - 1, next_date


def _step_due(debtor, free):
    """The highest step that any free item has come to, and the item that carries it.

    Looking at each item on its own makes the decision monotone: holding one item
    back can never bring a contact about.

    :return: (step or None, steps passed over, next date, carrying item)
    """
    told = [(item, *_step_for(debtor, item)) for item in free]
    due = [row for row in told if row[1]]
    if not due:
        dates = [row[3] for row in told if row[3]]
        return None, 0, min(dates, default=None), free[0]
    carrier, step, skipped, next_date = max(due, key=lambda row: row[1].delay)
    return step, skipped, next_date, carrier


def position_after(item, step, strategy, as_of):
    """Step at which one item stands after a contact about it.

    With ``stay`` the whole account stands where the contact was. Otherwise an
    item that merely went along stands where its own age puts it, so that its own
    ladder goes on.

    :return: the :class:`facts.Step`, None when it is below the first one
    """
    if strategy.when_paid == "stay":
        return step
    age = (as_of - item.due_date).days
    own = [s for s in strategy.ladder if s.delay <= age and s.delay <= step.delay]
    return own[-1] if own else None


def _chased(debtor, free, step):
    """Items that go into this contact: all that are as late as the step asks."""
    limit = debtor.as_of - timedelta(days=min(step.delay, 0))
    if step.delay > 0:
        limit -= timedelta(days=1)  # what falls due today is not late yet
    return [item for item in free if item.due_date <= limit]


def _credits(debtor):
    """Sum (negative) of what the customer has in hand, in company currency."""
    return sum(i.company_residual for i in debtor.items if i.is_credit and i.in_scope)


def _refusal(debtor, step, amount, credits):
    if amount + credits <= 0:
        return Reason(
            "net_creditor", {"amount": _money(-(amount + credits), debtor.currency)}
        )
    if amount + credits < debtor.strategy.minimum:
        return Reason(
            "below_minimum",
            {
                "amount": _money(amount + credits, debtor.currency),
                "minimum": _money(debtor.strategy.minimum, debtor.currency),
            },
        )
    if step.channel == "email" and not debtor.has_address:
        return Reason("no_address")
    return None


def _limits(debtor):
    """What makes the contact wait: (until when, why), None when nothing does."""
    as_of, strategy = debtor.as_of, debtor.strategy
    waits = [(date, reason) for date, reason in debtor.waits if date > as_of]
    if debtor.contact_dates:
        gap = max(debtor.contact_dates) + timedelta(days=strategy.min_gap_days)
        if gap > as_of:
            waits.append((gap, Reason("min_gap", {"date": _day(gap)})))
        week = sorted(d for d in debtor.contact_dates if (as_of - d).days < 7)
        if len(week) >= strategy.weekly_cap:
            free = week[-strategy.weekly_cap] + timedelta(days=7)
            waits.append((free, Reason("weekly_cap", {"date": _day(free)})))
    return max(waits, key=lambda w: w[0], default=None)


def _not_yet(debtor, free, debits, next_date):
    """Nothing is due on the ladder: tell what comes next."""
    held = _blockers(debits)
    if next_date is None:
        return Decision(V.WAIT.value, (Reason("ladder_end"), *held))
    wait = _limits(debtor)
    if wait:
        # Nobody is contacted sooner than the gap and the weekly cap allow.
        next_date = max(next_date, wait[0])
    code = "not_due" if free[0].due_date > debtor.as_of else "next_step"
    reason = Reason(code, {"date": _day(next_date)})
    return Decision(V.WAIT.value, (reason, *held), next_date=next_date)


def _why(debtor, step, skipped, carrier, amount, debits):
    reasons = [
        Reason(
            "step_due",
            {
                "step": step.name,
                "number": carrier.number,
                "days": (debtor.as_of - carrier.due_date).days,
                "amount": _money(amount, debtor.currency),
            },
        )
    ]
    if debtor.open_reminder:
        planned = debtor.open_reminder_date or debtor.as_of
        reasons.append(Reason("already_planned", {"date": _day(planned)}))
    if skipped:
        reasons.append(Reason("caught_up", {"count": skipped}))
    if step.mode == "manual":
        reasons.append(Reason("manual_step", {"step": step.name}))
    return (*reasons, *_blockers(debits))
