"""An SMTP server that keeps every message as a file and can misbehave on demand.

    python3 -m tests.simulators.smtp_sink --dir mails --port 8125

Each accepted message becomes ``0001.eml``, ``0002.eml``… with two extra headers,
``X-Sink-MailFrom`` and ``X-Sink-RcptTo``. Recipients decide as a real server would:

=======================  ==========================================================
contains ``hardbounce``  refused for good (550) before the message
contains ``softbounce``  refused for now (451) before the message
=======================  ==========================================================

``faults.json`` in the folder, read at each message, injects faults: a list of
``{"kind": …, "times": 1}``, used up in order. Kinds: ``4xx`` (451 after DATA), ``5xx``
(554 after DATA), ``drop`` (accepts and keeps the message, then closes the connection
without an answer), ``lose`` (closes without keeping it).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
from pathlib import Path

from aiosmtpd.smtp import SMTP

FAULTS = "faults.json"


class Sink:
    """Handler of one mail folder."""

    def __init__(self, folder: Path):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        numbers = [int(p.stem) for p in folder.glob("*.eml") if p.stem.isdigit()]
        self.count = max(numbers, default=0)

    async def handle_RCPT(self, server, session, envelope, address, options):
        if "hardbounce" in address:
            return "550 5.1.1 No such user here"
        if "softbounce" in address:
            return "451 4.2.1 Mailbox busy, try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        kind = self.take_fault()
        if kind == "4xx":
            return "451 4.3.0 Try again later"
        if kind == "5xx":
            return "554 5.6.0 Message refused"
        if kind != "lose":
            self.keep(envelope)
        if kind in ("drop", "lose"):
            server.transport.abort()
            return "421 4.4.2 Connection dropped"
        return "250 2.0.0 Kept"

    def keep(self, envelope) -> Path:
        """Write one message, complete under its final name or not at all."""
        self.count += 1
        path = self.folder / f"{self.count:04d}.eml"
        head = (
            f"X-Sink-MailFrom: {envelope.mail_from}\r\n"
            f"X-Sink-RcptTo: {','.join(envelope.rcpt_tos)}\r\n"
        )
        building = path.with_suffix(".part")
        building.write_bytes(head.encode() + envelope.content)
        building.replace(path)
        return path

    def take_fault(self) -> str:
        """The kind of fault for this message, empty for none."""
        path = self.folder / FAULTS
        if not path.exists():
            return ""
        faults = json.loads(path.read_text() or "[]")
        for fault in faults:
            if fault.get("times", 1) > 0:
                fault["times"] = fault.get("times", 1) - 1
                path.write_text(json.dumps(faults))
                return fault["kind"]
        return ""


async def serve(folder: Path, port: int, host: str = "127.0.0.1") -> None:
    """Serve until the process is asked to end."""
    sink = Sink(folder)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(sink, hostname="sink.example", enable_SMTPUTF8=True), host, port
    )
    port = server.sockets[0].getsockname()[1]
    print(f"SMTP sink at {host}:{port}, messages in {folder}", flush=True)
    ended = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, ended.set)
    await ended.wait()
    server.close()


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="smtp_sink")
    parser.add_argument("--dir", type=Path, required=True, help="folder of messages")
    parser.add_argument("--port", type=int, default=8125, help="0 takes a free one")
    options = parser.parse_args(argv)
    asyncio.run(serve(options.dir, options.port))


if __name__ == "__main__":
    main()
