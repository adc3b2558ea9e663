"""Lifecycle messages of the French reform (CDAR), read without trusting them.

The message is the UN/CEFACT *CrossDomainAcknowledgementAndResponse*, D22B. Whoever
sends one is a stranger: no document type, no entity, no network, and limits on size,
depth and number, each refused with its own error. What is inside and unexpected is
kept as an :class:`~.payloads.Unknown`, never an exception. Amounts are integer cents.
"""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache

from lxml import etree

from .cdar_codes import LifecycleCode
from .dates import PARIS, parse_moment
from .payloads import Unknown, _cents

URN = "urn:un:unece:uncefact:data:standard:"
RSM = f"{URN}CrossDomainAcknowledgementAndResponse:100"
RAM = f"{URN}ReusableAggregateBusinessInformationEntity:100"
UDT = f"{URN}UnqualifiedDataType:100"
QDT = f"{URN}QualifiedDataType:100"

#: Attachments travel inside the message, so it may be large, but not endless.
MAX_BYTES = 20 * 1024 * 1024
MAX_ELEMENTS = 200_000
MAX_TEXT = 10_000
ENCODINGS = ("utf-8", "us-ascii", "iso-8859-1", "iso-8859-15", "windows-1252")

_PROLOG = re.compile(rb"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*)*", re.DOTALL)
_ENCODING = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']+)[\"']")


class CdarError(ValueError):
    """A message that is not read; ``kind`` is a stable word for it."""

    kind = "unreadable"


class CdarTooLarge(CdarError):
    """Larger, deeper or longer than any honest message."""

    kind = "too_large"


class CdarMalformed(CdarError):
    """No well-formed XML, or an encoding that nobody uses."""

    kind = "malformed"


class CdarForbidden(CdarError):
    """A document type or entities: no honest message has them."""

    kind = "forbidden"


class CdarWrongRoot(CdarError):
    """Well-formed XML of another kind, or of another version."""

    kind = "wrong_root"


@dataclass(frozen=True)
class Party:
    """Who wrote or receives a message; ``role`` is BY, SE, WK (platform), DFH…"""

    role: str = ""
    identifier: str = ""
    scheme: str = ""
    name: str = ""


@dataclass(frozen=True)
class Figure:
    """One data of a status (MDT-206 and following).

    :param str kind: MDT-207: MEN cashed, MPA paid, MAPTTC approved, MNATTC not
        approved, DIV found, DVA expected…
    :param int cents: None when it is no amount
    :param Decimal percent: VAT rate, None when not told
    :param str location: what it is about, such as a business term number
    :param str text: a value that is neither an amount nor a date
    """

    kind: str
    cents: int | None = None
    currency: str = ""
    percent: Decimal | None = None
    day: date | None = None
    location: str = ""
    text: str = ""


@dataclass(frozen=True)
class Motive:
    """Why: reason code and words, and what the buyer asks for (MDT-121)."""

    code: str = ""
    label: str = ""
    action: str = ""
    comment: str = ""


@dataclass(frozen=True)
class InvoiceStatus:
    """One status of one invoice.

    :param status: a :class:`LifecycleCode`, or an :class:`Unknown` with the raw code
    :param str raw_date: MDT-78 as written: the date of the status itself
    :param str seller: MDT-129: SIREN of who issued the invoice
    :param str received: MDT-95 as written: reception by the platform
    """

    number: str
    status: object
    label: str
    raw_date: str
    seller: str
    type_code: str = ""
    invoice_date: date | None = None
    received: str = ""
    motives: tuple = ()
    figures: tuple = ()
    attachments: tuple = ()

    @property
    def code(self):
        """The raw code, known or not."""
        unknown = isinstance(self.status, Unknown)
        return str(self.status.payload) if unknown else self.status.value


@dataclass(frozen=True)
class Message:
    """One lifecycle message: its envelope, and one status per invoice named in it."""

    message_id: str
    process: str
    guideline: str
    created: str
    issuer: Party
    recipients: tuple
    statuses: tuple
    unknown: tuple = ()


