"""What the Flow Service of an accredited platform answers, as frozen dataclasses.

Source: AFNOR XP Z12-013, Flow Service 1.2.0, as platforms publish it. Parsing is
total: see :mod:`.payloads`.
"""

from dataclasses import dataclass
from datetime import datetime, timezone

from .dates import parse_moment
from .payloads import Unknown, _block, _rows, _text, _whole

#: Statuses received on the invoices we issued, and the invoices themselves.
LIFECYCLE, INVOICE = "CustomerInvoiceLC", "CustomerInvoice"
INCOMING, OUTGOING = "In", "Out"
ACCEPTED, REFUSED = "Ok", "Error"
RULES = (
    "B2B",
    "B2BInt",
    "B2C",
    "B2G",
    "B2GInt",
    "OutOfScope",
    "B2GOutOfScope",
    "ArchiveOnly",
    "NotApplicable",
)
#: Rules under which the buyer is a public one.
PUBLIC_RULES = ("B2G", "B2GInt", "B2GOutOfScope")


@dataclass(frozen=True)
class Flow:
    """One exchange between us and the platform.

    :param updated: aware datetime; the platform's own clock, and the cursor
    :param str ack: Pending, Ok or Error
    :param tuple problems: ``(code, words)`` of its acknowledgement
    """

    flow_id: str
    updated: datetime
    submitted: datetime | None = None
    tracking_id: str = ""
    name: str = ""
    flow_type: str = ""
    syntax: str = ""
    direction: str = ""
    rule: str = ""
    ack: str = ""
    problems: tuple = ()

    @classmethod
    def from_json(cls, row):
        """Read one flow; an :class:`Unknown` without its id or its date."""
        block = _block(row)
        flow_id = _text(block.get("flowId"))
        updated = parse_moment(block.get("updatedAt"), timezone.utc)
        if not flow_id or updated is None:
            return Unknown("flow without id or date", row)
        ack = _block(block.get("acknowledgement"))
        details = [_block(detail) for detail in _rows(ack.get("details"))]
        return cls(
            flow_id=flow_id,
            updated=updated,
            submitted=parse_moment(block.get("submittedAt"), timezone.utc),
            tracking_id=_text(block.get("trackingId")),
            name=_text(block.get("name")),
            flow_type=_text(block.get("flowType")),
            syntax=_text(block.get("flowSyntax")),
            direction=_text(block.get("flowDirection")),
            rule=_text(block.get("processingRule")),
            ack=_text(ack.get("status")),
            problems=tuple(
                (_text(d.get("reasonCode")), _text(d.get("reasonMessage")))
                for d in details
            ),
        )

    @property
    def public(self):
        """Whether the buyer is a public one."""
        return self.rule in PUBLIC_RULES


@dataclass(frozen=True)
class FlowPage:
    """One answer of the search; ``limit`` is what the platform really allows."""

    flows: tuple
    unknown: tuple
    limit: int = 0

    @classmethod
    def from_json(cls, body):
        read = [Flow.from_json(row) for row in _rows(body.get("results"))]
        return cls(
            flows=tuple(r for r in read if isinstance(r, Flow)),
            unknown=tuple(r for r in read if isinstance(r, Unknown)),
            limit=_whole(body.get("limit")),
        )
