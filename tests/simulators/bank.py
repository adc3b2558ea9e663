"""What the company's bank sends: a camt.053 statement of one day.

Two layers: ``statement`` writes any entries as ISO 20022 XML (version 08, the fields
French banks fill), and ``todays_entries`` invents a morning's receipts from the open
invoices: payers who name their invoices in untidy but clear ways, and the usual odd
ones. Money is in integer cents of the account's currency.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from lxml import etree

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"


@dataclass(frozen=True)
class Transfer:
    """One payment inside an entry. ``charges``: fee taken on the way, in cents."""

    cents: int
    payer: str
    text: str = ""
    iban: str = ""
    end_to_end: str = "NOTPROVIDED"
    reference: str = ""  #: creditor reference (RF…) as the payer typed it
    charges: int = 0


@dataclass(frozen=True)
class Entry:
    """One booked line: negative cents is money out. ``kind`` tells the story."""

    kind: str
    cents: int
    reference: str
    label: str
    transfers: tuple[Transfer, ...] = ()
    pays: tuple[str, ...] = ()  #: numbers that the payer meant


@dataclass(frozen=True)
class OpenInvoice:
    """An invoice somebody may pay today (one instalment, in the bank's currency)."""

    number: str
    customer: str
    cents: int
    iban: str = ""
    reference: str = ""


@dataclass
class Day:
    """One day of one account: what the statement's head needs."""

    iban: str
    day: date
    opening: int
    sequence: int = 1
    currency: str = "EUR"
    owner: str = ""
    entries: list[Entry] = field(default_factory=list)

    @property
    def closing(self) -> int:
        return self.opening + sum(entry.cents for entry in self.entries)

    @property
    def identifier(self) -> str:
        return f"RELEVE-{self.day:%Y%m%d}-{self.sequence:02d}"


def amount(cents: int) -> str:
    """Unsigned amount as the message writes it."""
    return f"{abs(cents) // 100}.{abs(cents) % 100:02d}"


class _Writer:
    """Adds elements under one another with little ceremony."""

    def __init__(self, day: Day):
        self.day = day
        self.root = etree.Element(f"{{{NAMESPACE}}}Document", nsmap={None: NAMESPACE})

    def add(self, parent, path: str, text: str = "", **attributes):
        """Create ``A/B/C`` under ``parent`` and return the last element."""
        for name in path.split("/"):
            parent = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")
        parent.text = text or None
        for name, value in attributes.items():
            parent.set(name, value)
        return parent

    def money(self, parent, cents: int) -> None:
        self.add(parent, "Amt", amount(cents), Ccy=self.day.currency)

    def balance(self, statement, code: str, cents: int) -> None:
        balance = self.add(statement, "Bal")
        self.add(balance, "Tp/CdOrPrtry/Cd", code)
        self.money(balance, cents)
        self.add(balance, "CdtDbtInd", _side(cents))
        self.add(balance, "Dt/Dt", self.day.day.isoformat())

    def write(self) -> bytes:
        day = self.day
        message = self.add(self.root, "BkToCstmrStmt")
        head = self.add(message, "GrpHdr")
        created = datetime.combine(day.day, datetime.min.time()).replace(hour=6)
        self.add(head, "MsgId", f"MSG-{day.identifier}")
        self.add(head, "CreDtTm", created.isoformat())
        statement = self.add(message, "Stmt")
        self.add(statement, "Id", day.identifier)
        self.add(statement, "ElctrncSeqNb", str(day.sequence))
        self.add(statement, "CreDtTm", created.isoformat())
        account = self.add(statement, "Acct")
        self.add(account, "Id/IBAN", day.iban)
        self.add(account, "Ccy", day.currency)
        if day.owner:
            self.add(account, "Ownr/Nm", day.owner)
        self.balance(statement, "OPBD", day.opening)
        self.balance(statement, "CLBD", day.closing)
        for entry in day.entries:
            self.entry(statement, entry)
        return etree.tostring(
            self.root, xml_declaration=True, encoding="UTF-8", pretty_print=True
        )

    def entry(self, statement, entry: Entry) -> None:
        element = self.add(statement, "Ntry")
        self.add(element, "NtryRef", entry.reference)
        self.money(element, entry.cents)
        self.add(element, "CdtDbtInd", _side(entry.cents))
        self.add(element, "Sts/Cd", "BOOK")
        self.add(element, "BookgDt/Dt", self.day.day.isoformat())
        self.add(element, "ValDt/Dt", self.day.day.isoformat())
        self.add(element, "AcctSvcrRef", f"BQ{entry.reference}")
        domain = self.add(element, "BkTxCd/Domn")
        family = "RCDT" if entry.cents > 0 else "ICDT"
        self.add(domain, "Cd", "PMNT")
        self.add(domain, "Fmly/Cd", family)
        self.add(domain.find("{*}Fmly"), "SubFmlyCd", "ESCT")
        details = self.add(element, "NtryDtls")
        if len(entry.transfers) > 1:
            batch = self.add(details, "Btch")
            self.add(batch, "NbOfTxs", str(len(entry.transfers)))
        for transfer in entry.transfers:
            self.transfer(details, transfer, entry.cents)
        self.add(element, "AddtlNtryInf", entry.label)

    def transfer(self, details, transfer: Transfer, sign: int) -> None:
        element = self.add(details, "TxDtls")
        self.add(element, "Refs/EndToEndId", transfer.end_to_end)
        self.money(element, transfer.cents)
        self.add(element, "CdtDbtInd", _side(sign))
        if transfer.charges:
            record = self.add(element, "Chrgs/Rcrd")
            self.money(record, transfer.charges)
            self.add(record, "CdtDbtInd", "DBIT")
        party = "Dbtr" if sign > 0 else "Cdtr"
        parties = self.add(element, "RltdPties")
        self.add(parties, f"{party}/Pty/Nm", transfer.payer)
        if transfer.iban:
            self.add(parties, f"{party}Acct/Id/IBAN", transfer.iban)
        if transfer.text or transfer.reference:
            remittance = self.add(element, "RmtInf")
            if transfer.text:
                self.add(remittance, "Ustrd", transfer.text)
            if transfer.reference:
                creditor = self.add(remittance, "Strd/CdtrRefInf")
                self.add(creditor, "Tp/CdOrPrtry/Cd", "SCOR")
                self.add(creditor, "Ref", transfer.reference)


def _side(cents: int) -> str:
    return "CRDT" if cents >= 0 else "DBIT"


def statement(day: Day) -> bytes:
    """The day as a camt.053 file.

    :raise ValueError: when the transfers of an entry do not add up to it.
    """
    for entry in day.entries:
        told = sum(t.cents for t in entry.transfers)
        if entry.transfers and told != abs(entry.cents):
            raise ValueError(f"{entry.reference}: {told} is not {entry.cents}")
    return _Writer(day).write()


def untidy(number: str, rng: random.Random) -> str:
    """An invoice number as payers type it: still that invoice and no other."""
    plain = number.replace("/", "")
    parts = number.split("/")
    return rng.choice(
        [
            f"facture {number.lower()}",
            f"REGLEMENT {plain}",
            f"FACT N {' '.join(parts)}",
            f"vir {'-'.join(parts)} merci",
            f"{parts[0]}.{'.'.join(parts[1:])} SOLDE",
            f"PAIEMENT FACTURE {number} DU MOIS",
        ]
    )


class _Morning:
    """Hands out open invoices, each once, customers in a seeded order."""

    def __init__(self, invoices: Iterable[OpenInvoice], day: date, sequence: int):
        self.rng = random.Random(f"{day}/{sequence}/bank")
        self.day, self.sequence, self.rank = day, sequence, 0
        by_customer = defaultdict(list)
        for invoice in sorted(invoices, key=lambda i: i.number):
            by_customer[invoice.customer].append(invoice)
        self.groups = [by_customer[name] for name in sorted(by_customer)]
        self.rng.shuffle(self.groups)

    def take(self, number: int = 1, wanted=lambda invoice: True):
        """``number`` invoices of one customer, not used before; [] when none."""
        for group in self.groups:
            found = [invoice for invoice in group if wanted(invoice)][:number]
            if len(found) == number:
                self.groups.remove(group)
                return found
        return []

    def entry(self, kind: str, transfers: list[Transfer], pays=(), out: bool = False):
        self.rank += 1
        total = sum(t.cents for t in transfers)
        first = transfers[0]
        label = f"VIR SEPA {first.payer} {first.text}".strip()
        if len(transfers) > 1:
            label = f"REMISE DE {len(transfers)} VIREMENTS"
        reference = f"{self.day:%y%m%d}{self.sequence:02d}{self.rank:04d}"
        return Entry(
            kind,
            -total if out else total,
            reference,
            label[:140],
            tuple(transfers),
            tuple(pays),
        )

    def transfer(self, invoices, text: str, **values) -> Transfer:
        payer = invoices[0].customer.upper()
        cents = values.pop("cents", sum(i.cents for i in invoices))
        return Transfer(cents, payer, text, invoices[0].iban, **values)


def _single(morning: _Morning, kind: str):
    found = morning.take()
    if found:
        text = untidy(found[0].number, morning.rng)
        yield morning.entry(
            kind, [morning.transfer(found, text)], [i.number for i in found]
        )


def _several(morning: _Morning):
    """One transfer for two invoices of a customer."""
    found = morning.take(2)
    if found:
        text = "FACTURES " + " ET ".join(i.number for i in found)
        yield morning.entry(
            "several", [morning.transfer(found, text)], [i.number for i in found]
        )


def _referenced(morning: _Morning):
    """A transfer that carries only the creditor reference."""
    found = morning.take(wanted=lambda i: i.reference.startswith("RF"))
    if found:
        transfer = morning.transfer(found, "", reference=found[0].reference)
        yield morning.entry("reference", [transfer], [found[0].number])


def _batch(morning: _Morning):
    """Three payers in one booked amount."""
    chosen = [found for found in (morning.take() for _rank in range(3)) if found]
    if len(chosen) > 1:
        transfers = [
            morning.transfer(found, untidy(found[0].number, morning.rng))
            for found in chosen
        ]
        yield morning.entry("batch", transfers, [f[0].number for f in chosen])


def _odd(morning: _Morning):
    """A wrong amount, an amount short by the bank's fee, and an unknown payer."""
    found = morning.take(wanted=lambda i: i.cents > 50000)
    if found:
        cents = found[0].cents * 9 // 10
        transfer = morning.transfer(found, found[0].number, cents=cents)
        yield morning.entry("wrong amount", [transfer], [found[0].number])
    found = morning.take(wanted=lambda i: i.cents > 20000)
    if found:
        transfer = morning.transfer(
            found, found[0].number, cents=found[0].cents - 1500, charges=1500
        )
        yield morning.entry("short by fee", [transfer], [found[0].number])
    unknown = Transfer(12345 + morning.sequence, "M LEBREC OLIVIER", "ACHAT COMPTOIR")
    yield morning.entry("unknown payer", [unknown])


def _outgoing(morning: _Morning):
    for payee, cents in (("SCIERIE DU HAUT-FOREZ", 1284050), ("ENERCIA", 131040)):
        yield morning.entry("out", [Transfer(cents, payee, "ECHEANCE")], out=True)


def todays_entries(
    invoices: Iterable[OpenInvoice], day: date, sequence: int = 1, singles: int = 8
) -> list[Entry]:
    """A morning's booked lines.

    :param sequence: which statement of the day: other payers, other references.
    :param singles: how many customers pay one invoice and name it.
    """
    morning = _Morning(invoices, day, sequence)
    entries = [*_referenced(morning), *_several(morning), *_batch(morning)]
    entries += _odd(morning)
    for _rank in range(singles):
        entries += _single(morning, "named")
    return entries + list(_outgoing(morning))
