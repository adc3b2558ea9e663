"""What an accredited platform holds: flows, their files, and native events."""

import base64
import hashlib
import json
import uuid
from datetime import datetime, timedelta, timezone
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

URN = "urn:un:unece:uncefact:data:standard:"
RAM = f"{{{URN}ReusableAggregateBusinessInformationEntity:100}}"
TYPES = ("CustomerInvoice", "CustomerInvoiceLC", "StateCustomerInvoiceLC")
SYNTAXES = ("CII", "UBL", "Factur-X", "CDAR", "FRR")
CRITERIA = {
    "updatedAfter",
    "updatedBefore",
    "processingRule",
    "flowType",
    "flowDirection",
    "trackingId",
    "ackStatus",
}
LABELS = {
    "200": "Déposée",
    "202": "Reçue",
    "203": "Mise à disposition",
    "204": "Prise en charge",
    "205": "Approuvée",
    "206": "Approuvée partiellement",
    "207": "En litige",
    "208": "Suspendue",
    "210": "Refusée",
    "211": "Paiement transmis",
    "212": "Encaissée",
    "213": "Rejetée",
}


class Refusal(Exception):
    """A call that the platform refuses: ``(status, code, message)``."""


class Flows:
    """Flows of one platform, in the order in which they moved.

    A flow of a story: ``{"id", "updated" (ISO, default: a second after the last),
    "type", "direction", "rule", "ack", "problems", "tracking", "name"}`` and its
    file as ``"cdar": {…}`` (see :func:`cdar`), ``"raw": "<text>"`` or
    ``"base64": "…"``.
    """

    def __init__(self, story):
        self.limit = story.get("limit", 100)
        self.acks = story.get("ack") or {"status": "Ok"}
        self.ack_delay = story.get("ack_delay", 0)
        self.rows = []
        self.files = {}
        self.submitted = []
        for flow in story.get("flows") or ():
            self.add(flow)

    def add(self, flow):
        number = len(self.rows) + 1
        row = {
            "flowId": flow.get("id") or f"flow-{number}",
            "submittedAt": flow.get("submitted") or self._next(flow),
            "updatedAt": self._next(flow),
            "trackingId": flow.get("tracking"),
            "name": flow.get("name", f"status-{number}.xml"),
            "flowType": flow.get("type", "CustomerInvoiceLC"),
            "flowSyntax": flow.get("syntax", "CDAR"),
            "flowDirection": flow.get("direction", "In"),
            "processingRule": flow.get("rule", "B2B"),
            "processingRuleSource": "Computed",
            "acknowledgement": {"status": flow.get("ack", "Ok")},
        }
        if flow.get("problems"):
            row["acknowledgement"]["details"] = flow["problems"]
        self.rows.append(row)
        self.files[row["flowId"]] = _file(flow)
        return row

    def _next(self, flow):
        if flow.get("updated"):
            return flow["updated"]
        last = self.rows[-1]["updatedAt"] if self.rows else "2026-09-01T08:00:00Z"
        return _text(_moment(last) + timedelta(seconds=1))

    def search(self, body):
        """``POST /v1/flows/search``."""
        where = body.get("where")
        if not isinstance(where, dict) or not where or set(where) - CRITERIA:
            raise Refusal(400, "BAD_REQUEST", "at least one known criterion")
        limit = body.get("limit", 25)
        if not isinstance(limit, int) or not 1 <= limit <= 100:
            raise Refusal(400, "BAD_REQUEST", "limit is between 1 and 100")
        limit = min(limit, self.limit)
        found = [row for row in self.rows if _fits(row, where)]
        found.sort(key=lambda row: _moment(row["updatedAt"]))
        return {"limit": limit, "filters": where, "results": found[:limit]}

    def get(self, flow_id, document):
        """``GET /v1/flows/{flowId}``: metadata as an object, files as bytes."""
        row = next((r for r in self.rows if r["flowId"] == flow_id), None)
        if row is None:
            raise Refusal(404, "NOT_FOUND", "unknown flow")
        if document == "Metadata":
            return row
        if document != "Original":
            raise Refusal(404, "NOT_FOUND", "no such document")
        return self.files[flow_id]

    def submit(self, info, content, now):
        """``POST /v1/flows``; the acknowledgement comes with a later search."""
        if not content:
            raise Refusal(400, "EMPTY", "empty file")
        if info.get("flowSyntax") not in SYNTAXES or not info.get("name"):
            raise Refusal(400, "BAD_REQUEST", "flowSyntax and name are required")
        if len(info.get("trackingId") or "") > 36 or len(info["name"]) > 255:
            raise Refusal(400, "BAD_REQUEST", "too long")
        digest = hashlib.sha256(content).hexdigest()
        if info.get("sha256") not in (None, digest):
            raise Refusal(422, "ChecksumMismatch", "sha256 differs")
        lifecycle = info["flowSyntax"] == "CDAR"
        row = self.add(
            {
                "id": str(uuid.uuid5(uuid.NAMESPACE_OID, digest)),
                "updated": _text(now),
                "tracking": info.get("trackingId"),
                "name": info["name"],
                "type": "CustomerInvoiceLC" if lifecycle else "CustomerInvoice",
                "direction": "Out",
                "rule": info.get("processingRule", "B2B"),
                "syntax": info["flowSyntax"],
                "ack": "Pending",
                "base64": base64.b64encode(content).decode(),
            }
        )
        self.submitted.append({**row, "statuses": _statuses(content)})
        if not self.ack_delay:
            self.acknowledge(now)
        return {k: row[k] for k in ("flowId", "submittedAt", "trackingId", "name")}

    def acknowledge(self, now):
        """Judge what waits: the story's ``ack``, for all that was submitted."""
        for row in self.rows:
            if row["acknowledgement"]["status"] == "Pending":
                row["acknowledgement"] = dict(self.acks)
                row["updatedAt"] = _text(now)


