"""Our own lifecycle message: 212, the invoice is cashed.

Due for services and wherever VAT is due on receipts; amounts are told per VAT rate,
may be partial, and are negative when a receipt is taken back.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from lxml import etree

from .cdar import QDT, RAM, RSM, UDT
from .cdar_codes import LifecycleCode
from .dates import PARIS

#: Profile of a message about an invoice, and the tax administration's address.
GUIDELINE = "urn.cpro.gouv.fr:1p0:CDV:invoice"
TAX_OFFICE = ("9998", "0238", "PPF", "DFH")
#: MDT-77: the treatment phase; MDT-88: payment, in UNTDID 1373.
TREATMENT, PAYMENT = "23", "47"
NAMESPACES = {"rsm": RSM, "ram": RAM, "udt": UDT, "qdt": QDT}
_ROOT = f"{{{RSM}}}CrossDomainAcknowledgementAndResponse"


@dataclass(frozen=True)
class Receipt:
    """What a 212 tells of one invoice.

    :param str message_id: unique for the sender
    :param datetime moment: aware; when the money came
    :param str seller: SIREN, as ``buyer``
    :param str type_code: 380 invoice, 381 credit note
    :param tuple amounts: ``(Decimal rate, int cents)`` including VAT, per rate
    """

    message_id: str
    number: str
    invoice_date: date
    type_code: str
    seller: str
    seller_name: str
    buyer: str
    buyer_name: str
    moment: datetime
    created: datetime
    currency: str
    amounts: tuple


def write_cashed(receipt):
    """The message of one receipt.

    :param Receipt receipt: what is told
    :return: bytes of the XML file, UTF-8
    :raise ValueError: without amount, number or SIREN: the tax office would refuse it
    """
    if not (receipt.amounts and receipt.number and receipt.seller):
        raise ValueError("a receipt needs an amount, an invoice and a seller")
    root = etree.Element(_ROOT, nsmap=NAMESPACES)
    context = _add(root, RSM, "ExchangedDocumentContext")
    for name, value in (
        ("BusinessProcessSpecifiedDocumentContextParameter", "REGULATED"),
        ("GuidelineSpecifiedDocumentContextParameter", GUIDELINE),
    ):
        _add(_add(context, RAM, name), RAM, "ID", value)
    _envelope(_add(root, RSM, "ExchangedDocument"), receipt)
    _answer(_add(root, RSM, "AcknowledgementDocument"), receipt)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def shared_by_rate(cents, totals):
    """Split a receipt over the VAT rates of its invoice, to the cent.

    :param int cents: what came, any sign
    :param totals: ``{Decimal rate: cents including VAT}`` of the invoice
    :return: tuple of ``(rate, cents)``, by rate, whose sum is ``cents``

    >>> shared_by_rate(100, {Decimal(20): 200, Decimal(10): 100})
    ((Decimal('10'), 33), (Decimal('20'), 67))
    """
    whole = sum(totals.values())
    if not whole:
        return ((Decimal(0), cents),) if cents else ()
    parts, left = [], cents
    rates = sorted(totals)
    for rate in rates[:-1]:
        share = round(Decimal(cents) * totals[rate] / whole)
        parts.append((rate, share))
        left -= share
    parts.append((rates[-1], left))
    return tuple((rate, share) for rate, share in parts if share)


def _envelope(document, receipt):
    _add(document, RAM, "ID", receipt.message_id)
    _add(document, RAM, "Name", f"{receipt.number} 212")
    _moment(_add(document, RAM, "IssueDateTime"), receipt.created)
    _add(_add(document, RAM, "SenderTradeParty"), RAM, "RoleCode", "WK")
    seller = (receipt.seller, "0002", receipt.seller_name, "SE")
    _party(_add(document, RAM, "IssuerTradeParty"), *seller)
    if receipt.buyer:
        buyer = (receipt.buyer, "0002", receipt.buyer_name, "BY")
        _party(_add(document, RAM, "RecipientTradeParty"), *buyer)
    _party(_add(document, RAM, "RecipientTradeParty"), *TAX_OFFICE)


def _answer(answer, receipt):
    several = _add(answer, RAM, "MultipleReferencesIndicator")
    _add(several, UDT, "Indicator", "false")
    _add(answer, RAM, "TypeCode", TREATMENT)
    _moment(_add(answer, RAM, "IssueDateTime"), receipt.moment)
    reference = _add(answer, RAM, "ReferenceReferencedDocument")
    _add(reference, RAM, "IssuerAssignedID", receipt.number)
    _add(reference, RAM, "StatusCode", PAYMENT)
    _add(reference, RAM, "TypeCode", receipt.type_code)
    issued = _add(reference, RAM, "FormattedIssueDateTime")
    day = _add(issued, QDT, "DateTimeString", f"{receipt.invoice_date:%Y%m%d}")
    day.set("format", "102")
    _add(reference, RAM, "ProcessConditionCode", LifecycleCode.CASHED.value)
    _add(reference, RAM, "ProcessCondition", "Encaissée")
    issuer = _add(reference, RAM, "IssuerTradeParty")
    _add(issuer, RAM, "GlobalID", receipt.seller).set("schemeID", "0002")
    status = _add(reference, RAM, "SpecifiedDocumentStatus")
    for rate, cents in receipt.amounts:
        data = _add(status, RAM, "SpecifiedDocumentCharacteristic")
        _add(data, RAM, "TypeCode", "MEN")
        changed = _add(data, RAM, "ValueChangedIndicator")
        _add(changed, UDT, "IndicatorString", "false")
        amount = _add(data, RAM, "ValueAmount", f"{Decimal(cents) / 100:.2f}")
        amount.set("currencyID", receipt.currency)
        _add(data, RAM, "ValuePercent", f"{rate:.2f}")


def _add(parent, namespace, name, text=None):
    child = etree.SubElement(parent, f"{{{namespace}}}{name}")
    child.text = text
    return child


def _moment(parent, moment):
    text = f"{moment.astimezone(PARIS):%Y%m%d%H%M%S}"
    _add(parent, UDT, "DateTimeString", text).set("format", "204")


def _party(node, identifier, scheme, name, role):
    _add(node, RAM, "GlobalID", identifier).set("schemeID", scheme)
    _add(node, RAM, "Name", name or identifier)
    _add(node, RAM, "RoleCode", role)
