"""Secrets stay out of the logs, whoever writes the line."""

import base64
import logging
import re

MASK = "[masked]"
MOST_SECRETS = 500

_PATTERNS = (
    # Header values and form fields, in any of the usual spellings.
    re.compile(
        r"(?i)((?:authorization|cpro-account|client_secret|access_token|password)"
        r"['\"]?\s*[:=]\s*['\"]?)(?:bearer\s+)?[^\s'\",&}]+"
    ),
    re.compile(r"(?i)(bearer\s+)[a-z0-9._~+/=-]+"),
)


class SecretFilter(logging.Filter):
    """Masks known secrets, and whatever looks like a credential, in each record.

    The arguments are merged into the message first, so that a secret cannot hide
    in an argument; a traceback is rendered and masked as well.
    """

    def __init__(self):
        super().__init__()
        self._known = {}
        self._secrets = ()

    def remember(self, *secrets):
        """Mask these from now on; very short ones would mask ordinary words."""
        for secret in secrets:
            if secret and len(secret) >= 4:
                self._known.pop(secret, None)
                self._known[secret] = True
        # Tokens come and go in a process that lives for months.
        while len(self._known) > MOST_SECRETS:
            del self._known[next(iter(self._known))]
        # The longest first: one secret may contain another.
        self._secrets = tuple(sorted(self._known, key=len, reverse=True))

    def mask(self, text):
        """``text`` without any secret."""
        for secret in self._secrets:
            text = text.replace(secret, MASK)
        for pattern in _PATTERNS:
            text = pattern.sub(rf"\g<1>{MASK}", text)
        return text

    def filter(self, record):
        record.msg, record.args = self.mask(record.getMessage()), ()
        if record.exc_info and record.exc_info[0]:
            text = logging.Formatter().formatException(record.exc_info)
            record.exc_text, record.exc_info = self.mask(text), None
        return True


SECRETS = SecretFilter()


def get_logger(name):
    """Logger of a module that handles connections, with the masking filter."""
    logger = logging.getLogger(name)
    logger.addFilter(SECRETS)
    return logger


# The HTTP libraries have loggers of their own.
for _name in ("urllib3.connectionpool", "requests"):
    get_logger(_name)


def remember_credentials(login="", password="", *others):
    """Mask the secrets of a connection in each form they take on the wire."""
    pair = f"{login}:{password}".encode()
    SECRETS.remember(password, base64.b64encode(pair).decode(), *others)
