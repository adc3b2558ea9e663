"""Starting and ending real processes on loopback, for tests and the played day."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class ProcessProblem(RuntimeError):
    """A process did not start or ended badly; says where its log is."""


def free_port() -> int:
    """A TCP port of loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def listens(port: int) -> bool:
    """Whether somebody accepts connections on this port of loopback."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def http_status(url: str) -> int:
    """Status of a GET, 0 when nobody answers; proxies of the machine are ignored."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with contextlib.suppress(OSError), opener.open(url, timeout=5) as answer:
        return answer.status
    return 0


@dataclass
class Process:
    """A background process with its log; ends with ``stop()`` or the ``with`` block."""

    name: str
    command: list
    log: Path
    env: dict = field(default_factory=dict)
    child: subprocess.Popen | None = None

    def start(self, ready, seconds: float = 60) -> Process:
        """Start, and wait until ``ready()`` is true.

        :raise ProcessProblem: when it ends or stays silent instead.
        """
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with open(self.log, "ab") as sink:
            self.child = subprocess.Popen(
                [str(part) for part in self.command],
                cwd=ROOT,
                env={**os.environ, **self.env},
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=sink,
                start_new_session=True,
            )
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self.child.poll() is None:
            if ready():
                return self
            time.sleep(0.1)
        self.stop()
        raise ProcessProblem(f"{self.name} did not start:\n{self.tail()}")

    def stop(self, seconds: float = 15) -> None:
        """End the whole process group, gently first."""
        if self.child is None or self.child.poll() is not None:
            return
        for sign in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.child.pid, sign)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.child.wait(seconds)
                return

    def tail(self, lines: int = 30) -> str:
        """The end of the log, with its path."""
        text = self.log.read_text(encoding="utf-8", errors="replace")
        return "\n".join([f"({self.log})", *text.splitlines()[-lines:]])

    def remember(self, pid_file: Path) -> None:
        """Leave it running after us, recorded for whoever stops it: id and start."""
        stat = Path(f"/proc/{self.child.pid}/stat").read_text(encoding="utf-8")
        start = stat.rpartition(")")[2].split()[19]
        pid_file.parent.mkdir(parents=True, exist_ok=True)
        pid_file.write_text(f"{self.child.pid}\n{start}\n", encoding="utf-8")

    def __enter__(self):
        return self

    def __exit__(self, *_failure) -> None:
        self.stop()
