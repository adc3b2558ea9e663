"""What every platform behind OAuth has in common: a token, a pace, one renewal."""

import threading

from .errors import BusinessError, TokenRefused
from .pace import Pace


class BearerClient:
    """One connection to a platform; a client is a subclass with its own routes.

    :param Transport transport: how to call
    :param token: :class:`~.piste.PisteToken` of this connection only
    :param str api_url: address before the routes
    :param Pace pace: how fast; no limit by default

    Several threads may call it at the same time.
    """

    #: Statuses of a refusal in the platform's own words.
    REFUSALS = (413, 422)

    def __init__(self, transport, token, api_url, pace=None):
        self._transport = transport
        self._token = token
        self._base = api_url.rstrip("/")
        self._pace = pace or Pace()
        self._lock = threading.Lock()

    def __repr__(self):
        return f"<{type(self).__name__} {self._base}>"

    @property
    def calls(self):
        """HTTP calls made so far, tokens and repeats included."""
        return self._transport.calls

    def close(self):
        """Give the connections back."""
        self._transport.session.close()

    def _call(self, method, path, route="", answers=(), **kwargs):
        """One call with a good token; a refused one is renewed once.

        :param str route: name of the call in errors and logs; default: the path
        :raise BusinessError: 400, 413 or 422, with the platform's code and words
        """
        route = route or path
        answers = (*self.REFUSALS, *answers)
        answer = self._send(method, path, route, answers=answers, **kwargs)
        if answer.status == 401:
            raise TokenRefused("token refused", route, 401)
        if answer.status in (400, *self.REFUSALS):
            raise BusinessError(*_refusal(answer), route, answer.status)
        return answer

    def _send(self, method, path, route, **kwargs):
        """One call with a good token; a 401 is that of a token just renewed."""
        token, answer = self._attempt(method, path, route, kwargs)
        if answer.status == 401:
            self._forget(token)
            _token, answer = self._attempt(method, path, route, kwargs)
        return answer

    def _forget(self, token):
        """Drop a refused token, unless another thread has renewed it already."""
        with self._lock:
            if self._token.get() == token:
                self._token.forget()

    def _attempt(self, method, path, route, kwargs):
        with self._lock:
            # Several threads share one token: one of them asks for it.
            token = self._token.get()
        self._pace.wait()
        headers = {
            "Authorization": f"Bearer {token}",
            "Accept": "application/json",
            **kwargs.get("headers", {}),
        }
        answer = self._transport.send(
            method, self._base + path, route, **{**kwargs, "headers": headers}
        )
        return token, answer


def _refusal(answer):
    body = answer.body if isinstance(answer.body, dict) else {}
    words = (body.get("errorMessage"), body.get("details"), body.get("message"))
    label = " — ".join(str(word).strip()[:300] for word in words if word)
    return str(body.get("errorCode") or body.get("code") or answer.status)[:60], label
