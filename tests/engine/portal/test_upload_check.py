"""Hostile and honest files; each is built here, none is stored."""

import io
import os
import random
import struct
import subprocess
import sys
import zipfile
import zlib

import pytest
from PIL import Image, PngImagePlugin
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, NameObject

from odoo.addons.ar_portal.engine import upload_check, upload_kinds
from odoo.addons.ar_portal.engine.upload_check import Rejected, check, display_name
from odoo.addons.ar_portal.engine.upload_kinds import Kind, Refusal

SECRET = b"SECRET-KEPT-IN-METADATA"


def pdf(pages=1, prepare=None):
    writer = PdfWriter()
    for _page in range(pages):
        writer.add_blank_page(width=200, height=200)
    if prepare:
        prepare(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def picture(kind, size=(64, 48), mode="RGB", **options):
    out = io.BytesIO()
    Image.effect_noise(size, 40).convert(mode).save(out, kind, **options)
    return out.getvalue()


def zip_archive():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("payload.html", "<script>alert(1)</script>")
    return out.getvalue()


def png_bomb(side):
    """A picture of a few hundred kilobytes with ``side`` × ``side`` pixels."""

    def chunk(tag, body):
        crc = struct.pack(">I", zlib.crc32(tag + body))
        return struct.pack(">I", len(body)) + tag + body + crc

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    squeeze, rows = zlib.compressobj(9), []
    for _row in range(side):
        rows.append(squeeze.compress(b"\0" * (side * 3 + 1)))
    rows.append(squeeze.flush())
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", head),
            chunk(b"IDAT", b"".join(rows)),
            chunk(b"IEND", b""),
        )
    )


def refusal(data):
    with pytest.raises(Rejected) as caught:
        check(data)
    return caught.value.refusal


def test_a_pdf_is_kept_as_it_came():
    data = pdf()
    checked = check(data)
    assert (checked.kind, checked.data) == (Kind.PDF, data)
    assert checked.kind.mimetype == "application/pdf"


@pytest.mark.parametrize(
    ("form", "kind"),
    [("PNG", Kind.PNG), ("JPEG", Kind.JPEG), ("WEBP", Kind.JPEG)],
)
def test_a_picture_is_drawn_again_with_its_shape(form, kind):
    checked = check(picture(form, (64, 48)))
    assert checked.kind is kind
    with Image.open(io.BytesIO(checked.data)) as again:
        assert again.size == (64, 48)


def test_a_transparent_webp_stays_readable():
    out = io.BytesIO()
    Image.new("RGBA", (8, 8), (200, 0, 0, 100)).save(out, "WEBP", lossless=True)
    checked = check(out.getvalue())
    assert checked.kind is Kind.PNG
    with Image.open(io.BytesIO(checked.data)) as again:
        assert again.getpixel((0, 0)) == (200, 0, 0, 100)


def test_a_photograph_is_turned_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    checked = check(picture("JPEG", (64, 48), exif=exif))
    with Image.open(io.BytesIO(checked.data)) as again:
        assert again.size == (48, 64)


def test_nothing_but_pixels_survives_in_a_jpeg():
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    data = picture("JPEG", exif=exif, comment=SECRET, icc_profile=SECRET)
    data += SECRET + b"<script>alert(1)</script>" + zip_archive()
    assert data.count(SECRET) >= 4
    clean = check(data).data
    assert SECRET not in clean
    assert b"<script" not in clean and b"PK\x05\x06" not in clean


def test_nothing_but_pixels_survives_in_a_png():
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Comment", SECRET.decode())
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    data = picture("PNG", pnginfo=texts, exif=exif) + SECRET
    assert data.count(SECRET) >= 3
    assert SECRET not in check(data).data


def test_nothing_but_pixels_survives_in_a_webp():
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    data = picture("WEBP", exif=exif, xmp=SECRET)
    assert SECRET in data
    assert SECRET not in check(data).data


