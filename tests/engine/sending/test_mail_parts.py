"""Archive addresses, attachments, edited letters, groups, sessions, statements."""

import doctest
import smtplib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.ar_collections.engine import (
    archive_link,
    enclosures,
    grouping,
    own_text,
    statement,
)
from odoo.addons.ar_collections.engine.delivery import split_left_behind
from odoo.addons.ar_collections.engine.smtp_session import WatchedSession


@pytest.mark.parametrize(
    "module", [archive_link, enclosures, grouping, own_text, statement]
)
def test_examples_of_the_docstrings(module):
    assert doctest.testmod(module).failed == 0
    assert doctest.testmod(module).attempted


PATTERN = "https://docs.example.com/i/{number}?c={customer}&d={date}"


@pytest.mark.parametrize(
    ("pattern", "code"),
    [
        ("ftp://docs.example.com/{number}", "scheme"),
        ("docs.example.com/{number}", "scheme"),
        ("javascript:alert({number})", "scheme"),
        ("https://{customer}.example.com/{number}", "host"),
        ("https://user@docs.example.com/{number}", "host"),
        ("https:///{number}", "host"),
        ("https://docs.example.com/{number", "braces"),
        ("https://docs.example.com/{{number}}", "braces"),
        ("https://docs.example.com/{name}", "unknown"),
        ("https://docs.example.com/{number.real}", "unknown"),
        ("https://docs.example.com/{number!r}", "unknown"),
        ("https://docs.example.com/{}", "unknown"),
        ("https://docs.example.com/all", "constant"),
        ("https://docs.example.com/a b/{number}", "character"),
        ('https://docs.example.com/"{number}', "character"),
    ],
)
def test_an_address_that_cannot_work_is_refused(pattern, code):
    with pytest.raises(archive_link.PatternError) as refusal:
        archive_link.check(pattern)
    assert refusal.value.code == code


@given(st.text(), st.text())
def test_no_value_ever_leaves_its_place_in_the_address(number, customer):
    archive_link.check(PATTERN)
    url = archive_link.fill(PATTERN, {"number": number, "customer": customer})
    assert url.startswith("https://docs.example.com/i/")
    path, _mark, query = url.removeprefix("https://docs.example.com/i/").partition("?")
    assert "/" not in path
    assert query.count("&") == 1 and query.endswith("&d=")
    assert url.isascii() and '"' not in url and "<" not in url and " " not in url


@given(
    st.lists(st.integers(0, 3_000_000), max_size=12),
    st.integers(0, 8_000_000),
)
def test_attachments_stay_within_the_limit(sizes, limit):
    entries = list(enumerate(sizes))
    kept, left = enclosures.fit(entries, limit)
    assert sorted(kept + left) == list(range(len(sizes)))
    assert sum(enclosures.mail_weight(sizes[i]) for i in kept) <= limit
    # What is left out would not have fitted beside those kept before it.
    for key in left:
        before = sum(enclosures.mail_weight(sizes[i]) for i in kept if i < key)
        assert before + enclosures.mail_weight(sizes[key]) > limit


def test_marked_parts_are_live_and_told_once():
    letter = f"<p>Hello</p>{own_text.mark('items', 'old')}<p>Bye</p>"
    copied = letter + own_text.mark("items", "old")
    told = own_text.fill(copied, {"items": "<table><tr><td>new</td></tr></table>"})
    assert told.count("new") == 1
    assert "old" not in told and "ar_part" not in told
    assert told.index("Hello") < told.index("new") < told.index("Bye")


def test_a_part_that_must_be_there_comes_last_when_it_was_deleted():
    told = own_text.fill("1 &lt; 2 <p>Pay</p>", {"items": "<b>x</b>"}, ("items",))
    assert told == "1 &lt; 2 <p>Pay</p><div><b>x</b></div>"


def test_groups_keep_the_order_of_their_first_entry():
    entries = [(1, "a"), (2, None), (3, "b"), (4, "a"), (5, None)]
    assert grouping.group(entries) == [[1, 4], [2], [3], [5]]


@given(st.lists(st.tuples(st.sampled_from("xyz"), st.integers(0, 4)), max_size=12))
def test_reminders_of_one_mail_are_never_told_apart(places):
    tokens = {i: f"{batch}.{rank:04d}" for i, (batch, rank) in enumerate(places)}
    doubt, released = split_left_behind(tokens)
    assert sorted(doubt + released) == sorted(tokens)
    assert {tokens[i] for i in doubt}.isdisjoint(tokens[i] for i in released)
    for batch in "xyz":
        mails = {t for t in tokens.values() if t.startswith(batch)}
        assert len({tokens[i] for i in doubt} & mails) == min(len(mails), 1)


class Server(smtplib.SMTP):
    """What ``smtplib`` does with a server that answers by a table."""

    def __init__(self, answers):
        super().__init__(host="")
        self.answers = answers
        self.said = []
        self.helo_resp, self.esmtp_features = b"hello", {}

    def docmd(self, cmd, args=""):
        self.said.append(cmd.lower())
        return 250, b"OK"

    def mail(self, sender, options=()):
        return 250, b"OK"

    def rcpt(self, recip, options=()):
        return self.answers.get(recip, (250, b"OK"))

    def data(self, msg):
        self.said.append("data")
        return 250, b"OK"

    def ehlo_or_helo_if_needed(self):
        return

    def send_message(self, message, from_addr, to_addrs):
        return self.sendmail(from_addr, to_addrs, message)


@pytest.mark.parametrize(
    ("refused", "outcome"),
    [
        ({"to@x.example": (550, b"no")}, 550),
        ({"to@x.example": (451, b"later"), "cc@x.example": (550, b"no")}, 451),
    ],
)
def test_a_copy_never_covers_for_a_refused_recipient(refused, outcome):
    server = Server(refused)
    session = WatchedSession(server)
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refusal:
        session.send_message("text", "a@x.example", ["to@x.example", "cc@x.example"])
    assert refusal.value.recipients == {"to@x.example": refused["to@x.example"]}
    assert "data" not in server.said and not session.handed_over
    assert "rset" in server.said


def test_a_refused_copy_stops_nothing_and_is_told():
    server = Server({"cc@x.example": (550, b"no")})
    session = WatchedSession(server)
    session.send_message("text", "a@x.example", ["to@x.example", "cc@x.example"])
    assert "data" in server.said and session.handed_over
    assert session.refused == {"cc@x.example": (550, b"no")}


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["EUR", "USD"]),
            st.dates(date(2026, 1, 1), date(2026, 12, 31)),
            st.integers(1, 10_000),
            st.booleans(),
        ),
        max_size=20,
    )
)
def test_a_statement_adds_up(rows):
    lines = [
        {
            "currency": currency,
            "due_date": due,
            "number": f"{n}",
            "is_credit": credit,
            "residual": -cents if credit else cents,
        }
        for n, (currency, due, cents, credit) in enumerate(rows)
    ]
    told = statement.sheets(lines, date(2026, 7, 1))
    assert [s.currency for s in told] == sorted({line["currency"] for line in lines})
    for sheet in told:
        own = [line for line in lines if line["currency"] == sheet.currency]
        assert sheet.total == sum(line["residual"] for line in own)
        assert sum(sheet.ages) + sheet.credits == sheet.total
        assert sheet.overdue == sum(
            line["residual"]
            for line in own
            if not line["is_credit"] and line["due_date"] < date(2026, 7, 1)
        )
        assert len(sheet.rows) == len(own)
