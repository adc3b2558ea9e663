"""Read ISO 20022 camt.053 statements (and .052/.054) into :mod:`.statement`.

Elements are found by local name, so that versions 02 to 08, later ones, and files
with a bank's own namespace prefix all read alike. The file comes from outside: no
entity is resolved, nothing is fetched, sizes and depth are bounded, and memory does
not grow with the number of entries.
"""

from __future__ import annotations

import re
from io import BytesIO

from lxml import etree

from . import camt_entry
from .camt_entry import EntryError, child, name_of, path, text
from .normalise import compact
from .statement import (
    MAX_BYTES,
    MAX_ENTRIES,
    MAX_PROBLEMS,
    Problem,
    Statement,
    StatementFile,
    StatementFileError,
    check_size,
    with_keys,
)

MAX_DEPTH = 40

#: Message element -> (kind, element of one statement).
_MESSAGES = {
    "BkToCstmrStmt": ("camt.053", "Stmt"),
    "BkToCstmrAcctRpt": ("camt.052", "Rpt"),
    "BkToCstmrDbtCdtNtfctn": ("camt.054", "Ntfctn"),
}
#: Balance codes, best first (ISO 20022 BalanceType; ITBD is used between pages).
_OPENING = ("OPBD", "PRCD", "ITBD")
_CLOSING = ("CLBD", "ITBD")

_NAMESPACE_VERSION = re.compile(r"camt\.\d{3}\.001\.(\d{2})")
_DECLARED_ENCODING = re.compile(
    rb"""^\s*<\?xml[^>]*encoding=["']([\w.-]+)["'][^>]*\?>"""
)


def parse(content, *, max_bytes=MAX_BYTES, max_entries=MAX_ENTRIES):
    """Read a camt message.

    An entry that cannot be read is left out and named in ``problems``; the others
    are kept. Only booked entries are returned, pending ones are counted.

    :param bytes content: the file
    :param int max_bytes: refuse a longer file
    :param int max_entries: refuse a file with more entries
    :rtype: StatementFile
    :raise StatementFileError: codes ``empty``, ``too_large``, ``not_xml``,
        ``truncated``, ``forbidden_markup``, ``too_deep``, ``too_many_entries``,
        ``not_camt``, ``no_statement``, ``bad_encoding``
    """
    check_size(content, max_bytes)
    content, repaired = _readable(content)
    reader = _Reader(max_entries)
    if repaired:
        reader.problems.append(Problem("encoding_repaired", fatal=False))
    try:
        reader.walk(content)
    except etree.XMLSyntaxError as error:
        raise _syntax_error(error, content, reader) from None
    if reader.kind is None:
        raise StatementFileError("not_camt", found=reader.root_name)
    if not reader.statements:
        raise StatementFileError("no_statement")
    return StatementFile(
        kind=reader.kind,
        version=reader.version,
        identifier=reader.identifier,
        statements=with_keys(reader.statements),
        problems=tuple(reader.problems),
    )


def _readable(content):
    """Return bytes that libxml2 can decode, and whether they had to be mended.

    Several bank tools write Windows-1252 under a UTF-8 heading: names keep their
    accents when it is read for what it is, and references are ASCII either way.
    """
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content, False
    found = _DECLARED_ENCODING.match(content.removeprefix(b"\xef\xbb\xbf")[:200])
    declared = found.group(1).decode().lower() if found else "utf-8"
    if declared not in ("utf-8", "utf8"):
        return content, False
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace").encode("utf-8"), True
    return content, False


def _syntax_error(error, content, reader):
    message = str(error)
    if "ncoding" in message:
        return StatementFileError("bad_encoding")
    if "depth" in message:
        return StatementFileError("too_deep")
    line = error.position[0]
    if reader.kind and not content.rstrip().endswith(b"Document>"):
        return StatementFileError("truncated", line=line)
    if reader.root_name is None:
        return StatementFileError("not_xml")
    return StatementFileError("broken_xml", line=line)


