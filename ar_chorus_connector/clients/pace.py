"""No faster than the platform allows, and no more at a time than asked for."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor


class Pace:
    """Spreads calls evenly; shared by the threads of one connection.

    :param float per_second: calls a second; 0 sets no limit
    :param clock: seconds that only grow
    :param sleep: ``sleep(seconds)``
    """

    def __init__(self, per_second=0.0, clock=time.monotonic, sleep=time.sleep):
        self._step = 1.0 / per_second if per_second > 0 else 0.0
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._next = 0.0

    def wait(self):
        """Return when the next call may leave."""
        if not self._step:
            return
        with self._lock:
            now = self._clock()
            start = max(now, self._next)
            self._next = start + self._step
        if start > now:
            self._sleep(start - now)


def in_parallel(work, items, workers=4):
    """Run ``work(item)`` for each item, a few at a time.

    :return: ``[(item, result)]`` in the order of the items; an exception is the
        result of its item, and stops no other
    """
    items = list(items)

    def guarded(item):
        try:
            return work(item)
        except Exception as error:
            return error

    if workers <= 1 or len(items) <= 1:
        return [(item, guarded(item)) for item in items]
    with ThreadPoolExecutor(max_workers=min(workers, len(items))) as pool:
        return list(zip(items, pool.map(guarded, items), strict=True))
