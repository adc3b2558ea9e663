"""What an announced payment turned out to be worth."""

from .states import NoticeState


def judge(lines, state, hold_until, today):
    """Judge one payment notice by what its invoices fell by since.

    :param lines: ``[(announced, open when announced, open now)]`` in cents
    :param state: its present status
    :param hold_until: last day on which it holds its part back
    :param today: day of the judgment, in the company's calendar
    :return: ``(status value, cents received)``
    """
    received = sum(
        min(max(before - now, 0), announced) for announced, before, now in lines
    )
    expected = sum(announced for announced, _before, _now in lines)
    if lines and received >= expected:
        return NoticeState.KEPT.value, received
    if today > hold_until:
        judged = NoticeState.PARTLY if received else NoticeState.BROKEN
        return judged.value, received
    if state == NoticeState.TO_REVIEW.value:
        return state, received
    return NoticeState.ACTIVE.value, received
