"""Secret of a customer's link, and how it is kept out of logs.

The database holds only the SHA-256 of a token: a copy of the database, a log or a
backup opens no page.
"""

from __future__ import annotations

import hashlib
import logging
import re
import secrets

TOKEN_BYTES = 32
#: ``token_urlsafe(32)`` is 43 characters of base64 without padding.
_SHAPE = re.compile(r"[A-Za-z0-9_-]{43}")
#: Customers' pages, those of colleagues, and those after a payment.
_IN_PATH = re.compile(r"(/ar/(?:[ac]|paid/[^/?#\s]+)/)[^/?#\s\"'<>]+")


def new_token() -> str:
    """A token with 256 random bits, fit for a URL."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_hash(token: str) -> str:
    """What the database keeps, 64 hexadecimal characters."""
    return hashlib.sha256(token.encode()).hexdigest()


def looks_like_token(token: object) -> bool:
    """Whether a text can be a token at all.

    >>> looks_like_token("x" * 43), looks_like_token("x" * 42), looks_like_token(None)
    (True, False, False)
    """
    return isinstance(token, str) and _SHAPE.fullmatch(token) is not None


def mask(text: str) -> str:
    """The same text with the token of each customer's page hidden.

    >>> mask('"GET /ar/a/s3cret/proof?x=1 HTTP/1.1" 200')
    '"GET /ar/a/***/proof?x=1 HTTP/1.1" 200'
    >>> mask("/ar/c/s3cret")
    '/ar/c/***'
    """
    return _IN_PATH.sub(r"\1***", text)


class TokenFilter(logging.Filter):
    """Hides tokens in the records of the loggers it is put on."""

    def filter(self, record: logging.LogRecord) -> bool:
        try:
            text = record.getMessage()
        except (TypeError, ValueError):
            # A record that cannot be formatted is reported by its handler.
            return True
        if "/ar/" in text:
            record.msg, record.args = mask(text), ()
        return True


def is_customer_path(path: str) -> bool:
    """Whether a request is for a page of ours that shows no other frame.

    >>> is_customer_path("/ar/a/x/proof"), is_customer_path("/my/receivables")
    (True, False)
    >>> is_customer_path("/ar/c/x"), is_customer_path("/ar/request")
    (True, True)
    """
    return path.startswith(("/ar/a/", "/ar/c/", "/ar/request", "/ar/paid/"))