class Native:
    """The native interface of one platform: events numbered without end."""

    def __init__(self, story):
        self.invoices = {i["id"]: i for i in story.get("native_invoices") or ()}
        self.events = []
        for event in story.get("native_events") or ():
            self.add(event)

    def add(self, event):
        row = {"id": len(self.events) + 1, "status_text": "", **event}
        self.events.append(row)
        return row

    def page(self, query):
        last = int(query.get("starting_after_id", 0))
        limit = int(query.get("limit", 100))
        if not 1 <= limit <= 1000:
            raise Refusal(400, "bad_request", "limit")
        found = [event for event in self.events if event["id"] > last]
        return {"data": found[:limit], "has_after": len(found) > limit}

    def invoice(self, number):
        invoice = self.invoices.get(number)
        if invoice is None:
            raise Refusal(404, "not_found", "unknown invoice")
        return {
            "id": number,
            "direction": invoice.get("direction", "out"),
            "en_invoice": {
                "number": invoice["number"],
                "issue_date": invoice["date"],
                "seller": {
                    "legal_registration_identifier": {
                        "value": invoice.get("seller", ""),
                        "scheme": "0002",
                    }
                },
            },
        }


def cdar(status):
    """A lifecycle message as platforms write it, byte order mark included.

    ``{"number", "date" (YYYY-MM-DD), "seller", "code", "when" (YYYYMMDDHHMMSS),
    "created", "id", "type", "issuer": {"role", "name", "siren"},
    "reasons": [{"code", "label", "action", "comment"}],
    "figures": [{"kind", "amount", "currency", "percent", "day", "location"}]}``
    """
    code, when = str(status["code"]), status.get("when", "20260901100000")
    issuer = {"role": "BY", "name": "ACHETEUR", "siren": "200000008"}
    issuer |= status.get("issuer") or {}
    day = str(status.get("date", "2026-06-01")).replace("-", "")
    name = escape(status["number"])
    message = escape(status.get("id") or f"{status['number']}_{code}_{when}#380_{day}")
    reasons = "".join(map(_reason, status.get("reasons") or ()))
    figures = "".join(map(_figure, status.get("figures") or ()))
    if figures:
        reasons += (
            f"<ram:SpecifiedDocumentStatus>{figures}</ram:SpecifiedDocumentStatus>"
        )
    return f"""\ufeff<?xml version="1.0" encoding="UTF-8"?>
<rsm:CrossDomainAcknowledgementAndResponse
 xmlns:qdt="{URN}QualifiedDataType:100" xmlns:udt="{URN}UnqualifiedDataType:100"
 xmlns:ram="{URN}ReusableAggregateBusinessInformationEntity:100"
 xmlns:rsm="{URN}CrossDomainAcknowledgementAndResponse:100">
<rsm:ExchangedDocumentContext><ram:BusinessProcessSpecifiedDocumentContextParameter>
<ram:ID>REGULATED</ram:ID></ram:BusinessProcessSpecifiedDocumentContextParameter>
<ram:GuidelineSpecifiedDocumentContextParameter><ram:ID>urn.cpro.gouv.fr:1p0:CDV:invoice
</ram:ID></ram:GuidelineSpecifiedDocumentContextParameter></rsm:ExchangedDocumentContext>
<rsm:ExchangedDocument><ram:ID>{message}</ram:ID>
<ram:IssueDateTime>{_date(status.get("created", when))}</ram:IssueDateTime>
<ram:SenderTradeParty><ram:RoleCode>WK</ram:RoleCode></ram:SenderTradeParty>
<ram:IssuerTradeParty><ram:GlobalID schemeID="0002">{issuer["siren"]}</ram:GlobalID>
<ram:Name>{escape(issuer["name"])}</ram:Name><ram:RoleCode>{issuer["role"]}</ram:RoleCode>
</ram:IssuerTradeParty></rsm:ExchangedDocument>
<rsm:AcknowledgementDocument><ram:TypeCode>{305 if code < "204" else 23}</ram:TypeCode>
<ram:IssueDateTime>{_date(when)}</ram:IssueDateTime>
<ram:ReferenceReferencedDocument><ram:IssuerAssignedID>{name}</ram:IssuerAssignedID>
<ram:TypeCode>{status.get("type", "380")}</ram:TypeCode>
<ram:FormattedIssueDateTime><qdt:DateTimeString format="102">{day}</qdt:DateTimeString>
</ram:FormattedIssueDateTime>
<ram:ProcessConditionCode>{code}</ram:ProcessConditionCode>
<ram:ProcessCondition>{LABELS.get(code, "")}</ram:ProcessCondition>
<ram:IssuerTradeParty><ram:GlobalID schemeID="0002">{status.get("seller", "")}
</ram:GlobalID></ram:IssuerTradeParty>{reasons}
</ram:ReferenceReferencedDocument></rsm:AcknowledgementDocument>
</rsm:CrossDomainAcknowledgementAndResponse>""".encode()


