"""Ask an antivirus daemon (clamd) about one file.

Source: clamd(8), command INSTREAM: chunks, each behind its length as four bytes in
network order, ended by a length of zero; the answer ends with a null byte.
"""

import socket
import struct
from contextlib import suppress
from dataclasses import dataclass

CHUNK = 1 << 16
#: Longest answer that is read; a signature's name is far shorter.
ANSWER_MAX = 4096


class ClamdError(Exception):
    """The daemon gave no verdict: absent, too slow, or unable to read the file."""


@dataclass(frozen=True)
class Verdict:
    """What the daemon says; ``signature`` is empty for a clean file."""

    signature: str = ""

    @property
    def clean(self):
        return not self.signature


def parse_address(text):
    """Where the daemon listens: the path of a socket, or host and port.

    >>> parse_address("/run/clamav/clamd.ctl")
    '/run/clamav/clamd.ctl'
    >>> parse_address("127.0.0.1:3310")
    ('127.0.0.1', 3310)
    >>> parse_address("[::1]:3310")
    ('::1', 3310)

    :raise ValueError: when it is neither
    """
    text = (text or "").strip().removeprefix("unix:")
    if text.startswith("/"):
        return text
    host, colon, port = text.rpartition(":")
    if not colon or not port.isdecimal() or not 0 < int(port) < 65536 or not host:
        raise ValueError(text)
    return host.strip("[]"), int(port)


def scan(data, address, timeout=10):
    """Have one file looked at.

    :param bytes data: the whole file
    :param address: as :func:`parse_address` gives it
    :param float timeout: seconds without a word from the daemon
    :raise ClamdError: when there is no verdict
    """
    try:
        with _connected(address, timeout) as connection:
            # It hangs up beyond its own size limit; its answer tells why.
            with suppress(BrokenPipeError, ConnectionResetError):
                _send(connection, data)
            answer = _answer(connection)
    except OSError as error:
        raise ClamdError(str(error)) from error
    if answer == "stream: OK":
        return Verdict()
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        return Verdict(answer.removeprefix("stream: ").removesuffix(" FOUND"))
    raise ClamdError(answer or "no answer")


def _connected(address, timeout):
    if isinstance(address, tuple):
        return socket.create_connection(address, timeout)
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.settimeout(timeout)
        connection.connect(address)
    except OSError:
        connection.close()
        raise
    return connection


def _send(connection, data):
    connection.sendall(b"zINSTREAM\0")
    for start in range(0, len(data), CHUNK):
        part = data[start : start + CHUNK]
        connection.sendall(struct.pack("!L", len(part)) + part)
    connection.sendall(struct.pack("!L", 0))


def _answer(connection):
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < ANSWER_MAX:
        got = connection.recv(ANSWER_MAX)
        if not got:
            break
        answer += got
    return answer.rstrip(b"\0").decode(errors="replace").strip()
