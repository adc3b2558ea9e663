"""Statuses from a file: one line per status, read strictly, explained in words.

For platforms without a connection, and for catching up by hand. Columns are found
by their heading, in French or English, in any order; separator and encoding are
recognised. Every line is either a fact or an error that names line and column.
"""

import csv
import hashlib
import io
from dataclasses import dataclass
from datetime import datetime, timezone
from decimal import Decimal, InvalidOperation
from enum import Enum

from .cdar_facts import invoice_key
from .dates import PARIS
from .payloads import MovedInvoice, Observed, PlatformEvent
from .reasons import plain

#: A file of statuses is small; more is a mistake, or an attack.
MOST_BYTES = 10 * 1024 * 1024
MOST_LINES = 50_000

HEADINGS = {
    "number": ("numero", "numero facture", "n facture", "facture", "number", "invoice"),
    "status": ("statut", "status", "code", "code statut"),
    "date": ("date", "date statut", "date du statut", "status date"),
    "comment": ("commentaire", "comment", "motif"),
    "author": ("auteur", "author", "par", "by"),
    "amount": ("montant", "amount", "montant paye", "paid amount"),
    "siren": ("siren", "siret", "siren vendeur", "seller siren"),
    "invoice_date": ("date facture", "invoice date"),
    "reasons": ("code motif", "codes motif", "reason code", "reason codes"),
}
NEEDED = ("number", "status", "date")
FORMATS = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d",
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y",
)


class Problem(str, Enum):
    """What is wrong with a file or a line."""

    TOO_LARGE = "too_large"
    UNREADABLE = "unreadable"
    COLUMN_MISSING = "column_missing"
    EMPTY = "empty"
    VALUE_MISSING = "value_missing"
    STATUS_UNKNOWN = "status_unknown"
    DATE_WRONG = "date_wrong"
    AMOUNT_WRONG = "amount_wrong"


@dataclass(frozen=True)
class FileError:
    """One thing to correct.

    :param int line: as a spreadsheet counts it, 0 for the file as a whole
    :param str column: which of :data:`HEADINGS`
    :param str value: what stands there, shortened
    """

    problem: Problem
    line: int = 0
    column: str = ""
    value: str = ""


@dataclass(frozen=True)
class StatusFile:
    """What a file tells: observed invoices, and what is wrong with the rest."""

    observed: tuple = ()
    errors: tuple = ()


def read_statuses(raw, codes):
    """Read a file of statuses.

    :param bytes raw: the file
    :param dict codes: ``{code or label, as reasons.plain() has it: status code}``
    :return: a :class:`StatusFile`; the facts of one invoice together
    """
    if len(raw) > MOST_BYTES:
        return StatusFile(errors=(FileError(Problem.TOO_LARGE),))
    text = _decoded(raw)
    if text is None:
        return StatusFile(errors=(FileError(Problem.UNREADABLE),))
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=_separator(text)))
    except csv.Error:
        return StatusFile(errors=(FileError(Problem.UNREADABLE),))
    if len(rows) > MOST_LINES:
        return StatusFile(errors=(FileError(Problem.TOO_LARGE),))
    columns = _columns(rows[0]) if rows else {}
    missing = [name for name in NEEDED if name not in columns]
    if missing:
        return StatusFile(
            errors=tuple(FileError(Problem.COLUMN_MISSING, 1, n) for n in missing)
        )
    return _read_rows(rows, columns, codes)


def _read_rows(rows, columns, codes):
    facts, errors = {}, []
    for line, row in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        values = {
            name: row[place].strip() if place < len(row) else ""
            for name, place in columns.items()
        }
        found = _read_line(line, values, codes)
        if isinstance(found, FileError):
            errors.append(found)
            continue
        invoice, event = found
        facts.setdefault(invoice.external_id, (invoice, []))[1].append(event)
    if not facts and not errors:
        errors.append(FileError(Problem.EMPTY))
    observed = tuple(Observed(inv, tuple(events)) for inv, events in facts.values())
    return StatusFile(observed, tuple(errors))


def _read_line(line, values, codes):
    """``(MovedInvoice, PlatformEvent)`` of one line, or its first error."""
    for name in NEEDED:
        if not values[name]:
            return FileError(Problem.VALUE_MISSING, line, name)
    code = codes.get(plain(values["status"]))
    if code is None:
        return FileError(Problem.STATUS_UNKNOWN, line, "status", values["status"][:60])
    moment = _moment(values["date"])
    if moment is None:
        return FileError(Problem.DATE_WRONG, line, "date", values["date"][:60])
    amount = None
    if values.get("amount"):
        amount = _cents(values["amount"])
        if amount is None:
            return FileError(
                Problem.AMOUNT_WRONG, line, "amount", values["amount"][:60]
            )
    day = _moment(values.get("invoice_date") or "")
    siren = "".join(c for c in values.get("siren", "") if c.isdigit())[:9]
    invoiced = day and day.astimezone(PARIS).date()
    invoice = MovedInvoice(
        external_id=invoice_key(siren, values["number"], invoiced and invoiced.year),
        number=values["number"],
        supplier_code=siren,
        invoice_date=invoiced,
    )
    event = PlatformEvent(
        external_id=_identity(code, values),
        code=code,
        raw_date=values["date"],
        moment=moment,
        comment=values.get("comment", ""),
        author=values.get("author", ""),
        amount=amount,
        reasons=tuple(values.get("reasons", "").replace(",", " ").upper().split()),
        payload=values,
    )
    return invoice, event


def _identity(code, values):
    """The same line in two files is one fact."""
    told = "\n".join((code, values["date"], values.get("comment", "")))
    return f"f{hashlib.sha256(told.encode()).hexdigest()[:24]}"


def _decoded(raw):
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if "\x00" in text else text
    return None


def _separator(text):
    first = text.split("\n", 1)[0]
    return max(";,\t", key=first.count)


def _columns(headings):
    """``{name: place}`` of the columns that are known."""
    told = [plain(heading) for heading in headings]
    found = {}
    for name, spellings in HEADINGS.items():
        for spelling in spellings:
            if spelling in told and told.index(spelling) not in found.values():
                found[name] = told.index(spelling)
                break
    return found


def _moment(text):
    for form in FORMATS:
        try:
            moment = datetime.strptime(text.replace("T", " "), form)
        except ValueError:
            continue
        return moment.replace(tzinfo=PARIS).astimezone(timezone.utc)
    return None


def _cents(text):
    """Cents of a French or English amount; None when it is none.

    >>> _cents("1 234,50"), _cents("1,234.50"), _cents("deux")
    (123450, 123450, None)
    """
    bare = "".join(c for c in text if c.isdigit() or c in ".,-")
    if "," in bare and "." in bare:
        last = max(bare.rfind(","), bare.rfind("."))
        bare = bare[:last].replace(",", "").replace(".", "") + "." + bare[last + 1 :]
    else:
        bare = bare.replace(",", ".")
    try:
        amount = Decimal(bare) * 100
    except InvalidOperation:
        return None
    if amount != amount.to_integral_value() or not 0 <= amount < 10**15:
        return None
    return int(amount)
