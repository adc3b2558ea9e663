"""When something that failed is tried again: less and less often."""

from datetime import timedelta

from odoo import fields

LONGEST_RETRY = timedelta(days=1)
#: Payment states of an invoice about which the buyer may still be asked.
OPEN = ("not_paid", "partial")


def next_try(count, minutes=5, longest=LONGEST_RETRY):
    """Moment of the next try after ``count`` failures in a row.

    :param int minutes: doubled at each failure
    :param timedelta longest: never waits longer
    """
    wait = min(timedelta(minutes=minutes * 2 ** min(count, 12)), longest)
    return fields.Datetime.now() + wait


def may_try():
    """Domain of what does not wait for a later try."""
    return [
        "|",
        ("retry_at", "=", False),
        ("retry_at", "<=", fields.Datetime.now()),
    ]
