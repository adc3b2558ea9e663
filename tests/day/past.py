"""Contacts of the last three months, as the product itself would have made them.

The demo company did not begin to collect this morning: without them, all its old debt
would stand before a person at once. Week after week, the decision of that day is taken
from the books of that day and recorded as made; what is due since is left for today.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from freezegun import freeze_time

WEEKS = 13
#: The last recorded week: younger steps are today's work.
LAST_DAYS = 6


def remind(env, today, spared=()) -> dict:
    """Record the past contacts, once.

    :param spared: partners nobody has written to yet.
    :return: ``{"contacts": number}``, 0 when there are some already
    """
    Reminder = env["ar.reminder"]
    if Reminder.search_count([], limit=1):
        return {"contacts": 0}
    partners = env["ar.debtor"]._ar_all_partners()
    debtors = env["ar.debtor"]._ar_refresh(partners)
    # Every third account is new to collections.
    debtors = debtors.browse(
        debtor.id
        for rank, debtor in enumerate(debtors)
        if rank % 3 and debtor.partner_id.id not in spared
    )
    made = 0
    for week in range(WEEKS, 0, -1):
        day = today - timedelta(days=LAST_DAYS + 7 * (week - 1))
        day -= timedelta(days=max(0, day.weekday() - 4))  # nobody writes on Sunday
        moment = datetime(day.year, day.month, day.day, 9, 12)
        with freeze_time(moment):
            made += _week(env, debtors, day, moment)
            env.flush_all()
    return {"contacts": made}


def _week(env, debtors, day, moment) -> int:
    from odoo.addons.ar_collections.engine.decide import decide

    made = 0
    for debtor_id, fact in env["ar.facts"]._ar_load(debtors, day).items():
        decision = decide(fact)
        debtor = debtors.browse(debtor_id)
        for contact in decision.contacts:
            if contact.step.channel in ("email", "call"):
                _record(debtor, fact, decision, contact, moment)
                made += 1
    return made


def _record(debtor, fact, decision, contact, moment) -> None:
    values = debtor._ar_reminder_values(contact, decision, moment)
    cycle = debtor._ar_cycles([(debtor, contact)])[0]
    collector = debtor.collector_id or debtor.company_id.ar_collector_id
    reminder = debtor.env["ar.reminder"].create(
        {
            **values,
            "planned_date": fact.as_of,
            "cycle": cycle,
            "user_id": collector.id,
        }
    )
    found = debtor._ar_recheck_one(reminder, fact, decision)
    recipient = reminder._ar_recipient()
    reminder._update_state("approved")
    reminder.write(
        {
            "recipient_id": recipient.id,
            "content": reminder._ar_make_content(found),
        }
    )
    if reminder.channel == "email":
        subject, body = reminder._ar_render()[reminder.id]
        reminder.write({"email": recipient.email, "subject": subject, "body": body})
    reminder.amount_total = reminder._ar_company_total()
    reminder._ar_record_sent(moment)
