"""What an announced payment turned out to be worth."""

from itertools import pairwise

from .states import NoticeState


def share(parts, paid):
    """What each announced part of one invoice has received, each payment once.

    :param parts: ``[(announced, paid before)]`` in cents, in order of announcement;
        ``paid before`` is what the invoice had received when it was announced
    :param paid: what the invoice has received by now
    :return: cents received, one per part
    """
    levels = sorted({before for _announced, before in parts if before < paid})
    received = [0] * len(parts)
    for low, high in pairwise([*levels, paid]):
        left = high - low
        for rank, (announced, before) in enumerate(parts):
            if before <= low:
                got = min(left, announced - received[rank])
                received[rank] += got
                left -= got
    return received


def judge(lines, state, hold_until, today):
    """Judge one payment notice by what its parts have received.

    :param lines: ``[(announced, received)]`` in cents
    :param state: its present status
    :param hold_until: last day on which it holds its part back
    :param today: day of the judgment, in the company's calendar
    :return: ``(status value, cents received)``
    """
    received = sum(got for _announced, got in lines)
    expected = sum(announced for announced, _got in lines)
    if lines and received >= expected:
        return NoticeState.KEPT.value, received
    if today > hold_until:
        judged = NoticeState.PARTLY if received else NoticeState.BROKEN
        return judged.value, received
    if state == NoticeState.TO_REVIEW.value:
        return state, received
    return NoticeState.ACTIVE.value, received