class _Reader:
    """Walks the file once; one statement and one entry in memory at a time."""

    def __init__(self, max_entries):
        self.max_entries = max_entries
        self.kind = None
        self.version = ""
        self.identifier = ""
        self.root_name = None
        self.statements = []
        self.problems = []
        self._statement_tag = None
        self._entry_count = 0
        self._seen = set()
        self._start_statement()

    def walk(self, content):
        events = etree.iterparse(
            BytesIO(content),
            events=("start", "end"),
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        depth = 0
        for event, element in events:
            if event == "start":
                depth += 1
                self._on_start(element, depth)
            else:
                self._on_end(element, depth)
                depth -= 1

    def _on_start(self, element, depth):
        if depth > MAX_DEPTH:
            raise StatementFileError("too_deep")
        if depth == 1:
            self._check_root(element)
        name = name_of(element)
        if self.kind is None and name in _MESSAGES:
            self.kind, self._statement_tag = _MESSAGES[name]

    def _check_root(self, element):
        if element.getroottree().docinfo.doctype:
            # Statements never need a DTD; it is how entity bombs and file reads come.
            raise StatementFileError("forbidden_markup")
        self.root_name = name_of(element)
        found = _NAMESPACE_VERSION.search(etree.QName(element).namespace or "")
        self.version = found.group(1) if found else ""

    def _on_end(self, element, depth):
        if depth > 4 or self.kind is None:
            return
        name = name_of(element)
        parent = element.getparent()
        if name == "GrpHdr":
            self.identifier = text(element, "MsgId")
        elif parent is not None and name_of(parent) == self._statement_tag:
            if name == "Ntry":
                self._on_entry(parent, element)
                _forget(element)
        elif name == self._statement_tag:
            self._on_statement(element)
            _forget(element)

    # One statement ---------------------------------------------------------------

    def _start_statement(self):
        self._transactions = []
        self._entries = 0
        self._pending = 0

    def _on_entry(self, statement, entry):
        self._entry_count += 1
        if self._entry_count > self.max_entries:
            raise StatementFileError("too_many_entries", limit=self.max_entries)
        self._entries += 1
        if not camt_entry.is_booked(entry):
            self._pending += 1
            return
        position = (len(self.statements) + 1, self._entries)
        account = child(statement, "Acct")
        try:
            transactions, warning = camt_entry.read(
                entry, position, text(account, "Ccy"), _account_number(account)
            )
        except EntryError as error:
            self._problem(error.code, position, entry, error.detail)
            return
        if warning:
            self._problem(warning, position, entry, fatal=False)
        self._transactions.extend(transactions)

    def _problem(self, code, position, entry=None, detail="", fatal=True):
        if len(self.problems) >= MAX_PROBLEMS:
            return
        reference = ""
        if entry is not None:
            reference = text(entry, "AcctSvcrRef") or text(entry, "NtryRef")
        self.problems.append(
            Problem(code, position[0], position[1], reference, detail[:80], fatal)
        )

    def _on_statement(self, element):
        account = child(element, "Acct")
        number = _account_number(account)
        identifier = text(element, "Id")
        position = len(self.statements) + 1
        signature = (identifier, number, text(element, "StmtPgntn/PgNb"))
        transactions = tuple(self._transactions)
        pending = self._pending
        self._start_statement()
        if identifier and signature in self._seen:
            self._problem("repeated_statement", (position, 0), fatal=False)
            return
        self._seen.add(signature)
        opening, closing = self._balances(element, position)
        currency = text(account, "Ccy") or (opening and opening[1]) or ""
        if not currency and transactions:
            currency = transactions[0].currency
        opening = _in_currency(opening, currency)
        closing = _in_currency(closing, currency)
        self.statements.append(
            Statement(
                identifier=identifier,
                account=number,
                currency=currency,
                transactions=transactions,
                opening=opening and opening[0],
                closing=closing and closing[0],
                opening_date=opening and opening[2],
                closing_date=closing and closing[2],
                number=text(element, "ElctrncSeqNb") or text(element, "LglSeqNb"),
                pending=pending,
            )
        )

    def _balances(self, element, position):
        """Return (amount, currency, date) of the opening and closing balances."""
        found = {}
        for balance in path(element, "Bal"):
            code = text(balance, "Tp/CdOrPrtry/Cd") or text(balance, "Tp/Cd")
            try:
                money = camt_entry.signed_amount(balance)
                day = camt_entry.read_date(child(balance, "Dt"))
            except EntryError as error:
                self._problem("unreadable_balance", (position, 0), detail=error.detail)
                continue
            found.setdefault(code, []).append((money.amount, money.currency, day))
        opening = next((found[code][0] for code in _OPENING if code in found), None)
        closing = next((found[code][-1] for code in _CLOSING if code in found), None)
        return opening, closing


def _in_currency(balance, currency):
    """A balance told in another currency proves nothing about the movements."""
    return balance if balance and balance[1] == currency else None


def _account_number(account):
    return compact(text(account, "Id/IBAN") or text(account, "Id/Othr/Id"))


def _forget(element):
    """Free a handled element and the siblings before it."""
    element.clear()
    while element.getprevious() is not None:
        previous = element.getprevious()
        if name_of(previous) != name_of(element):
            break
        element.getparent().remove(previous)
