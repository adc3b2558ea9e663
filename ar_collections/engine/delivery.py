"""Outcome of one attempt to hand a contact to its server, and what follows.

The server takes responsibility for a mail when it answers the end of DATA with 2xx
(RFC 5321 §4.2.5). Before the text was handed over nothing can have left; a silence
after it leaves the fate of the mail unknown, and only a person may settle that.
"""

import smtplib
from datetime import timedelta
from enum import Enum


class Outcome(str, Enum):
    """What an attempt amounts to."""

    SENT = "sent"
    FAILED = "failed"
    RETRY = "retry"
    IN_DOUBT = "in_doubt"


class NotSent(Exception):
    """The channel's provider did not take it, and it is known what follows.

    :ivar Outcome outcome: anything but ``SENT``
    """

    def __init__(self, outcome, text):
        super().__init__(text)
        self.outcome = outcome


class HandOver:
    """Stands for a session where a channel needs no connection kept open.

    :ivar bool handed_over: set just before the provider is called, so that an error
        without an answer leaves the fate of the contact unknown
    """

    server_id = None

    def __init__(self):
        self.handed_over = False

    def close(self):
        """Nothing is open."""


#: Waiting time before the next attempt, by number of attempts made.
RETRY_DELAYS = (
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=8),
)


def classify(error, handed_over):
    """Outcome of an attempt that ended with ``error``.

    :param Exception error: what the session, or the provider's client, raised
    :param bool handed_over: the text of the mail had begun to leave (DATA)
    :return: an :class:`Outcome`, never ``SENT``
    """
    if isinstance(error, NotSent):
        return error.outcome
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return _by_code(max((code for code, _text in error.recipients.values())))
    if isinstance(error, smtplib.SMTPSenderRefused):
        # The sender's own set-up, not this customer's address: try again later.
        return Outcome.RETRY
    if isinstance(error, smtplib.SMTPDataError):
        if error.smtp_code < 400:
            return Outcome.IN_DOUBT if handed_over else Outcome.RETRY
        return _by_code(error.smtp_code)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return Outcome.FAILED
    if isinstance(error, (smtplib.SMTPException, OSError)):
        # Disconnected, timed out, refused to talk.
        return Outcome.IN_DOUBT if handed_over else Outcome.RETRY
    return Outcome.IN_DOUBT if handed_over else Outcome.FAILED


def _by_code(code):
    return Outcome.FAILED if code >= 500 else Outcome.RETRY


def retry_delay(attempts):
    """Delay before the next attempt, None when it is time to give up.

    >>> retry_delay(1)
    datetime.timedelta(seconds=300)
    >>> retry_delay(5) is None
    True
    """
    if attempts > len(RETRY_DELAYS):
        return None
    return RETRY_DELAYS[max(attempts, 1) - 1]


def make_token(batch, rank):
    """Token of one mail: the batch it was claimed in, and its rank there.

    >>> make_token("5f2a", 3)
    '5f2a.0003'
    """
    return f"{batch}.{rank:04d}"


def batch_of(token):
    """Batch part of a token.

    >>> batch_of("5f2a.0003")
    '5f2a'
    """
    return (token or "").partition(".")[0]


def split_left_behind(tokens):
    """Tell the one mail that may have left from those that surely have not.

    A sender goes through its batch in the order of the ranks and commits the fate
    of each mail before it touches the next one. So when it died, the lowest rank
    still open is the only one that can have been in flight. Records that share a
    token share one mail: they are in doubt together.

    :param tokens: ``{record id: token}`` of what is still open, any number of batches
    :return: (ids in doubt, ids never attempted)

    >>> split_left_behind({7: "a.0002", 8: "a.0003", 9: "b.0000"})
    ([7, 9], [8])
    >>> split_left_behind({7: "a.0002", 8: "a.0003", 5: "a.0002"})
    ([5, 7], [8])
    """
    first = {}
    for token in sorted(tokens.values()):
        first.setdefault(batch_of(token), token)
    doubt = sorted(i for i, token in tokens.items() if first[batch_of(token)] == token)
    return doubt, sorted(set(tokens) - set(doubt))
