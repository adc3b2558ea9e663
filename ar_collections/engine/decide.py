"""Whom to chase today, whom not, and why: a pure function of the facts.

The same function serves the nightly plan, “why?”, previews and tests. Reason codes
are those of the registry ``ar.reason``.
"""

from dataclasses import replace
from datetime import timedelta

from .broken import broken_reasons, contacts_after_broken
from .facts import REACH, Contact, Decision, Reason
from .ladder import step_for
from .states import Verdict

V = Verdict
#: A reminder in one of these states needs a person before anything else.
ASKS = {"in_doubt": "in_doubt", "failed": "reminder_failed"}
#: What is missing to reach a customer, by what his channel needs.
NO_REACH = {"email": "no_address", "phone": "no_phone", "post": "no_postal_address"}


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


def with_reminder(debtor, decision):
    """The decision about the same facts but for the reminder under way.

    :param facts.Debtor debtor: with the reminder that is under way by now
    :param facts.Decision decision: what was decided before
    :return: what :func:`decide` would
    """
    if decision.verdict != V.CHASE.value or debtor.open_reminder in ASKS:
        return decide(debtor)
    debits = [i for i in debtor.items if not i.is_credit and i.in_scope]
    reasons = _why(debtor, decision.contacts, _credits(debtor), debits)
    return replace(decision, reasons=reasons)


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
    contacts, next_date = _contacts(debtor, free)
    if not contacts:
        return _not_yet(debtor, free, debits, next_date)
    credits = _credits(debtor)
    kept, refusal = _refuse(debtor, contacts, credits)
    net = sum(contact.amount for contact in kept or contacts) + credits
    if not kept:
        held = (refusal, *_blockers(debits))
        return Decision(V.HOLD.value, held, amount=net - credits)
    wait = _limits(debtor)
    if wait:
        date, reason = wait
        return Decision(
            V.WAIT.value,
            (reason,),
            step=kept[0].step,
            amount=net - credits,
            next_date=date,
        )
    return Decision(
        V.CHASE.value,
        _why(debtor, kept, credits, debits),
        step=kept[0].step,
        item_ids=tuple(i for contact in kept for i in contact.item_ids),
        amount=net,
        next_date=debtor.as_of,
        contacts=tuple(kept),
    )


def _blockers(debits):
    """Reasons of the items that are held, each code and parameter once."""
    seen, reasons = set(), []
    held = (item for item in debits if item.reasons)
    for item in sorted(held, key=lambda i: (i.due_date, i.id)):
        for reason in item.reasons:
            key = (reason.code, repr(sorted(reason.params.items(), key=str)))
            if key not in seen:
                seen.add(key)
                reasons.append(reason)
    return tuple(reasons)


def _contacts(debtor, free):
    """The contacts that the ladder asks for, and the date of the next step.

    Looking at each item on its own makes the decision monotone: holding one item
    back can never bring a contact about.

    :return: (list of :class:`facts.Contact`, next date or None)
    """
    told = {item.id: step_for(debtor, item) for item in free}
    units = _units(debtor, free)
    contacts, later = contacts_after_broken(debtor, units)
    taken = {*later, *(contact.unit_key for contact in contacts)}
    for unit_key, items in units:
        due = [item for item in items if told[item.id][0]]
        if not due or unit_key in taken:
            continue
        carrier = max(due, key=lambda item: told[item.id][0].level)
        step, skipped, _next = told[carrier.id]
        here = {item.id for item in due if told[item.id][0].level == step.level}
        chased = _chased(debtor, items, step, here)
        contacts.append(
            Contact(
                unit_key=unit_key,
                step=step,
                item_ids=tuple(item.id for item in chased),
                amount=sum(item.company_chaseable for item in chased),
                carrier=carrier,
                skipped=skipped,
            )
        )
    dates = [row[2] for row in told.values() if row[2]]
    dates += later.values()
    return contacts, min(dates, default=None)


def _units(debtor, free):
    """``[(unit key, items)]``: what one contact is about."""
    if debtor.strategy.unit == "account":
        return [("account", free)]
    units = {}
    for item in free:
        units.setdefault(f"move:{item.move_id}", []).append(item)
    return list(units.items())


def _chased(debtor, items, step, here):
    """Items that go into this contact: those that have come to this very step, and
    all that are as late as it asks."""
    before = min(step.delay, 0) if step.trigger == "due" else 0
    limit = debtor.as_of - timedelta(days=before)
    if before == 0 and not (step.trigger == "due" and step.delay == 0):
        limit -= timedelta(days=1)  # what falls due today is not late yet
    return [i for i in items if i.due_date <= limit or i.id in here]


def _credits(debtor):
    """Sum (negative) of what the customer has in hand, in company currency."""
    return sum(i.company_residual for i in debtor.items if i.is_credit and i.in_scope)


def _refuse(debtor, contacts, credits):
    """Keep the contacts worth making.

    The customer is asked for nothing while he has more in hand than he is late
    with. The minimum is net of what he has in hand when the contact is about the
    whole account.

    :return: (contacts kept, the :class:`facts.Reason` why not when there is none)
    """
    net = sum(contact.amount for contact in contacts) + credits
    if net <= 0:
        return [], Reason("net_creditor", {"amount": _money(-net, debtor.currency)})
    refusal, kept = None, []
    for contact in contacts:
        amount = net if contact.unit_key == "account" else contact.amount
        needed = REACH.get(contact.step.channel)
        if min(amount, net) < debtor.strategy.minimum:
            refusal = refusal or Reason(
                "below_minimum",
                {
                    "amount": _money(min(amount, net), debtor.currency),
                    "minimum": _money(debtor.strategy.minimum, debtor.currency),
                },
            )
        elif needed and needed not in debtor.reach:
            refusal = refusal or Reason(NO_REACH[needed])
        else:
            kept.append(contact)
    if sum(contact.amount for contact in kept) + credits <= 0:
        return [], refusal or Reason("nothing_due")
    return kept, refusal


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


def contact_limits(debtor):
    """Day before which nobody writes to this account, None when it may be today.

    What holds for the ladder holds for every contact: the gap since the last one,
    the weekly cap, the pause after an answer.
    """
    wait = _limits(debtor) if debtor.strategy else None
    return wait[0] if wait else None


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


def _why(debtor, contacts, credits, debits):
    reasons = []
    for contact in contacts:
        amount = contact.amount
        if contact.unit_key == "account":
            amount += credits
        reasons.append(
            Reason(
                "step_due",
                {
                    "step": contact.step.name,
                    "number": contact.carrier.number,
                    "days": (debtor.as_of - contact.carrier.due_date).days,
                    "amount": _money(amount, debtor.currency),
                },
            )
        )
    reasons += broken_reasons(debtor, contacts)
    if debtor.open_reminder:
        planned = debtor.open_reminder_date or debtor.as_of
        reasons.append(Reason("already_planned", {"date": _day(planned)}))
    skipped = max(contact.skipped for contact in contacts)
    if skipped:
        reasons.append(Reason("caught_up", {"count": skipped}))
    manual = [c.step.name for c in contacts if c.step.mode == "manual"]
    if manual:
        reasons.append(Reason("manual_step", {"step": manual[0]}))
    return (*reasons, *_blockers(debits))