def parse_cdar(raw):
    """Read one message.

    :param bytes raw: the file as it was downloaded, byte order mark or not
    :return: a :class:`Message`
    :raise CdarError: one of its kinds; nothing of the file is then used
    """
    root = _root(raw)
    document = root.find(f"{{{RSM}}}ExchangedDocument")
    context = root.find(f"{{{RSM}}}ExchangedDocumentContext")
    read = [
        _status(reference, answer)
        for answer in root.iterfind(f"{{{RSM}}}AcknowledgementDocument")
        for reference in answer.iterfind(_ram("ReferenceReferencedDocument"))
    ]
    if not read:
        raise CdarWrongRoot("no invoice is named in the message")
    return Message(
        message_id=_text(document, _ram("ID")),
        process=_text(
            context, _ram("BusinessProcessSpecifiedDocumentContextParameter", "ID")
        ),
        guideline=_text(
            context, _ram("GuidelineSpecifiedDocumentContextParameter", "ID")
        ),
        created=_date(document, _ram("IssueDateTime")),
        issuer=_party(_find(document, _ram("IssuerTradeParty"))),
        recipients=tuple(
            _party(party) for party in _all(document, _ram("RecipientTradeParty"))
        ),
        statuses=tuple(r for r in read if isinstance(r, InvoiceStatus)),
        unknown=tuple(r for r in read if isinstance(r, Unknown)),
    )


def cdar_moment(raw, zone=PARIS):
    """Aware moment of a date as written (formats 102, 203, 204 and 205).

    :param zone: what a date without zone means; the message never says
    :return: aware datetime in UTC, None when it is no date

    >>> cdar_moment("20250730100000").isoformat()
    '2025-07-30T08:00:00+00:00'
    """
    text = (raw or "").strip()
    digits, sign, offset = text, "", ""
    for mark in "+-":
        if mark in text and not text.startswith(mark) and "T" not in text:
            digits, sign, offset = text.partition(mark)
            break
    if not (digits.isascii() and digits.isdigit() and len(digits) in (8, 12, 14)):
        return parse_moment(text, zone)
    padded = digits.ljust(14, "0")
    day = f"{padded[:4]}-{padded[4:6]}-{padded[6:8]}"
    hour = f"{padded[8:10]}:{padded[10:12]}:{padded[12:]}"
    return parse_moment(f"{day}T{hour}{sign}{offset}", zone)


def cdar_day(raw):
    """Calendar day of a date as written, whatever its hour; None when it is none."""
    digits = (raw or "").strip()[:10].replace("-", "")[:8]
    if not (digits.isascii() and digits.isdigit() and len(digits) == 8):
        return None
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


# Getting in.


def _root(raw):
    if len(raw) > MAX_BYTES:
        raise CdarTooLarge("the message is larger than 20 MB")
    data = _plain(raw)
    start = _PROLOG.match(data).end()
    if data[start : start + 2] == b"<!":
        raise CdarForbidden("a document type or entities")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        # The words of the library quote the file, which a stranger wrote.
        raise CdarMalformed(f"not well-formed, line {error.lineno}") from None
    except ValueError:
        raise CdarMalformed("not well-formed") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise CdarForbidden("a document type or entities")
    if root.tag != f"{{{RSM}}}CrossDomainAcknowledgementAndResponse":
        raise CdarWrongRoot("another kind of document")
    # The shortest element takes four bytes: most files need no counting.
    if len(data) > 4 * MAX_ELEMENTS and sum(1 for _ in root.iter()) > MAX_ELEMENTS:
        raise CdarTooLarge("too many elements")
    return root


