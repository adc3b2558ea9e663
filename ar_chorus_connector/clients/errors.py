"""What can go wrong with a platform, as types that tell the remedy.

Messages never carry a secret, a header or the body of an answer: they may end in a
log, on a record, or in front of a user.
"""


class PlatformError(Exception):
    """Any failure of a call.

    :param str route: path of the call, without host or query
    :param int status: HTTP status, 0 when there was no answer
    """

    kind = "error"
    #: Whether the connection as a whole is unusable, so that going on is pointless.
    stops_round = False

    def __init__(self, message, route="", status=0):
        super().__init__(message)
        self.route = route
        self.status = status


class TokenRefused(PlatformError):
    """PISTE refused the application (client id or secret, not told apart)."""

    kind = "token"
    stops_round = True


class AccountRefused(PlatformError):
    """Token accepted by PISTE, call refused: the technical account is wrong."""

    kind = "account"
    stops_round = True


class NotSubscribed(PlatformError):
    """403: the application is not subscribed to this route, or not entitled."""

    kind = "subscription"
    stops_round = True


class UnknownRoute(PlatformError):
    """404: host or path is wrong."""

    kind = "route"
    stops_round = True


class StructureUnknown(PlatformError):
    """The structure does not exist or the account is not attached to it."""

    kind = "structure"
    stops_round = True


class BusinessError(PlatformError):
    """A ``codeRetour`` other than success, with the platform's own words."""

    kind = "business"

    def __init__(self, code, label, route="", status=200):
        super().__init__(f"{label or 'no text'} (codeRetour {code})", route, status)
        self.code = code
        self.label = label


class TransportError(PlatformError):
    """No usable answer after all attempts: network, 5xx, HTML, cut body."""

    kind = "transport"


class RateLimited(TransportError):
    """429 after all attempts; ``retry_after`` in seconds, None when not said."""

    kind = "rate"
    stops_round = True

    def __init__(self, message, route="", status=429, retry_after=None):
        super().__init__(message, route, status)
        self.retry_after = retry_after
