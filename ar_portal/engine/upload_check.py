"""Decide whether a file a customer sent may be kept as a payment proof.

Nothing of the file is parsed in the calling process: after the signature and the
size, a child process with bounded memory and time reads it.

>>> check(b"")
Traceback (most recent call last):
...
odoo.addons.ar_portal.engine.upload_check.Rejected: empty
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from .upload_kinds import MAX_BYTES, Kind, Refusal, is_disguised_pdf, sniff

CHILD = Path(__file__).with_name("upload_child.py")
WALL_SECONDS = 15
#: A verdict is far shorter; a longer first line is not ours.
_VERDICT_MAX = 200

_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
)
_NOT_PLAIN = re.compile(r"[^\w .()\-]")


class Rejected(Exception):
    """The file is not taken; ``refusal`` says why."""

    def __init__(self, refusal: Refusal):
        super().__init__(refusal.value)
        self.refusal = refusal


@dataclass(frozen=True)
class Checked:
    """A file that may be kept.

    ``data`` is what to store: the PDF as it came, or the picture drawn again.
    ``digest`` is the SHA-256 (hex) of what the customer sent, to know it again.
    ``scanned`` tells whether an antivirus found it clean.
    """

    kind: Kind
    data: bytes = field(repr=False)
    digest: str
    scanned: bool = False

    @property
    def size(self) -> int:
        return len(self.data)


def check(data: bytes, *, wall_seconds: float = WALL_SECONDS) -> Checked:
    """Check one uploaded file.

    :param data: the whole file; the caller reads at most ``MAX_BYTES + 1`` bytes
    :param wall_seconds: longest time the child process may take
    :raises Rejected: with one of :class:`Refusal`
    """
    if not data:
        raise Rejected(Refusal.EMPTY)
    if len(data) > MAX_BYTES:
        raise Rejected(Refusal.TOO_BIG)
    kind = sniff(data)
    if kind is None:
        raise Rejected(Refusal.WRONG_TYPE)
    if kind is Kind.PDF and is_disguised_pdf(data):
        raise Rejected(Refusal.DISGUISED)
    stored_kind, clean = _ask_child(data, kind, wall_seconds)
    return Checked(stored_kind, clean or data, hashlib.sha256(data).hexdigest())


def _ask_child(data: bytes, kind: Kind, wall_seconds: float) -> tuple[Kind, bytes]:
    """Run the child on the file and read its verdict, trusting nothing in it."""
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(CHILD), kind.value],
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=wall_seconds,
            cwd=os.sep,
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Rejected(Refusal.TOO_COMPLEX) from None
    except OSError:
        raise Rejected(Refusal.UNAVAILABLE) from None
    if done.returncode:
        # Killed by one of its limits, or crashed in a decoder.
        raise Rejected(Refusal.TOO_COMPLEX)
    line, _newline, clean = done.stdout.partition(b"\n")
    try:
        verdict = json.loads(line[:_VERDICT_MAX])
        if "refusal" in verdict:
            raise Rejected(Refusal(verdict["refusal"]))
        stored_kind = Kind(verdict["kind"])
    except (ValueError, KeyError, TypeError):
        raise Rejected(Refusal.UNREADABLE) from None
    if (kind is not Kind.PDF and sniff(clean) is not stored_kind) or (
        kind is Kind.PDF and (clean or stored_kind is not Kind.PDF)
    ):
        raise Rejected(Refusal.UNREADABLE)
    return stored_kind, clean


def display_name(name: str | None, limit: int = 80) -> str:
    """The customer's own file name, fit to be shown and for nothing else.

    Folders, control and direction marks and markup go; the file itself is stored
    under a name we make.

    >>> display_name("../../etc/passwd.pdf")
    'passwd.pdf'
    >>> display_name('a<img src=x onerror="alert(1)">.pdf')
    'a_img src_x onerror__alert(1)__.pdf'
    """
    name = _UNSEEN.sub("", name or "").replace("\\", "/").rsplit("/", 1)[-1]
    name = _NOT_PLAIN.sub("_", name).strip(" .")
    if len(name) > limit:
        stem, dot, suffix = name.rpartition(".")
        suffix = (dot + suffix)[:10] if stem else ""
        name = name[: limit - len(suffix)] + suffix
    return name or "file"
