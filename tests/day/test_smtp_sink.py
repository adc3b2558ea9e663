"""The mail server of the tests does what it says, also when it misbehaves."""

import json
import smtplib
import sys

import pytest

from tests.day.customer import mail_box
from tests.support.processes import Process, free_port, listens

MESSAGE = "Subject: Relance\r\n\r\nBonjour é".encode()


@pytest.fixture
def sink(tmp_path):
    port = free_port()
    command = [sys.executable, "-m", "tests.simulators.smtp_sink"]
    command += ["--dir", tmp_path / "mails", "--port", port]
    process = Process("sink", command, tmp_path / "sink.log")
    process.start(lambda: listens(port))
    with process:
        yield port, tmp_path / "mails"


def send(port, address):
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as session:
        session.sendmail("us@example.com", [address], MESSAGE)


def test_an_accepted_message_becomes_a_file(sink):
    port, folder = sink
    send(port, "anne@example.com")
    (mail,) = mail_box(folder)
    assert (mail.subject, mail.to) == ("Relance", "anne@example.com")


@pytest.mark.parametrize("name, code", [("hardbounce", 550), ("softbounce", 451)])
def test_some_recipients_are_refused(sink, name, code):
    port, folder = sink
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        send(port, f"{name}@example.com")
    assert [answer for answer, _text in refused.value.recipients.values()] == [code]
    assert mail_box(folder) == []


def test_faults_are_used_up_in_order(sink):
    port, folder = sink
    faults = [{"kind": "4xx"}, {"kind": "drop"}, {"kind": "lose"}]
    (folder / "faults.json").write_text(json.dumps(faults))
    with pytest.raises(smtplib.SMTPDataError):
        send(port, "a@example.com")
    for _kind in ("drop", "lose"):
        with pytest.raises(smtplib.SMTPServerDisconnected):
            send(port, "b@example.com")
    assert len(mail_box(folder)) == 1  # dropped after it was kept; the lost one is not
    send(port, "c@example.com")
    assert len(mail_box(folder)) == 2
