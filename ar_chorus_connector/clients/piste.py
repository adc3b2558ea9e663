"""OAuth token of PISTE, the State's API gateway.

A token lives about an hour and belongs to one connection: the object is never
shared between companies.
"""

import time

from .errors import PlatformError, TokenRefused, TransportError
from .masking import SECRETS

#: A token that ends within this many seconds is renewed at once.
MARGIN = 60


class PisteToken:
    """Gets, keeps and renews the access token of one application.

    :param Transport transport: how to call
    :param str token_url: e.g. ``https://oauth.piste.gouv.fr/api/oauth/token``
    :param clock: seconds that only grow, as :func:`time.monotonic`
    :param str scope: what is asked for; empty asks for nothing in particular
    """

    def __init__(
        self,
        transport,
        token_url,
        client_id,
        client_secret,
        clock=time.monotonic,
        scope="openid",
    ):
        self._transport = transport
        self._token_url = token_url
        self._client_id = client_id
        self._client_secret = client_secret
        self._clock = clock
        self._scope = scope
        self._token = None
        self._ends = 0.0

    def __repr__(self):
        return f"<PisteToken {self._token_url}>"

    def get(self):
        """The token, asked for when there is none or it is about to end.

        :raise TokenRefused: id or secret refused
        :raise TransportError: no usable answer, or an answer without a token
        """
        if self._token is None or self._clock() >= self._ends - MARGIN:
            self._renew()
        return self._token

    def forget(self):
        """Drop the token: the platform refused it."""
        self._token = None

    def _renew(self):
        self._token = None
        try:
            answer = self._transport.send(
                "POST",
                self._token_url,
                "oauth/token",
                data={
                    "grant_type": "client_credentials",
                    "client_id": self._client_id,
                    "client_secret": self._client_secret,
                    **({"scope": self._scope} if self._scope else {}),
                },
                headers={"Accept": "application/json"},
            )
        except PlatformError as error:
            if error.status == 403:
                raise TokenRefused("application refused", "oauth/token", 403) from None
            raise
        if answer.status in (400, 401):
            raise TokenRefused("application refused", "oauth/token", answer.status)
        token = answer.body.get("access_token")
        if not token or not isinstance(token, str):
            # The gateway has been seen to answer 200 with nothing in it.
            raise TransportError("answer without a token", "oauth/token", answer.status)
        try:
            life = float(answer.body.get("expires_in") or 3600)
        except (TypeError, ValueError):
            life = 3600.0
        SECRETS.remember(token)
        self._token, self._ends = token, self._clock() + life
