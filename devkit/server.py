"""Background processes: the demo's Odoo server, and stopping everything."""

import contextlib
import os
import signal
import time
from pathlib import Path

from devkit import postgres
from devkit.ui import console


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
    console.say(f"Stopped: {', '.join(stopped)}." if stopped else "Nothing was running.")
