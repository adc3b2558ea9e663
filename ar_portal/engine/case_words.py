"""Where a recovery case stands, as its requester and its customer are told.

Pure: codes only; the pages and mails have the words.
"""

from __future__ import annotations

RECEIVED = "received"
RUNNING = {"amicable", "formal_notice", "injunction", "order"}
ENDS = {
    "paid",
    "settled",
    "written_off",
    "third_party",
    "insolvency",
    "refused",
    "duplicate",
    "cancelled",
}
#: Badge of the page for each code.
BADGES = {
    RECEIVED: "received",
    "paid": "kept",
    "settled": "accepted",
    "refused": "refused",
    "duplicate": "noted",
    "cancelled": "noted",
    "written_off": "noted",
    "third_party": "noted",
    "insolvency": "noted",
}


def progress(state: str, outcome: str | None) -> str:
    """One code for where a case stands.

    >>> progress("requested", None), progress("formal_notice", None)
    ('received', 'formal_notice')
    >>> progress("closed", "paid"), progress("closed", None)
    ('paid', 'cancelled')
    """
    if state == "closed":
        return outcome if outcome in ENDS else "cancelled"
    return state if state in RUNNING else RECEIVED


def badge(code: str) -> str:
    """Which badge shows this code; running cases have one."""
    return BADGES.get(code, "under_review")