def _date(text):
    return f'<udt:DateTimeString format="204">{text}</udt:DateTimeString>'


def _tag(name, value):
    return f"<ram:{name}>{escape(str(value))}</ram:{name}>" if value else ""


def _reason(reason):
    comment = reason.get("comment")
    note = f"<ram:IncludedNote>{_tag('Content', comment)}</ram:IncludedNote>"
    return (
        "<ram:SpecifiedDocumentStatus>"
        + _tag("ReasonCode", reason.get("code"))
        + _tag("Reason", reason.get("label"))
        + _tag("RequestedActionCode", reason.get("action"))
        + (note if comment else "")
        + "</ram:SpecifiedDocumentStatus>"
    )


def _figure(figure):
    currency = quoteattr(figure.get("currency", "EUR"))
    amount = figure.get("amount")
    if amount is not None:
        amount = f"<ram:ValueAmount currencyID={currency}>{amount}</ram:ValueAmount>"
    day = str(figure.get("day") or "").replace("-", "")
    day = day and (
        '<ram:ValueDateTime><udt:DateTimeString format="102">'
        f"{day}</udt:DateTimeString></ram:ValueDateTime>"
    )
    return (
        "<ram:SpecifiedDocumentCharacteristic>"
        + _tag("TypeCode", figure["kind"])
        + _tag("Location", figure.get("location"))
        + (amount or "")
        + _tag("ValuePercent", figure.get("percent"))
        + day
        + "</ram:SpecifiedDocumentCharacteristic>"
    )


def _file(flow):
    if "cdar" in flow:
        return cdar(flow["cdar"])
    if "raw" in flow:
        return flow["raw"].encode()
    return base64.b64decode(flow.get("base64", ""))


def _statuses(content):
    """``[{number, code, figures}]`` of a submitted message; refused when unreadable."""
    try:
        root = ElementTree.fromstring(content)
    except ElementTree.ParseError:
        raise Refusal(422, "InvalidSchema", "not XML") from None
    found = []
    for reference in root.iter(f"{RAM}ReferenceReferencedDocument"):
        figures = reference.iter(f"{RAM}SpecifiedDocumentCharacteristic")
        found.append(
            {
                "number": reference.findtext(f"{RAM}IssuerAssignedID"),
                "code": reference.findtext(f"{RAM}ProcessConditionCode"),
                "figures": [
                    {
                        "kind": f.findtext(f"{RAM}TypeCode"),
                        "amount": f.findtext(f"{RAM}ValueAmount"),
                        "percent": f.findtext(f"{RAM}ValuePercent"),
                    }
                    for f in figures
                ],
            }
        )
    if not found or not all(status["code"] for status in found):
        raise Refusal(422, "InvalidSchema", "no status")
    return found


def _fits(row, where):
    updated = _moment(row["updatedAt"])
    if "updatedAfter" in where and not updated > _moment(where["updatedAfter"]):
        return False
    if "updatedBefore" in where and not updated < _moment(where["updatedBefore"]):
        return False
    lists = ("processingRule", "flowType", "flowDirection")
    if any(name in where and row[name] not in where[name] for name in lists):
        return False
    if "ackStatus" in where and row["acknowledgement"]["status"] != where["ackStatus"]:
        return False
    return "trackingId" not in where or row["trackingId"] == where["trackingId"]


def _moment(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def _text(moment):
    text = moment.astimezone(timezone.utc).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def multipart(content_type, raw):
    """``(flowInfo, file)`` of a multipart body."""
    boundary = content_type.partition("boundary=")[2].strip('"')
    parts = {}
    for part in raw.split(b"--" + boundary.encode())[1:-1]:
        head, _, body = part.strip(b"\r\n").partition(b"\r\n\r\n")
        name = head.decode().partition('name="')[2].partition('"')[0]
        parts[name] = body
    if set(parts) != {"flowInfo", "file"}:
        raise Refusal(400, "BAD_REQUEST", "file and flowInfo are required")
    try:
        return json.loads(parts["flowInfo"]), parts["file"]
    except ValueError:
        raise Refusal(400, "BAD_REQUEST", "flowInfo is no JSON") from None
