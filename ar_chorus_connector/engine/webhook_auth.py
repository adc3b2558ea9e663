"""Whether a call comes from the platform: signed with the key, or with it as password.

Source: the callback of XP Z12-013 1.2.0, header ``Signature``, algorithm HS256, or
BASIC authentication. What exactly is signed is left open by the text; the body as it
came is what everybody signs.
"""

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections import OrderedDict, deque


def is_authentic(key, body, signature="", authorization=""):
    """Compare in constant time; without a key nothing is authentic.

    :param str key: base 64 text of the shared key
    :param bytes body: the body as it came
    :param str signature: header ``Signature``: base 64 or hexadecimal, with or
        without ``sha256=`` in front
    :param str authorization: header ``Authorization``: Basic or Bearer
    """
    if not key:
        return False
    if signature:
        expected = hmac.new(_bytes(key), body, hashlib.sha256).digest()
        return _same(_digest(signature), expected)
    return _same(_password(authorization), key.encode())


def read_call(body):
    """The JSON object of an authentic call; None when it is none.

    >>> read_call(b'{"flowId": "x"}')
    {'flowId': 'x'}
    """
    try:
        told = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None


class SlidingWindow:
    """At most so many calls in so many seconds, per key; forgets the oldest keys.

    :param clock: seconds that only grow
    """

    MOST_KEYS = 1000

    def __init__(self, limit, seconds, clock=time.monotonic):
        self._limit = limit
        self._seconds = seconds
        self._clock = clock
        self._calls = OrderedDict()

    def admits(self, key):
        """Count one call; False when there are too many."""
        now = self._clock()
        calls = self._calls.pop(key, None) or deque()
        while calls and calls[0] <= now - self._seconds:
            calls.popleft()
        fits = len(calls) < self._limit
        if fits:
            calls.append(now)
        self._calls[key] = calls
        while len(self._calls) > self.MOST_KEYS:
            self._calls.popitem(last=False)
        return fits


def _bytes(key):
    try:
        return base64.b64decode(key, validate=True)
    except (binascii.Error, ValueError):
        return key.encode()


def _digest(signature):
    text = signature.strip().removeprefix("sha256=")
    try:
        if len(text) == 64:
            return bytes.fromhex(text)
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _password(authorization):
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return value.strip().encode()
    if scheme.lower() != "basic":
        return b""
    try:
        pair = base64.b64decode(value.strip(), validate=True)
    except (binascii.Error, ValueError):
        return b""
    return pair.partition(b":")[2]


def _same(one, other):
    return hmac.compare_digest(one, other)
