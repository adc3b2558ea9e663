"""The outside world of a played day: platforms and mail server, as processes.

They run under fixed names in the work folder, so that a second day finds the ones of
the first still running (in the demo they stay until ``make stop``).
"""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from pathlib import Path

import requests

from tests.support.processes import Process, free_port, http_status, listens

#: Where a connection of the kind « demonstration » looks for its platform.
USUAL_PORTS = {"platform": 8101, "accredited": 8102}


class World:
    """Simulators of one work folder.

    :param keep: leave them running, with pid files in this folder.
    """

    def __init__(self, folder: Path, keep: Path | None = None):
        self.folder = folder
        self.keep = keep
        self.mails = folder / "mails"
        self.ports: dict[str, int] = {}
        self.processes: list[Process] = []
        folder.mkdir(parents=True, exist_ok=True)

    def start(self) -> World:
        """Start what does not run yet."""
        with suppress(OSError, ValueError):
            self.ports = json.loads((self.folder / "ports.json").read_text())
        self._start("smtp", listens, "smtp_sink", "--dir", self.mails)
        self._start("platform", self._platform_answers, "chorus_pro")
        self._start("accredited", self._platform_answers, "xp_z12_013")
        (self.folder / "ports.json").write_text(json.dumps(self.ports))
        return self

    def _start(self, name: str, ready, module: str, *options) -> None:
        port = self.ports.get(name)
        if port and ready(port):
            return
        port = self.ports[name] = self._port(name)
        process = Process(
            name,
            [
                sys.executable,
                "-m",
                f"tests.simulators.{module}",
                *options,
                "--port",
                port,
            ],
            self.folder / f"{name}.log",
        )
        process.start(lambda: ready(port))
        self.processes.append(process)
        if self.keep:
            process.remember(self.keep / f"day-{name}.pid")

    def _port(self, name: str) -> int:
        """A free port; the usual one for a platform that stays."""
        usual = USUAL_PORTS.get(name)
        return usual if self.keep and usual and not listens(usual) else free_port()

    @staticmethod
    def _platform_answers(port: int) -> bool:
        return http_status(f"http://127.0.0.1:{port}/_sim/calls") == 200

    @property
    def platform_url(self) -> str:
        return f"http://127.0.0.1:{self.ports['platform']}"

    @property
    def accredited_url(self) -> str:
        return f"http://127.0.0.1:{self.ports['accredited']}"

    def tell(self, story: dict, url: str | None = None) -> None:
        """Make a platform play ``story``: that of public buyers, or the one given."""
        self._session().post(
            f"{url or self.platform_url}/_sim/story", json=story, timeout=30
        ).raise_for_status()

    def platform_calls(self) -> list[dict]:
        """What the platform was asked since it started."""
        answer = self._session().get(f"{self.platform_url}/_sim/calls", timeout=30)
        answer.raise_for_status()
        return answer.json()

    @staticmethod
    def _session() -> requests.Session:
        session = requests.Session()
        session.trust_env = False  # loopback never goes through a proxy
        return session

    def mail_count(self) -> int:
        """Number of the last message received."""
        return max((int(p.stem) for p in self.mails.glob("*.eml")), default=0)

    def stop(self) -> None:
        """End the processes of this run, unless they are to be kept."""
        if self.keep:
            return
        for process in self.processes:
            process.stop()

    def __enter__(self):
        return self.start()

    def __exit__(self, *_failure) -> None:
        self.stop()
