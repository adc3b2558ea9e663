"""One HTTP call, with one retry policy for every platform.

* no answer, 5xx, HTML or a cut body: up to ``attempts`` tries, waiting twice as
  long each time, with jitter;
* 429: the same, but never earlier than ``Retry-After``;
* 401: left to the caller, who renews the token once.

Session, sleep and randomness are passed in, so that tests neither wait nor guess.
"""

import json
import random
import threading
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

import requests

from .errors import NotSubscribed, RateLimited, TransportError, UnknownRoute
from .masking import get_logger

_logger = get_logger(__name__)

#: An answer larger than this is refused: a page of 100 invoices is about 200 kB.
MAX_BODY = 32 * 1024 * 1024
#: A longer ``Retry-After`` ends the round; the next one comes anyway.
LONGEST_WAIT = 60.0


@dataclass(frozen=True)
class Answer:
    """Status and decoded body; ``body`` is {} for a 401, which has none.

    It is a JSON object, or whatever the ``reader`` of the call made of the bytes.
    """

    status: int
    body: object
    headers: dict


class _Retry(Exception):
    """This attempt failed in a way that another may cure."""

    def __init__(self, message, status=0, retry_after=None):
        super().__init__(message)
        self.status = status
        self.retry_after = retry_after


class Transport:
    """Sends calls and returns answers, or raises a typed error.

    :param session: a ``requests.Session``-like object
    :param float timeout: seconds to wait for the connection and for each byte
    :param int attempts: tries in all
    :param sleep: ``sleep(seconds)``
    :param jitter: ``jitter()`` → number in [0, 1)
    """

    def __init__(
        self,
        session=None,
        timeout=30.0,
        attempts=4,
        sleep=time.sleep,
        jitter=random.random,
        base_wait=0.5,
    ):
        self.session = session or requests.Session()
        self.timeout = timeout
        self.attempts = attempts
        self.sleep = sleep
        self.jitter = jitter
        self.base_wait = base_wait
        self._lock = threading.Lock()
        self.calls = 0
        self.retries = 0

    def send(
        self, method, url, route, reader=None, answers=(), attempts=None, **kwargs
    ):
        """Call ``url``; 400 and 401 are answers, left to the caller.

        :param str route: name of the call in errors and logs
        :param reader: ``reader(bytes)`` → body of a good answer, instead of JSON
        :param tuple answers: other statuses that are answers, with what JSON they
            have
        :param int attempts: tries of this call; 1 where a repetition would do twice
        :raise NotSubscribed: 403
        :raise UnknownRoute: 404
        :raise RateLimited: 429 to the end, or a very long ``Retry-After``
        :raise TransportError: anything else without a usable answer
        """
        attempts = attempts or self.attempts
        for attempt in range(1, attempts + 1):
            try:
                answer = self._once(method, url, route, **kwargs)
                return self._answer(*answer, route, reader, answers)
            except _Retry as failure:
                last = failure
            wait = self._wait(attempt, last.retry_after)
            if attempt == attempts or wait is None:
                break
            self.retries += 1
            _logger.info(
                "%s: %s; attempt %s again in %.1f s", route, last, attempt + 1, wait
            )
            self.sleep(wait)
        if last.status == 429:
            raise RateLimited(
                "too many requests", route, retry_after=last.retry_after
            ) from None
        raise TransportError(str(last), route, last.status) from None

    def _wait(self, attempt, retry_after):
        """Seconds before the next attempt; None when that would be too long."""
        wait = self.base_wait * 2 ** (attempt - 1) * (0.5 + self.jitter())
        if retry_after is not None:
            wait = max(wait, retry_after)
        return wait if wait <= LONGEST_WAIT else None

    def _once(self, method, url, route, **kwargs):
        with self._lock:
            self.calls += 1
        try:
            # A redirect would carry the credentials elsewhere.
            response = self.session.request(
                method,
                url,
                timeout=self.timeout,
                allow_redirects=False,
                stream=True,
                **kwargs,
            )
        except requests.RequestException as error:
            raise _Retry(f"no answer ({type(error).__name__})") from None
        try:
            raw = self._read(response)
        finally:
            response.close()
        return response, raw

    def _read(self, response):
        chunks, size = [], 0
        try:
            for chunk in response.iter_content(65536):
                size += len(chunk)
                if size > MAX_BODY:
                    raise TransportError("answer too large")
                chunks.append(chunk)
        except (requests.RequestException, OSError) as error:
            raise _Retry(
                f"cut answer ({type(error).__name__})", response.status_code
            ) from None
        return b"".join(chunks)

    def _answer(self, response, raw, route, reader=None, answers=()):
        status = response.status_code
        if status in answers:
            return Answer(status, self._words(raw), dict(response.headers))
        if status == 429:
            raise _Retry(
                "too many requests", 429, retry_after(response.headers, time.time())
            )
        if status >= 500:
            raise _Retry(
                f"server error {status}",
                status,
                retry_after(response.headers, time.time()),
            )
        if status == 403:
            raise NotSubscribed("refused by the gateway", route, 403)
        if status == 404:
            raise UnknownRoute("unknown address", route, 404)
        if status == 401:
            return Answer(401, {}, dict(response.headers))
        if status != 400 and not 200 <= status < 300:
            raise TransportError(f"unexpected answer {status}", route, status)
        good = status != 400 and reader is not None
        body = reader(raw) if good else self._decode(raw, status)
        return Answer(status, body, dict(response.headers))

    def _words(self, raw):
        """What a refusal says, {} when that is no JSON object."""
        try:
            return self._decode(raw, 0)
        except _Retry:
            return {}

    def _decode(self, raw, status):
        if not raw.strip():
            # Taken for an empty list, it would let facts be missed for good.
            raise _Retry("empty answer", status)
        try:
            body = json.loads(raw.decode("utf-8-sig"))
        except (ValueError, RecursionError):
            # An HTML page of the gateway, or half an answer.
            raise _Retry("the answer is not JSON", status) from None
        if not isinstance(body, dict):
            raise _Retry("the answer is not a JSON object", status)
        return body


def retry_after(headers, now):
    """Seconds asked for by ``Retry-After`` (number or date); None without it."""
    text = (headers.get("Retry-After") or "").strip()
    if not text:
        return None
    if text.isdigit():
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - now)
    except (TypeError, ValueError):
        return None
