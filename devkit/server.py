"""Background processes: the demo's Odoo server, and stopping everything."""

import contextlib
import os
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

from devkit import postgres
from devkit.commands import tail_of
from devkit.ui import Problem, console

START_SECONDS = 180


def running_pid(pid_file):
    """Return the process a pid file names, or None when it has ended.

    The file holds the process id and, on a second line where the writer knew
    it, the start time from /proc, so that a recycled id is not mistaken.
    """
    try:
        pid, *start = pid_file.read_text(encoding="utf-8").split()
        alive_since = start_time(int(pid))
    except (OSError, ValueError):
        return None
    if alive_since is None or (start and start[0] != alive_since):
        return None
    return int(pid)


def start_time(pid):
    """Return when a process started, in the kernel's ticks, or None."""
    with contextlib.suppress(OSError):
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
        state, *fields = text.rpartition(")")[2].split()
        return None if state == "Z" else fields[18]
    return None


def write_pid(pid_file, pid):
    """Record a background process."""
    pid_file.parent.mkdir(parents=True, exist_ok=True)
    pid_file.write_text(f"{pid}\n{start_time(pid)}\n", encoding="utf-8")


def stop(pid_file, seconds=20):
    """End the process of a pid file, gently first; return whether it ran."""
    pid = running_pid(pid_file)
    if pid:
        for sign in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, sign)
            deadline = time.monotonic() + seconds
            while running_pid(pid_file) and time.monotonic() < deadline:
                time.sleep(0.1)
    pid_file.unlink(missing_ok=True)
    return pid is not None


def stop_all(settings):
    """Stop every recorded process and the private cluster."""
    stopped = [path.stem for path in sorted(settings.run.glob("*.pid")) if stop(path)]
    if postgres.PrivateCluster(settings).stop():
        stopped.append("PostgreSQL")
    console.say(
        f"Stopped: {', '.join(stopped)}." if stopped else "Nothing was running."
    )


class OdooServer:
    """The Odoo server of the demo, in the background.

    It runs as one process with threads: with workers, Odoo's live bus answers
    on a second port and needs a reverse proxy in front, which a demo on one's
    own machine does not have.
    """

    def __init__(self, bench, database):
        self.bench, self.database = bench, database
        self.settings = bench.settings
        self.pid_file = self.settings.run / "odoo.pid"
        self.log = self.settings.logs / "odoo-server.log"

    @property
    def url(self):
        """Where people reach it."""
        host = self.settings.interface
        shown = "localhost" if host in ("127.0.0.1", "0.0.0.0") else host
        return f"http://{shown}:{self.settings.port}"

    def is_running(self):
        """Tell whether our server answers on the wanted port."""
        return running_pid(self.pid_file) is not None and self._answers()

    def check_port(self):
        """Refuse early when another program holds the port.

        :raise Problem: naming the port and the way to choose another.
        """
        if running_pid(self.pid_file) is None:
            check_port(self.settings.interface, self.settings.port)

    def start(self):
        """Start it, and wait until it answers.

        :raise Problem: when it does not.
        """
        stop(self.pid_file)
        check_port(self.settings.interface, self.settings.port)
        command = self.bench.odoo_command(
            f"--database={self.database}",
            f"--db-filter=^{self.database}$",
            f"--http-port={self.settings.port}",
            f"--http-interface={self.settings.interface}",
            "--workers=0",
            "--max-cron-threads=1",
        )
        with console.step("Odoo: start the server"):
            with open(self.log, "ab") as sink:
                child = subprocess.Popen(
                    [str(part) for part in command],
                    env=self.bench.environment(),
                    cwd=self.settings.root,
                    stdin=subprocess.DEVNULL,
                    stdout=sink,
                    stderr=sink,
                    start_new_session=True,  # Ctrl-C in the terminal is not for it
                )
            write_pid(self.pid_file, child.pid)
            self._wait(child)

    def stop(self):
        """Stop it if it runs."""
        return stop(self.pid_file)

    def _wait(self, child):
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and child.poll() is None:
            if self._answers():
                return
            time.sleep(0.3)
        raise Problem(
            f"The Odoo server did not start (log: {self.log}); its last lines:\n"
            f"{tail_of(self.log)}\n`make stop`, then run this again."
        )

    def _answers(self):
        host = self.settings.interface
        host = "127.0.0.1" if host == "0.0.0.0" else host
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        url = f"http://{host}:{self.settings.port}/web/health"
        with contextlib.suppress(OSError), opener.open(url, timeout=5) as answer:
            return answer.status == 200
        return False


def check_port(interface, port):
    """Make sure that a port is free.

    :raise Problem: naming the port and the way to choose another.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((interface, port))
        except OSError as error:
            raise Problem(
                f"Port {port} of {interface} cannot be used ({error.strerror}): stop "
                "the program that holds it, or choose another port, for instance "
                f"`AR_PORT={port + 1} make demo`."
            ) from error