def test_a_palette_picture_with_transparency_is_kept():
    image = Image.new("P", (10, 10))
    out = io.BytesIO()
    image.save(out, "PNG", transparency=0)
    assert check(out.getvalue()).kind is Kind.PNG


@pytest.mark.parametrize(
    "data",
    [
        b"<html><script>alert(1)</script></html>",
        b"<html>%PDF-1.7\n%%EOF",
        b"MZ\x90\x00" + b"\0" * 100,
        b"\x7fELF" + b"\0" * 100,
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"GIF89a" + b"\0" * 100,
        zip_archive(),
        b" " + pdf(),
        b"RIFF\0\0\0\0WAVEfmt ",
    ],
    ids=["html", "html-pdf", "exe", "elf", "svg", "gif", "zip", "shifted", "wave"],
)
def test_other_formats_are_refused(data):
    assert refusal(data) is Refusal.WRONG_TYPE


@pytest.mark.parametrize(
    "data",
    [
        pdf() + b"<script>alert(1)</script>",
        pdf() + zip_archive(),
        pdf()[:-6] + zip_archive() + b"\n%%EOF\n",
        pdf().replace(b"%PDF-1.3\n", b"%PDF-1.3\n%<HTML><script>\n", 1),
        b"%PDF-1.7 no end mark",
    ],
    ids=["appended-html", "appended-zip", "inner-zip", "markup-head", "no-end"],
)
def test_a_pdf_that_is_also_something_else_is_refused(data):
    assert refusal(data) is Refusal.DISGUISED


def _zip_with_comment(writer):
    stream = DecodedStreamObject()
    archive = bytearray(zip_archive())
    # The directory's comment swallows what follows it in the file.
    archive[-2:] = (40).to_bytes(2, "little")
    stream.set_data(bytes(archive))
    writer._root_object[NameObject("/X")] = writer._add_object(stream)


def test_an_archive_hidden_in_a_stream_is_refused():
    assert refusal(pdf(prepare=_zip_with_comment)) is Refusal.DISGUISED


@pytest.mark.parametrize(
    "prepare",
    [
        lambda w: w.add_js("app.alert(1)"),
        lambda w: w.add_attachment("a.exe", b"MZ"),
        lambda w: w._root_object.update(
            {NameObject("/OpenAction"): _action("/Launch")}
        ),
        lambda w: w._root_object.update({NameObject("/AcroForm"): _xfa()}),
    ],
    ids=["script", "attachment", "launch", "xfa"],
)
def test_a_pdf_that_acts_is_refused(prepare):
    assert refusal(pdf(prepare=prepare)) is Refusal.ACTIVE_CONTENT


def _action(name):
    from pypdf.generic import DictionaryObject

    return DictionaryObject({NameObject("/S"): NameObject(name)})


def _xfa():
    from pypdf.generic import DictionaryObject, TextStringObject

    return DictionaryObject({NameObject("/XFA"): TextStringObject("x")})


def test_an_encrypted_pdf_is_refused_with_its_own_reason():
    data = pdf(prepare=lambda w: w.encrypt("", algorithm="RC4-128"))
    assert refusal(data) is Refusal.ENCRYPTED


def test_limits_of_a_pdf():
    assert check(pdf(upload_kinds.MAX_PDF_PAGES))
    too_many = pdf(upload_kinds.MAX_PDF_PAGES + 1)
    assert refusal(too_many) is Refusal.TOO_MANY_PAGES


def test_empty_and_too_big_are_told_before_any_reading(monkeypatch):
    monkeypatch.setattr(upload_check, "_ask_child", pytest.fail)
    assert refusal(b"") is Refusal.EMPTY
    assert refusal(b"%PDF-" + b"0" * upload_kinds.MAX_BYTES) is Refusal.TOO_BIG


def test_a_picture_bomb_is_refused_by_its_header():
    assert refusal(png_bomb(6400)) is Refusal.TOO_LARGE_PICTURE


