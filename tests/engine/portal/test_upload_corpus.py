"""More hostile files: structures that lie, loop, nest, or hide what they do."""

import io
import struct
import time
import zlib

import pytest
from PIL import Image

from odoo.addons.ar_portal.engine.upload_check import Rejected, check
from odoo.addons.ar_portal.engine.upload_kinds import Kind, Refusal, sniff


def written(objects, trailer="", version="1.5"):
    """A PDF of these objects with a right table; object 1 is the catalogue."""
    content, offsets = f"%PDF-{version}\n".encode(), []
    for number, body in enumerate(objects, 1):
        offsets.append(len(content))
        body = body if isinstance(body, bytes) else body.encode()
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(content)
    content += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    content += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    tail = f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R {trailer} >>\n"
    return content + tail.encode() + b"startxref\n%d\n%%%%EOF\n" % start


PAGES = "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
PAGE = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>"


def one_page(catalogue="", page=PAGE, more=(), trailer=""):
    """A PDF of one page with something added."""
    root = f"<< /Type /Catalog /Pages 2 0 R {catalogue} >>"
    return written([root, PAGES, page, *more], trailer)


def in_object_stream(text):
    """A PDF whose object 4 is packed away in a stream of objects."""
    packed = zlib.compress(f"4 0 {text}".encode())
    stream = (
        b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n"
        % len(packed)
    )
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /OpenAction 4 0 R >>",
        PAGES.encode(),
        PAGE.encode(),
        stream + packed + b"\nendstream",
    ]
    content, offsets = b"%PDF-1.5\n", []
    for number, body in zip((1, 2, 3, 5), objects, strict=True):
        offsets.append((number, len(content)))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(content)
    rows = {0: (0, 0, 65535), 4: (2, 5, 0), 6: (1, start, 0)}
    rows |= {number: (1, offset, 0) for number, offset in offsets}
    table = b"".join(struct.pack(">BIH", *rows[n]) for n in range(7))
    content += (
        b"6 0 obj\n<< /Type /XRef /Size 7 /W [1 4 2] /Root 1 0 R /Length %d >>\n"
        b"stream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n"
        % (len(table), table, start)
    )
    return content


def updated(first, number, body):
    """The same PDF with one object replaced by an update behind it."""
    before = first.rindex(b"startxref\n") + 10
    previous = int(first[before:].split()[0])
    content = first + b"%d 0 obj\n%s\nendobj\n" % (number, body.encode())
    start = len(content)
    offset = len(first)
    return content + (
        b"xref\n%d 1\n%010d 00000 n \ntrailer\n<< /Size 9 /Root 1 0 R /Prev %d >>\n"
        b"startxref\n%d\n%%%%EOF\n" % (number, offset, previous, start)
    )


SCRIPT = "<< /S /JavaScript /JS (app.alert\\(1\\)) >>"
ACTIVE = {
    "open-action": one_page(f"/OpenAction {SCRIPT}"),
    "name-in-hex": one_page("/OpenAction << /S /J#61vaScript /#4a#53 (x) >>"),
    "additional-action": one_page(page=PAGE[:-2] + f"/AA << /O {SCRIPT} >> >>"),
    "names-tree": one_page(f"/Names << /JavaScript << /Names [(a) {SCRIPT}] >> >>"),
    "annotation": one_page(
        page=PAGE[:-2] + "/Annots [<< /Subtype /Link /A << /S /Launch /F (a) >> >>] >>"
    ),
    "packed-away": in_object_stream(SCRIPT),
    "added-by-update": updated(
        one_page(), 1, f"<< /Type /Catalog /Pages 2 0 R /OpenAction {SCRIPT} >>"
    ),
    "embedded-file": one_page("/Names << /EmbeddedFiles << /Names [] >> >>"),
    "rich-media": one_page(page=PAGE[:-2] + "/Annots [<< /Subtype /RichMedia >>] >>"),
}


@pytest.mark.parametrize("data", ACTIVE.values(), ids=ACTIVE)
def test_what_a_pdf_does_is_found_wherever_it_hides(data):
    with pytest.raises(Rejected) as caught:
        check(data)
    assert caught.value.refusal is Refusal.ACTIVE_CONTENT


