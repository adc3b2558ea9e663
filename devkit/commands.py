"""Running other programs: output to a log, clear failures, clean interruption."""

import contextlib
import shutil
import signal
import subprocess
import threading

from devkit.settings import clean_environment
from devkit.ui import Problem

_children = set()
_guard = threading.Lock()


class CommandFailed(Exception):
    """A program ended with a non-zero exit code; `tail` is the end of its log."""

    def __init__(self, command, code, tail, log):
        self.command, self.code, self.tail, self.log = command, code, tail, log
        super().__init__(f"{command[0]} ended with code {code} (log: {log})\n{tail}")


def run(command, log, *, env=None, cwd=None, stdin=None):
    """Run a program to its end, its output appended to the file `log`.

    :param list command: program and arguments.
    :param str stdin: text for its standard input.
    :raise CommandFailed: when it ends with a non-zero exit code.
    """
    command = [str(part) for part in command]
    log.parent.mkdir(parents=True, exist_ok=True)
    with open(log, "a", encoding="utf-8", errors="replace") as sink:
        sink.write(f"$ {' '.join(command)}\n")
        sink.flush()
        start = sink.tell()
        pipes = {"stdout": sink, "stderr": sink}
        code, _, _ = _wait(command, stdin, env=env, cwd=cwd, **pipes)
    if code:
        raise CommandFailed(command, code, tail_of(log, start), log)


def show(command, *, env=None, cwd=None):
    """Run a program on the user's terminal and return its exit code."""
    return _wait([str(part) for part in command], None, env=env, cwd=cwd)[0]


def output(command, *, env=None, cwd=None):
    """Run a short program; return its standard output.

    :raise CommandFailed: when it ends with a non-zero exit code.
    """
    command = [str(part) for part in command]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    code, text, errors = _wait(command, None, env=env, cwd=cwd, **pipes)
    if code:
        raise CommandFailed(command, code, errors.strip(), "-")
    return text


def need(program, sentence):
    """Return the path of a program.

    :raise Problem: saying `sentence` when it is not there.
    """
    found = shutil.which(program)
    if not found:
        raise Problem(sentence)
    return found


def tail_of(log, start=0, lines=12):
    """Return the last lines of a log, read from byte `start`."""
    with contextlib.suppress(OSError), open(log, "rb") as source:
        source.seek(start)
        text = source.read().decode("utf-8", "replace").strip()
        return "\n".join(text.splitlines()[-lines:])
    return ""


def _wait(command, stdin, *, env=None, **how):
    child = subprocess.Popen(
        command,
        env=env or clean_environment(),
        stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL,
        text=True,
        **how,
    )
    with _guard:
        _children.add(child)
    try:
        text, errors = child.communicate(stdin)
        return child.returncode, text, errors
    finally:
        if child.poll() is None:
            _end(child)
        with _guard:
            _children.discard(child)


def end_children():
    """End every program still running here, in any thread (after Ctrl-C)."""
    with _guard:
        running = list(_children)
    for child in running:
        _end(child)


def _end(child):
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            child.send_signal(sign)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(timeout=10)
            return
