"""What an attempt to send amounts to, and what a killed sender can have sent."""

import doctest
import smtplib
import socket
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.ar_collections.engine import compose, delivery, inbound
from odoo.addons.ar_collections.engine.delivery import (
    Outcome,
    classify,
    make_token,
    retry_delay,
    split_left_behind,
)
from odoo.addons.ar_collections.engine.smtp_session import WatchedSession


@pytest.mark.parametrize("module", [delivery, inbound, compose])
def test_examples_of_the_docstrings(module):
    assert doctest.testmod(module).failed == 0
    assert doctest.testmod(module).attempted


REFUSED = smtplib.SMTPRecipientsRefused({"a@b.c": (550, b"no such user")})
BUSY = smtplib.SMTPRecipientsRefused({"a@b.c": (451, b"busy")})
GONE = smtplib.SMTPServerDisconnected("Connection unexpectedly closed")


@pytest.mark.parametrize(
    ("error", "handed_over", "outcome"),
    [
        (REFUSED, False, Outcome.FAILED),
        (BUSY, False, Outcome.RETRY),
        (smtplib.SMTPSenderRefused(550, b"not you", "me@b.c"), False, Outcome.RETRY),
        (smtplib.SMTPDataError(554, b"spam"), True, Outcome.FAILED),
        (smtplib.SMTPDataError(451, b"later"), True, Outcome.RETRY),
        (smtplib.SMTPDataError(-1, b""), True, Outcome.IN_DOUBT),
        (GONE, False, Outcome.RETRY),
        (GONE, True, Outcome.IN_DOUBT),
        (TimeoutError(), False, Outcome.RETRY),
        (TimeoutError(), True, Outcome.IN_DOUBT),
        (ConnectionRefusedError(), False, Outcome.RETRY),
        (smtplib.SMTPAuthenticationError(535, b"no"), False, Outcome.RETRY),
        (smtplib.SMTPNotSupportedError("SMTPUTF8"), False, Outcome.FAILED),
        (ValueError("template"), False, Outcome.FAILED),
        (ValueError("anything"), True, Outcome.IN_DOUBT),
    ],
)
def test_outcome_of_an_error(error, handed_over, outcome):
    assert classify(error, handed_over) is outcome


@given(st.integers(min_value=-1, max_value=599), st.booleans())
def test_an_error_is_never_a_success(code, handed_over):
    error = smtplib.SMTPDataError(code, b"")
    assert classify(error, handed_over) is not Outcome.SENT


def test_waiting_times_grow_and_end():
    delays = [retry_delay(n) for n in range(1, 5)]
    assert delays == sorted(delays)
    assert retry_delay(5) is None


@given(
    sizes=st.lists(st.integers(min_value=1, max_value=30), min_size=1, max_size=4),
    data=st.data(),
)
def test_only_the_mail_in_flight_is_in_doubt(sizes, data):
    """Whatever was settled before the end, the rest is told apart exactly."""
    tokens, in_flight, next_id = {}, set(), 1
    for number, size in enumerate(sizes):
        settled = data.draw(st.integers(min_value=0, max_value=size - 1))
        for rank in range(size):
            if rank >= settled:
                tokens[next_id] = make_token(f"batch{number}", rank)
            if rank == settled:
                in_flight.add(next_id)
            next_id += 1
    doubt, released = split_left_behind(tokens)
    assert set(doubt) == in_flight
    assert set(released) == set(tokens) - in_flight


class RudeServer(threading.Thread):
    """Accepts a connection, follows a script of answers, then hangs up."""

    def __init__(self, answers):
        super().__init__(daemon=True)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.answers = answers
        self.start()

    def run(self):
        connection, _address = self.listener.accept()
        with connection, connection.makefile("rb") as lines:
            for verb, answer in self.answers:
                while verb and not lines.readline().upper().startswith(verb):
                    continue
                if answer:
                    connection.sendall(answer + b"\r\n")


GREETING = [(b"", b"220 hello"), (b"EHLO", b"250 hello")]
LETTER = [(b"MAIL", b"250 ok"), (b"RCPT", b"250 ok")]


@pytest.mark.parametrize(
    ("script", "outcome"),
    [
        ([*GREETING], Outcome.RETRY),
        ([*GREETING, (b"MAIL", b"250 ok"), (b"RCPT", b"")], Outcome.RETRY),
        ([*GREETING, *LETTER, (b"DATA", b"354 go"), (b".\r\n", b"")], Outcome.IN_DOUBT),
        (
            [*GREETING, *LETTER, (b"DATA", b"354 go"), (b".\r\n", b"554 no")],
            Outcome.FAILED,
        ),
        (
            [*GREETING, *LETTER, (b"DATA", b"354 go"), (b".\r\n", b"451 later")],
            Outcome.RETRY,
        ),
    ],
)
def test_a_real_session_that_ends_badly(script, outcome):
    from email.message import EmailMessage

    message = EmailMessage()
    message.set_content("Hello")
    server = RudeServer(script)
    session = WatchedSession(smtplib.SMTP("127.0.0.1", server.port, timeout=5))
    with pytest.raises((smtplib.SMTPException, OSError)) as caught:
        session.send_message(message, "me@b.c", ["you@b.c"])
    assert classify(caught.value, session.handed_over) is outcome
    session.close()


def test_plain_text_of_a_letter():
    letter = (
        "<div><p>Hello,</p><table><tr><th>Invoice</th>"
        '<th style="text-align: right">Amount</th></tr><tr><td>F1</td>'
        '<td style="text-align: right">1,200.00</td></tr><tr><td colspan="2">'
        "A long remark about F1</td></tr></table>"
        '<p>See <a href="https://x.example/p">this page</a>.<br/>Bye</p></div>'
    )
    assert compose.to_plain(letter) == (
        "Hello,\n\nInvoice    Amount\nF1       1,200.00\nA long remark about F1\n\n"
        "See this page (https://x.example/p).\nBye\n"
    )


@pytest.mark.parametrize(
    ("headers", "machine"),
    [
        ({}, False),
        ({"Auto-Submitted": "no"}, False),
        ({"Auto-Submitted": "auto-generated"}, True),
        ({"Auto-Submitted": "Auto-Replied; owner=x"}, True),
        ({"Precedence": "auto_reply"}, True),
        ({"Precedence": "list"}, False),
        ({"X-Autoreply": "yes"}, True),
    ],
)
def test_who_wrote_it(headers, machine):
    assert inbound.is_auto_reply(headers) is machine