def test_the_builders_make_good_files():
    assert check(one_page()).kind is Kind.PDF
    assert check(in_object_stream("<< /Type /Metadata >>")).kind is Kind.PDF
    plain = "<< /Type /Catalog /Pages 2 0 R >>"
    assert check(updated(one_page(), 1, plain)).kind is Kind.PDF


def png(chunks):
    """A PNG of these ``(tag, body, right checksum)``."""
    out = b"\x89PNG\r\n\x1a\n"
    for tag, body, right in chunks:
        crc = zlib.crc32(tag + body) if right else 0
        out += struct.pack(">I", len(body)) + tag + body + struct.pack(">I", crc)
    return out


HEAD = struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)
ROWS = zlib.compress(b"\0" * 25 * 8)


def jpeg():
    out = io.BytesIO()
    Image.effect_noise((64, 64), 40).convert("RGB").save(out, "JPEG")
    return out.getvalue()


def webp():
    out = io.BytesIO()
    Image.effect_noise((64, 64), 40).convert("RGB").save(out, "WEBP")
    return out.getvalue()


LYING = {
    "table-beyond-the-file": one_page().replace(b"startxref\n", b"startxref\n9"),
    "table-points-to-itself": one_page(trailer="/Prev 9"),
    "no-table": one_page().partition(b"xref\n")[0] + b"%%EOF\n",
    "pages-that-loop": written(
        ["<< /Type /Catalog /Pages 2 0 R >>"]
        + ["<< /Type /Pages /Kids [2 0 R] /Count 9 >>"]
    ),
    "parent-that-loops": one_page(page="<< /Type /Page /Parent 3 0 R >>"),
    "nested-arrays": one_page(f"/X {'[' * 50_000}{']' * 50_000}"),
    "length-that-lies": one_page(
        more=["<< /Length 999999999 >>\nstream\nx\nendstream"]
    ),
    "million-of-pages": written(
        ["<< /Type /Catalog /Pages 2 0 R >>"]
        + ["<< /Type /Pages /Kids [] /Count 1000000 >>"]
    ),
    "predictor-out-of-range": one_page(
        more=[
            b"<< /Filter /FlateDecode /DecodeParms << /Predictor 99 /Columns 999999999"
            b" >> /Length 4 >>\nstream\nxxxx\nendstream"
        ]
    ),
    "png-wrong-checksum": png([(b"IHDR", HEAD, False), (b"IEND", b"", True)]),
    "png-without-rows": png([(b"IHDR", HEAD, True), (b"IEND", b"", True)]),
    "png-chunk-beyond-the-file": png([(b"IHDR", HEAD, True)]) + b"\x7f\xff\xff\xffIDAT",
    "png-text-bomb": png(
        [
            (b"IHDR", HEAD, True),
            (b"zTXt", b"k\0\0" + zlib.compress(b"x" * 50_000_000, 9), True),
            (b"IDAT", ROWS, True),
            (b"IEND", b"", True),
        ]
    ),
    "jpeg-cut": jpeg()[:200],
    "jpeg-only-a-mark": b"\xff\xd8\xff",
    "webp-cut": webp()[:40],
    "webp-size-that-lies": webp()[:4] + b"\xff\xff\xff\x7f" + webp()[8:],
    "pdf-in-a-png": png([(b"IHDR", HEAD, True)]) + one_page(),
    "png-in-a-pdf-name": b"%PDF-\x89PNG\r\n\x1a\n%%EOF",
}


@pytest.mark.parametrize("data", LYING.values(), ids=LYING)
def test_a_file_that_lies_ends_in_a_verdict_soon(data):
    start = time.monotonic()
    try:
        checked = check(data)
    except Rejected as rejected:
        assert rejected.refusal in Refusal
    else:
        # Taken: then it is what it was stored as, and nothing else is in a picture.
        assert sniff(checked.data) is checked.kind
        assert checked.kind is Kind.PDF or b"%PDF" not in checked.data
    assert time.monotonic() - start < 16