def _plain(raw):
    """The file as bytes in an encoding where ``<!`` cannot hide."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            data = raw.decode("utf-16").encode()
        except UnicodeError:
            raise CdarMalformed("cut UTF-16") from None
        # Its declaration still says UTF-16.
        return re.sub(rb"^\s*<\?xml.*?\?>", b"", data, count=1, flags=re.DOTALL)
    data = raw.removeprefix(b"\xef\xbb\xbf")
    if b"\x00" in data[:64]:
        raise CdarMalformed("an encoding without byte order mark")
    declared = _ENCODING.match(data.lstrip()[:200])
    name = declared.group(1).decode("ascii", "replace").lower() if declared else ""
    if name and name not in ENCODINGS:
        raise CdarMalformed("an encoding that is not read")
    # A declaration may only stand at the very beginning.
    return data.lstrip()


# Reading inside. Every finder accepts None and answers with nothing.


@cache
def _ram(*names):
    return "/".join(f"{{{RAM}}}{name}" for name in names)


def _find(node, path):
    return None if node is None else node.find(path)


def _all(node, path):
    return () if node is None else node.iterfind(path)


def _text(node, path=None):
    found = node if path is None else _find(node, path)
    text = "" if found is None else (found.text or "")
    return text.replace("\x00", "").strip()[:MAX_TEXT]


def _date(node, path):
    """A date as written: in one of two namespaces, or as text of the element."""
    found = _find(node, path)
    if found is None:
        return ""
    for child in found:
        text = _text(child)
        if text:
            return text
    return _text(found)


def _party(node):
    identifier = _find(node, _ram("GlobalID"))
    if identifier is None:
        identifier = _find(node, _ram("ID"))
    return Party(
        role=_text(node, _ram("RoleCode")),
        identifier=_text(identifier),
        scheme="" if identifier is None else identifier.get("schemeID", ""),
        name=_text(node, _ram("Name")),
    )


def _status(reference, answer):
    number = _text(reference, _ram("IssuerAssignedID"))
    code = _text(reference, _ram("ProcessConditionCode"))
    if not number or not code:
        return Unknown("status without invoice number or code", [number, code])
    try:
        status = LifecycleCode(code)
    except ValueError:
        status = Unknown("status code", code)
    blocks = list(_all(reference, _ram("SpecifiedDocumentStatus")))
    return InvoiceStatus(
        number=number,
        status=status,
        label=_text(reference, _ram("ProcessCondition")),
        raw_date=_date(answer, _ram("IssueDateTime")),
        seller=_party(_find(reference, _ram("IssuerTradeParty"))).identifier,
        type_code=_text(reference, _ram("TypeCode")),
        invoice_date=cdar_day(_date(reference, _ram("FormattedIssueDateTime"))),
        received=_date(reference, _ram("ReceiptDateTime")),
        motives=tuple(m for m in map(_motive, blocks) if m != Motive()),
        figures=tuple(
            _figure(data)
            for block in blocks
            for data in _all(block, _ram("SpecifiedDocumentCharacteristic"))
        ),
        attachments=tuple(
            binary.get("filename", "")
            for binary in _all(reference, _ram("AttachmentBinaryObject"))
        ),
    )


def _motive(block):
    notes = [_text(n) for n in block.iterfind(_ram("IncludedNote", "Content"))]
    return Motive(
        code=_text(block, _ram("ReasonCode")),
        label=_text(block, _ram("Reason")),
        action=_text(block, _ram("RequestedActionCode")),
        comment="\n".join(note for note in notes if note),
    )


def _figure(data):
    amount = _find(data, _ram("ValueAmount"))
    percent = _number(_text(data, _ram("ValuePercent")))
    others = ("ValueText", "Value", "ValueCode", "ValueID", "ValueNumeric")
    texts = (_text(data, _ram(name)) for name in others)
    return Figure(
        kind=_text(data, _ram("TypeCode")),
        cents=_cents(_text(amount)),
        currency="" if amount is None else amount.get("currencyID", ""),
        percent=percent,
        day=cdar_day(_date(data, _ram("ValueDateTime"))),
        location=_text(data, _ram("Location")) or _text(data, _ram("ID")),
        text=next((text for text in texts if text), ""),
    )


def _number(text):
    try:
        number = Decimal(text) if text else None
    except InvalidOperation:
        return None
    return number if number is not None and number.is_finite() else None
