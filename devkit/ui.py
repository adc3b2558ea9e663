"""What the user sees: named steps with their time, and problems in one sentence."""

import contextlib
import sys
import threading
import time


class Problem(Exception):
    """Something the user can put right: one sentence saying what and how."""


class Console:
    """Prints steps, which may run in parallel threads, without mixing lines.

    On a terminal one line at the bottom shows what is running and how far it
    is; elsewhere a line every `heartbeat` seconds does, so that a long step is
    never silent.
    """

    heartbeat = 15.0

    def __init__(self, stream=None):
        self._stream = stream
        self._lock = threading.RLock()
        self._running = {}
        self._ticker = None

    @property
    def stream(self):
        """Where lines go: standard error, as it is at that moment."""
        return self._stream or sys.stderr

    @property
    def live(self):
        """Tell whether somebody watches a terminal."""
        return self.stream.isatty()

    def say(self, text=""):
        """Print one line at once."""
        with self._lock:
            clear = "\r\x1b[K" if self.live else ""
            print(f"{clear}{text}", file=self.stream, flush=True)

    @contextlib.contextmanager
    def step(self, name, progress=None):
        """Time a step; `progress()` returns a short text about how far it is."""
        key, start = object(), time.monotonic()
        with self._lock:
            self._running[key] = (name, start, progress)
            self._start_ticker()
        if not self.live:
            self.say(f"  ...       {name}")
        try:
            yield
        except BaseException:
            self._end(key, "FAILED", name, start)
            raise
        self._end(key, "", name, start)

    def _end(self, key, word, name, start):
        with self._lock:
            self._running.pop(key)
            elapsed = time.monotonic() - start
            self.say(f"  {elapsed:6.1f} s  {name}{' ' + word if word else ''}")

    def _start_ticker(self):
        if self._ticker is None:
            self._ticker = threading.Thread(target=self._tick, daemon=True)
            self._ticker.start()

    def _tick(self):
        while True:
            time.sleep(0.5 if self.live else self.heartbeat)
            with self._lock:
                rows = list(self._running.values())
            texts = [self._describe(*row) for row in rows]  # may walk big folders
            if not texts:
                continue
            if self.live:
                line = "  " + " | ".join(texts)
                self.stream.write(f"\r\x1b[K{line[:110]}")
                self.stream.flush()
            else:
                self.say("            still: " + " | ".join(texts))

    @staticmethod
    def _describe(name, start, progress):
        how_far = ""
        if progress:
            with contextlib.suppress(OSError):
                how_far = progress() or ""
        seconds = time.monotonic() - start
        return f"{name} {seconds:.0f} s{' ' + how_far if how_far else ''}"


console = Console()
