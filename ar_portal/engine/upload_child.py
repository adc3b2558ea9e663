"""Look at one uploaded file, in a process of its own with limits.

Run as ``python -I upload_child.py KIND`` with the file on standard input. The answer
on standard output is one line of JSON, ``{"kind": …}`` or ``{"refusal": …}``,
followed, for pictures, by the picture drawn again without anything but its pixels.

A decompression bomb or a crash of a decoder ends this process and nothing else.
"""

from __future__ import annotations

import io
import json
import logging
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from upload_kinds import (  # noqa: E402  (isolated mode: no package to import from)
    MAX_BYTES,
    MAX_PDF_OBJECTS,
    MAX_PDF_PAGES,
    MAX_PIXELS,
    MAX_SIDE,
    Kind,
    Refusal,
)

MEMORY = 768 * 1024 * 1024
CPU_SECONDS = 8

#: Names that make a PDF do something, carry something or fetch something.
ACTIVE_NAMES = frozenset(
    {
        "/JavaScript",
        "/JS",
        "/Launch",
        "/EmbeddedFile",
        "/EmbeddedFiles",
        "/EF",
        "/RichMedia",
        "/XFA",
        "/AA",
        "/SubmitForm",
        "/ImportData",
        "/GoToR",
        "/GoToE",
        "/Movie",
        "/Sound",
        "/Rendition",
    }
)


class Refused(Exception):
    """The file is not taken, for the reason given."""

    def __init__(self, refusal: Refusal):
        super().__init__(refusal.value)
        self.refusal = refusal


def limit_process() -> None:
    """Bound memory, processor time, files written and dumps of this process."""
    try:
        import resource
    except ImportError:  # only POSIX has these; the caller's clock still holds
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def redraw(data: bytes, kind: Kind) -> tuple[Kind, bytes]:
    """The same picture, upright, of bounded size, with no metadata at all."""
    from PIL import Image, ImageOps

    # Our own limit, read from the header, before any decoding.
    Image.MAX_IMAGE_PIXELS = None
    picture = Image.open(io.BytesIO(data), formats=[kind.name])
    if picture.width * picture.height > MAX_PIXELS:
        raise Refused(Refusal.TOO_LARGE_PICTURE)
    if getattr(picture, "n_frames", 1) > 1:
        raise Refused(Refusal.ANIMATED)
    if kind is Kind.JPEG:
        # Let the decoder skip detail that would be thrown away just after.
        picture.draft("RGB", (MAX_SIDE, MAX_SIDE))
    picture.thumbnail((MAX_SIDE, MAX_SIDE))
    picture = ImageOps.exif_transpose(picture)
    see_through = kind is not Kind.JPEG and (
        "A" in picture.mode or "transparency" in picture.info
    )
    mode = "RGBA" if see_through else "RGB"
    # A new image: comments, EXIF, profiles and text chunks live in ``info`` of the
    # old one and encoders copy several of them without being asked.
    clean = Image.new(mode, picture.size)
    clean.paste(picture.convert(mode))
    if kind is Kind.PNG or see_through:
        out = io.BytesIO()
        clean.save(out, "PNG")
        if out.tell() <= MAX_BYTES:
            return Kind.PNG, out.getvalue()
        clean = Image.alpha_composite(
            Image.new("RGBA", clean.size, "white"), clean.convert("RGBA")
        ).convert("RGB")
    out = io.BytesIO()
    clean.save(out, "JPEG", quality=85)
    return Kind.JPEG, out.getvalue()


def inspect_pdf(data: bytes) -> None:
    """Refuse a PDF that is encrypted, active, endless or unreadable.

    Only the structure is walked; content streams are never decoded.
    """
    try:
        from pypdf import PdfReader
        from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject
    except ImportError:  # Odoo itself accepts the older name too
        from PyPDF2 import PdfReader
        from PyPDF2.generic import ArrayObject, DictionaryObject, IndirectObject

    reader = PdfReader(io.BytesIO(data), strict=False)
    if reader.is_encrypted:
        raise Refused(Refusal.ENCRYPTED)
    walk_objects(reader.trailer, IndirectObject, DictionaryObject, ArrayObject)
    pages = len(reader.pages)
    if not pages:
        raise Refused(Refusal.UNREADABLE)
    if pages > MAX_PDF_PAGES:
        raise Refused(Refusal.TOO_MANY_PAGES)


def walk_objects(trailer, indirect, dictionary, array) -> None:
    """Visit every object reachable from the trailer, each once.

    The three classes are those of whichever PDF library is there.
    """
    seen, todo, count = set(), [trailer], 0
    while todo:
        thing = todo.pop()
        if isinstance(thing, indirect):
            if thing.idnum in seen:
                continue
            seen.add(thing.idnum)
            thing = thing.get_object()
        count += 1
        if count > MAX_PDF_OBJECTS:
            raise Refused(Refusal.TOO_COMPLEX)
        if isinstance(thing, dictionary):
            for key, value in dict.items(thing):
                refuse_active(key, value)
                todo.append(value)
        elif isinstance(thing, array):
            todo.extend(list.__iter__(thing))


def refuse_active(key, value) -> None:
    """Refuse a name that makes the document do, carry or fetch something."""
    typed = key in ("/S", "/Type", "/Subtype") and value in ACTIVE_NAMES
    if key in ACTIVE_NAMES or typed:
        raise Refused(Refusal.ACTIVE_CONTENT)


def judge(data: bytes, kind: Kind) -> tuple[dict, bytes]:
    """The verdict as a dictionary, and the bytes that follow it."""
    try:
        if kind is Kind.PDF:
            inspect_pdf(data)
            return {"kind": kind.value}, b""
        kind, clean = redraw(data, kind)
        return {"kind": kind.value}, clean
    except Refused as refused:
        return {"refusal": refused.refusal.value}, b""
    except ImportError:
        return {"refusal": Refusal.UNAVAILABLE.value}, b""
    except (MemoryError, RecursionError):
        return {"refusal": Refusal.TOO_COMPLEX.value}, b""
    except Exception:
        # Decoders raise anything on hostile input; all of it means the same.
        return {"refusal": Refusal.UNREADABLE.value}, b""


def main() -> None:
    limit_process()
    logging.disable(logging.CRITICAL)
    kind = Kind(sys.argv[1])
    try:
        verdict, clean = judge(sys.stdin.buffer.read(), kind)
    except MemoryError:
        verdict, clean = {"refusal": Refusal.TOO_COMPLEX.value}, b""
    sys.stdout.buffer.write(json.dumps(verdict).encode() + b"\n" + clean)


if __name__ == "__main__":
    main()
