"""What an uploaded file is, and what each refusal is called.

The parent process and the limited child share this file; it imports only the
standard library, because the child runs it isolated from everything else.
"""

from __future__ import annotations

from enum import Enum

#: A little under the 12 MiB at which the HTTP layer cuts the request.
MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 40_000_000
#: Longest side of the picture that is kept; enough to read a bank receipt.
MAX_SIDE = 3000
MAX_PDF_PAGES = 60
MAX_PDF_OBJECTS = 20_000

_ZIP_END = b"PK\x05\x06"
_ZIP_END_SIZE = 22
_ZIP_COMMENT_MAX = 0xFFFF
_MARKUP = (b"<script", b"<html", b"<!doctype", b"<svg", b"<?php")


class Kind(str, Enum):
    """The only four formats a payment proof may have."""

    PDF = "pdf"
    PNG = "png"
    JPEG = "jpeg"
    WEBP = "webp"

    @property
    def mimetype(self) -> str:
        return "application/pdf" if self is Kind.PDF else f"image/{self.value}"

    @property
    def extension(self) -> str:
        return "jpg" if self is Kind.JPEG else self.value


class Refusal(str, Enum):
    """Why a file is not taken. One sentence per value is shown to the sender."""

    EMPTY = "empty"
    TOO_BIG = "too_big"
    WRONG_TYPE = "wrong_type"
    DISGUISED = "disguised"
    ENCRYPTED = "encrypted"
    ACTIVE_CONTENT = "active_content"
    TOO_MANY_PAGES = "too_many_pages"
    TOO_COMPLEX = "too_complex"
    TOO_LARGE_PICTURE = "too_large_picture"
    ANIMATED = "animated"
    UNREADABLE = "unreadable"
    UNAVAILABLE = "unavailable"
    INFECTED = "infected"


def sniff(data: bytes) -> Kind | None:
    """The format by the signature at offset 0, or None.

    At offset 0 only: a page of HTML with a PDF header further down is taken for a
    PDF by tools that search the first kilobyte.

    >>> sniff(b"%PDF-1.7 ...")
    <Kind.PDF: 'pdf'>
    >>> sniff(b"<html>%PDF-1.7") is None
    True
    """
    if data[:5] == b"%PDF-":
        return Kind.PDF
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return Kind.PNG
    if data[:3] == b"\xff\xd8\xff":
        return Kind.JPEG
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return Kind.WEBP
    return None


def is_disguised_pdf(data: bytes) -> bool:
    """True when a file that starts like a PDF is also something else.

    Pictures need no such test, they are drawn again. A PDF is kept as it came, so
    nothing but blanks may follow its end mark, no archive directory may sit in the
    part of the file where unpackers look for one, and its head must not be markup.
    """
    end = data.rfind(b"%%EOF")
    if end < 0 or data[end + 5 :].strip(b"\r\n\t \x00\x0c"):
        return True
    if any(mark in data[:1024].lower() for mark in _MARKUP):
        return True
    start = max(0, len(data) - _ZIP_END_SIZE - _ZIP_COMMENT_MAX)
    at = data.find(_ZIP_END, start)
    while at >= 0:
        comment = int.from_bytes(data[at + 20 : at + 22], "little")
        if at + _ZIP_END_SIZE + comment <= len(data):
            return True
        at = data.find(_ZIP_END, at + 1)
    return False
