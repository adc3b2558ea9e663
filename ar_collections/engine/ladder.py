"""Where an item stands on the ladder, and which step it has come to.

A position is a *level*: the nominal place of a step on its ladder, in days. For a
step counted from the due date it is its delay, so that an item keeps its place when
the account moves to another strategy.
"""

from bisect import bisect_right
from dataclasses import replace
from datetime import timedelta


def with_levels(steps):
    """The steps in their order, each with its level.

    Steps counted from the due date alone are ordered by their delay. In a mixed
    ladder the order given by the user (``rank``) counts, and each level is above
    the one before.

    :param steps: :class:`facts.Step`, in any order
    :return: tuple of steps; levels never decrease
    """
    if all(step.trigger == "due" for step in steps):
        ordered = sorted(steps, key=lambda s: (s.delay, s.id))
        return tuple(replace(step, level=step.delay) for step in ordered)
    placed, last = [], None
    for step in sorted(steps, key=lambda s: (s.rank, s.delay, s.id)):
        level = _nominal(step, last)
        if last is not None:
            level = max(level, last + 1)
        placed.append(replace(step, level=level))
        last = level
    return tuple(placed)


#: Nominal term of payment: where a step counted from the invoice date stands
#: among those counted from the due date. It only orders, it dates nothing.
NOMINAL_TERM = 30


def _nominal(step, last):
    if step.trigger == "invoice":
        return step.delay - NOMINAL_TERM
    if step.trigger == "previous":
        return (last or 0) + max(step.delay, 1)
    if step.trigger == "status":
        return step.delay if last is None else last + 1
    return step.delay


def standing(debtor, item):
    """Position of one item, and the date its steps count from.

    ``stay`` counts from the height of the account. ``restart`` forgets what was
    done before the oldest reminded item was paid, and begins again on that day.
    Otherwise an item climbs its own ladder (carrier ``each``), or goes with the
    height reached by what is open (carrier ``oldest``).

    :return: (level or None, date that stands for the due date)
    """
    strategy, due = debtor.strategy, item.due_date
    if strategy.unit == "account" and strategy.when_paid == "stay":
        return debtor.height, due
    again = debtor.restarted_on
    if again and due > again:
        again = None
    if strategy.unit == "account" and strategy.carrier == "oldest":
        position = debtor.shared_level
    elif again and item.last_contact and item.last_contact < again:
        position = None
    else:
        position = item.position
    return position, max(due, _restart_base(strategy, again)) if again else due


def _restart_base(strategy, again):
    """The due date that makes the first step after the due date due on that day."""
    delays = [s.delay for s in strategy.ladder if s.trigger == "due" and s.delay >= 0]
    return again - timedelta(days=min(delays, default=0))


def date_of(debtor, item, step, base, position):
    """Day on which an item comes to a step; None while nothing dates it.

    :param base: the date that stands for the due date (see :func:`standing`)
    :param position: level where the item stands
    """
    delay = timedelta(days=step.delay)
    if step.trigger == "due":
        return base + delay
    if step.trigger == "invoice":
        return (item.invoice_date or item.due_date) + delay
    if step.trigger == "status":
        reached = item.status == step.status and item.status_date
        return item.status_date + delay if reached else None
    below = [s.level for s in debtor.strategy.ladder if s.level < step.level]
    last = _last_contact(debtor, item)
    if position is None or not below or position < below[-1] or not last:
        return None
    return last + delay


def _last_contact(debtor, item):
    strategy = debtor.strategy
    if strategy.unit == "account" and (
        strategy.carrier == "oldest" or strategy.when_paid == "stay"
    ):
        return debtor.last_contact
    return item.last_contact


def step_for(debtor, item):
    """The step that daily runs would have reached by now for one item.

    :return: (step or None, number of steps passed over, date of the next step)
    """
    position, base = standing(debtor, item)
    strategy = debtor.strategy
    if strategy.delays is not None:
        return _plain_step(strategy, position, base, debtor.as_of)
    due, later = [], []
    for step in strategy.ladder:
        if position is not None and step.level <= position:
            continue
        day = date_of(debtor, item, step, base, position)
        if day is None:
            continue
        if day <= debtor.as_of:
            due.append(step)
        else:
            later.append(day)
    next_date = min(later, default=None)
    if not due:
        return None, 0, next_date
    return due[-1], len(due) - 1, next_date


def _plain_step(strategy, position, base, as_of):
    """The same where every step counts from ``base``: its delay is its level."""
    delays = strategy.delays
    first = 0 if position is None else bisect_right(delays, position)
    end = max(first, bisect_right(delays, (as_of - base).days))
    later = base + timedelta(days=delays[end]) if end < len(delays) else None
    if end == first:
        return None, 0, later
    return strategy.ladder[end - 1], end - first - 1, later


def position_after(debtor, item, step, carrier_id):
    """Step at which one item stands after a contact about it.

    With ``stay`` the whole account stands where the contact was. Otherwise an item
    that merely went along stands where its own age puts it, so that its own
    ladder goes on.

    :param step: step of the contact
    :param carrier_id: id of the item that carried the contact
    :return: the :class:`facts.Step`, None when it is below the first one
    """
    strategy = debtor.strategy
    if item.id == carrier_id or (
        strategy.unit == "account" and strategy.when_paid == "stay"
    ):
        return step
    _position, base = standing(debtor, item)
    own = [
        s
        for s in strategy.ladder
        if s.level <= step.level
        and (day := date_of(debtor, item, s, base, item.position))
        and day <= debtor.as_of
    ]
    return own[-1] if own else None


def climbs_to(debtor, item, step, carrier_id):
    """Step that a contact brings one item up to; None when it stays where it is.

    Nothing goes down a ladder but what began again.

    :param step: step of the contact
    :param carrier_id: id of the item that carried the contact
    """
    if step.trigger == "broken":
        return None  # it stands beside the ladder
    reached, level = position_after(debtor, item, step, carrier_id), item.position
    again = debtor.restarted_on
    if again and item.last_contact and item.last_contact < again:
        level = None
    return reached if reached and (level is None or reached.level > level) else None