def test_a_bomb_does_not_grow_the_calling_process():
    probe = (
        "import resource,sys;sys.path.insert(0,sys.argv[1]);"
        "import importlib.util,types;"
        "pkg=types.ModuleType('engine');pkg.__path__=[sys.argv[1]];"
        "sys.modules['engine']=pkg;"
        "from engine.upload_check import check,Rejected;"
        "data=sys.stdin.buffer.read();"
        "before=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "try:\n check(data)\nexcept Rejected:\n pass\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss-before)"
    )
    folder = os.path.dirname(upload_check.__file__)
    for bomb in (png_bomb(6300), png_bomb(14000), pdf(prepare=_content_bomb)):
        done = subprocess.run(
            [sys.executable, "-c", probe, folder],
            input=bomb,
            capture_output=True,
            check=True,
        )
        assert int(done.stdout) < 20 * 1024


def _content_bomb(writer):
    stream = DecodedStreamObject()
    stream.set_data(b"0 0 m\n" * 8_000_000)
    writer.pages[0][NameObject("/Contents")] = writer._add_object(
        stream.flate_encode(9)
    )


def test_a_compressed_content_bomb_is_never_decoded():
    bomb = pdf(prepare=_content_bomb)
    assert len(bomb) < 100_000
    assert check(bomb).kind is Kind.PDF


def test_an_animated_picture_is_refused():
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    out = io.BytesIO()
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:])
    assert refusal(out.getvalue()) is Refusal.ANIMATED


def test_a_child_that_hangs_is_ended():
    with pytest.raises(Rejected) as caught:
        check(pdf(), wall_seconds=0.001)
    assert caught.value.refusal is Refusal.TOO_COMPLEX


def test_a_child_that_cannot_start_refuses_the_file(monkeypatch):
    monkeypatch.setattr(upload_check.sys, "executable", "/nonexistent/python")
    assert refusal(pdf()) is Refusal.UNAVAILABLE


def test_a_lying_child_is_not_believed(monkeypatch, tmp_path):
    liar = tmp_path / "liar.py"
    liar.write_text('import sys; sys.stdout.write(\'{"kind": "png"}\\n<html>\')')
    monkeypatch.setattr(upload_check, "CHILD", liar)
    assert refusal(picture("PNG")) is Refusal.UNREADABLE
    assert refusal(pdf()) is Refusal.UNREADABLE


@pytest.mark.parametrize("seed", range(int(os.environ.get("AR_SOAK") or 0) * 200 + 12))
def test_damaged_files_end_in_a_verdict(seed):
    """Bytes flipped, cut, doubled: a refusal or a clean file, never a crash."""
    rng = random.Random(seed)
    data = bytearray(rng.choice([pdf(3), picture("PNG"), picture("JPEG")]))
    for _hit in range(rng.randint(1, 40)):
        at = rng.randrange(8, len(data))
        choice = rng.random()
        if choice < 0.7:
            data[at] = rng.randrange(256)
        elif choice < 0.85:
            del data[at : at + rng.randint(1, 60)]
        else:
            data[at:at] = data[at : at + rng.randint(1, 60)]
        if len(data) < 32:
            break
    try:
        checked = check(bytes(data))
    except Rejected as rejected:
        assert rejected.refusal in Refusal
    else:
        assert upload_kinds.sniff(checked.data) is checked.kind


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\me\\reçu n°3.pdf", "reçu n_3.pdf"),
        ("a.pdf\n<img src=x onerror=1>.pdf", "a.pdf_img src_x onerror_1_.pdf"),
        ("evil\u202efdp.exe", "evilfdp.exe"),
        ("", "file"),
        (None, "file"),
        ("...", "file"),
        ("a" * 300 + ".pdf", "a" * 76 + ".pdf"),
    ],
)
def test_display_name(name, shown):
    assert display_name(name) == shown
