"""The contact that follows when an announced payment did not come.

Its step stands beside the ladder: it is made once per announcement, whatever height
the invoices have reached, moves nothing up or down, and counts in gap and cap like
any other contact.
"""

from datetime import timedelta

from .facts import Contact, Reason

#: Trigger of the step.
TRIGGER = "broken"


def contacts_after_broken(debtor, units):
    """Contacts due because an announcement broke, instead of the ladder's.

    :param facts.Debtor debtor: the account
    :param units: ``[(unit key, items that may be chased)]``
    :return: (list of :class:`facts.Contact`, ``{unit key: day}`` of those that are
        still to come: the ladder waits for them)
    """
    step = debtor.strategy.broken_step
    if step is None or not debtor.broken:
        return [], {}
    delay, contacts, later = timedelta(days=step.delay), [], {}
    for unit_key, items in units:
        late = [item for item in items if item.due_date < debtor.as_of]
        days = {
            item.id: broken.day + delay
            for broken in debtor.broken
            for item in late
            if item.move_id in broken.move_ids
        }
        due = [i for i in late if i.id in days and days[i.id] <= debtor.as_of]
        if due:
            contacts.append(_contact(unit_key, step, late, due))
        elif days:
            later[unit_key] = min(days.values())
    return contacts, later


def _contact(unit_key, step, late, due):
    return Contact(
        unit_key=unit_key,
        step=step,
        item_ids=tuple(item.id for item in late),
        amount=sum(item.company_chaseable for item in late),
        carrier=min(due, key=lambda item: (item.due_date, item.id)),
    )


def broken_reasons(debtor, contacts):
    """Which announcements these contacts are about."""
    carriers = {c.carrier.move_id for c in contacts if c.step.trigger == TRIGGER}
    return [
        Reason("notice_broken", {"notice": broken.name, "date": {"date": day}})
        for broken in debtor.broken
        for day in [(broken.expected or broken.day).isoformat()]
        if carriers & broken.move_ids
    ]
