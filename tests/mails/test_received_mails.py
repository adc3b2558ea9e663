"""Reminders as their recipients receive them: read from a real SMTP server."""

import email
import hashlib
import json
import os
import subprocess
import sys
from email import policy

import pytest

from tests.support.processes import ROOT, Process, free_port, listens


@pytest.fixture(scope="module")
def sink(tmp_path_factory):
    """(port, folder) of a server that keeps every mail."""
    folder = tmp_path_factory.mktemp("mails")
    port = free_port()
    command = [sys.executable, "-m", "tests.simulators.smtp_sink"]
    command += ["--dir", folder, "--port", port]
    with Process("SMTP sink", command, folder / "sink.log") as process:
        process.start(lambda: listens(port))
        yield port, folder


@pytest.fixture(scope="module")
def received(sink, databases):
    """(what should have arrived, mails in the order of their arrival)."""
    port, folder = sink
    name = "ar_t_received_mails"
    databases.drop(name)
    databases.copy(os.environ.get("AR_TEMPLATE"), name)
    try:
        done = subprocess.run(
            [
                os.environ.get("AR_PYTHON", sys.executable),
                str(ROOT / "tests/mails/letters_sent.py"),
                f"--db={name}",
                f"--port={port}",
            ],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
    finally:
        databases.drop(name)
    assert done.returncode == 0, done.stderr[-4000:]
    line = [text for text in done.stdout.splitlines() if text[:1] == "{"][-1]
    return json.loads(line), read(folder)


def read(folder):
    """The mails of a sink's folder, with the addresses that they were handed to."""
    return [
        email.message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in sorted(folder.glob("*.eml"))
    ]


def to(mails, address):
    return [m for m in mails if m["X-Sink-RcptTo"].split(",")[0] == address]


def hashes(mail):
    return {
        hashlib.sha256(part.get_content()).hexdigest()
        for part in mail.iter_attachments()
    }


def text(mail, kind="plain"):
    return mail.get_body((kind,)).get_content()


def test_one_mail_each_and_nothing_in_doubt(received):
    expected, mails = received
    assert {r["state"] for r in expected["reminders"]} == {"done"}
    assert len(mails) == 4
    kept = {r["message_id"] for r in expected["reminders"]}
    assert {m["Message-Id"] for m in mails} == kept


def test_it_is_the_collectors_own_letter(received):
    _expected, mails = received
    first = to(mails, "alone@client.example")[0]
    assert first["From"] == "Claire Martin <claire@works.example>"
    assert "answers@works.example" in first["Reply-To"]
    assert first["X-Sink-MailFrom"] == "bounce@works.example"
    assert "Credit control" in text(first)
    for kind in ("plain", "html"):
        assert "odoo" not in text(first, kind).lower()
        assert "powered" not in text(first, kind).lower()


def test_an_address_that_the_server_does_not_let_through_is_replaced(received):
    _expected, mails = received
    [other] = to(mails, "other@client.example")
    assert other["From"].addresses[0].addr_spec == "receivables@works.example"
    assert "Paul Elsewhere" in other["From"].addresses[0].display_name
    assert "answers@works.example" in other["Reply-To"]


def test_the_second_letter_continues_the_first(received):
    _expected, mails = received
    first, second = to(mails, "alone@client.example")
    assert first["Message-Id"] in second["References"]
    assert "As agreed this morning." in text(second)
    assert "100.00" in text(second)


def test_copies_are_open_copies(received):
    expected, mails = received
    first = to(mails, "alone@client.example")[0]
    assert "boss@client.example" in first["Cc"]
    assert "boss@client.example" not in first["To"]
    assert first["X-Sink-RcptTo"].split(",")[1:] == ["boss@client.example"]
    assert "boss@client.example" in expected["reminders"][0]["copies"]


def test_the_invoice_received_is_the_one_that_was_issued(received):
    expected, mails = received
    first = to(mails, "alone@client.example")[0]
    assert hashes(first) == {expected["hashes"]["Alone"]}
    told = [r for r in expected["reminders"] if r["customer"] == "Alone"][0]
    assert [e["sha256"] for e in told["enclosures"]] == [expected["hashes"]["Alone"]]


def test_numbers_lead_to_the_archive(received):
    expected, mails = received
    first = to(mails, "alone@client.example")[0]
    number = expected["numbers"]["Alone"].replace("/", "%2F")
    assert f"https://docs.example.com/i/{number}?c=" in text(first, "html")


def test_a_paying_centre_receives_one_mail_for_its_customers(received):
    expected, mails = received
    [shared] = to(mails, "ap@centre.example")
    branches = ("Branch East", "Branch West")
    plain = text(shared)
    for name, subtotal in zip(branches, ("200.00", "300.00"), strict=True):
        section = plain.split(name)[1].split("Subtotal")
        assert expected["numbers"][name] in section[0]
        assert subtotal in section[1].splitlines()[0]
    assert "500.00" in plain.rsplit("Total to pay", 1)[1].splitlines()[0]
    assert hashes(shared) == {expected["hashes"][name] for name in branches}
    records = [r for r in expected["reminders"] if r["customer"] in branches]
    assert len(records) == 2
    assert {r["message_id"] for r in records} == {shared["Message-Id"]}
    assert sorted(bool(r["lead"]) for r in records) == [False, True]
