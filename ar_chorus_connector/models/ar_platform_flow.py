import base64
import hashlib
from collections import Counter
from zoneinfo import ZoneInfo

from odoo import api, fields, models

from ..clients.masking import SECRETS, get_logger
from ..engine.cdar import (
    CdarError,
    CdarForbidden,
    CdarMalformed,
    CdarTooLarge,
    CdarWrongRoot,
    parse_cdar,
)
from ..engine.cdar_codes import LifecycleCode
from ..engine.cdar_facts import observed_of
from ..engine.dates import naive
from ..engine.flow_states import FLOW_MOVES, FlowState
from ..engine.flows import INVOICE, LIFECYCLE, OUTGOING, PUBLIC_RULES, REFUSED
from ..engine.payloads import MovedInvoice, Observed, PlatformEvent
from .ar_platform_retry import next_try

_logger = get_logger(__name__)

STATES = [
    (FlowState.TO_FETCH.value, "To fetch"),
    (FlowState.TO_READ.value, "To read"),
    (FlowState.DONE.value, "Read"),
    (FlowState.UNREADABLE.value, "Unreadable"),
]
#: Code of the table for an invoice that our own platform did not take.
ACK_ERROR = "ACK_ERROR"


class ArPlatformFlow(models.Model):
    """One message exchanged with an accredited platform, its file kept as it came.

    The file is stored before it is read: what we fail to read today can be read
    again, and stays as evidence.
    """

    _name = "ar.platform.flow"
    _inherit = ["ar.state.mixin"]
    _description = "Message of an accredited platform"
    _order = "updated_at desc, id desc"
    _rec_name = "flow_id"

    platform_id = fields.Many2one(
        "ar.platform", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="platform_id.company_id", store=True, index=True
    )
    flow_id = fields.Char("Id on the platform", required=True, readonly=True)
    updated_at = fields.Datetime("Moved on", readonly=True)
    flow_type = fields.Char("Type", readonly=True)
    direction = fields.Char(readonly=True)
    rule = fields.Char("Processing rule", readonly=True)
    tracking_id = fields.Char("Tracking id", readonly=True)
    name = fields.Char("File name", readonly=True)
    ack = fields.Char("Acknowledgement", readonly=True)
    problems = fields.Text("Problems told", readonly=True)
    state = fields.Selection(
        STATES, default=FlowState.TO_FETCH.value, required=True, readonly=True
    )
    content = fields.Binary("File", attachment=True, readonly=True)
    sha256 = fields.Char("SHA-256", readonly=True)
    link_ids = fields.Many2many("ar.platform.invoice", readonly=True, string="Invoices")
    retry_at = fields.Datetime("Next try", readonly=True)
    error = fields.Char("Problem", readonly=True)
    error_kind = fields.Char(readonly=True)
    error_count = fields.Integer("Failures in a row", readonly=True)

    _identity_unique = models.Constraint(
        "UNIQUE(platform_id, flow_id)", "A message is kept once."
    )
    _waiting = models.Index(
        "(platform_id, state, id) WHERE state IN ('to_fetch', 'to_read')"
    )

    def _ar_transitions(self):
        return FLOW_MOVES

    @api.model
    def _store(self, platform, flows):
        """Note what the search told; what is new, or newly refused, is to be read.

        :param flows: :class:`~..engine.flows.Flow` of one page
        """
        told = {flow.flow_id: flow for flow in flows}
        known = self.search(
            [("platform_id", "=", platform.id), ("flow_id", "in", list(told))]
        )
        for record in known:
            values = self._flow_values(platform, told.pop(record.flow_id))
            if all(record[name] == values[name] for name in ("updated_at", "ack")):
                continue
            turned_bad = values["ack"] == REFUSED and record.ack != REFUSED
            record.write(values)
            if turned_bad and record.flow_type == INVOICE:
                record._update_state(FlowState.TO_READ)
        self.create([self._new_values(platform, flow) for flow in told.values()])

    def _new_values(self, platform, flow):
        # The file of an invoice is ours already; only its fate matters.
        fetched = flow.flow_type == LIFECYCLE
        state = FlowState.TO_FETCH if fetched else FlowState.TO_READ
        return {
            **self._flow_values(platform, flow),
            "platform_id": platform.id,
            "flow_id": flow.flow_id,
            "state": state.value,
        }

    @api.model
    def _flow_values(self, platform, flow):
        return {
            "updated_at": naive(flow.updated),
            "flow_type": flow.flow_type,
            "direction": flow.direction,
            "rule": flow.rule,
            "tracking_id": flow.tracking_id,
            "name": flow.name,
            "ack": flow.ack,
            "problems": "\n".join(" ".join(p) for p in flow.problems) or False,
        }

    @api.model
    def _keep_files(self, files):
        """Store what was downloaded, before anything of it is read.

        :param files: ``{message: bytes}``
        """
        flows = self.browse([flow.id for flow in files])
        place = {"res_model": self._name, "res_field": "content"}
        Attachment = self.env["ir.attachment"].sudo()
        # A message fetched once more: its file replaces the one before.
        known = [(name, "=", value) for name, value in place.items()]
        Attachment.search([*known, ("res_id", "in", flows.ids)]).unlink()
        Attachment.create(
            [
                {**place, "name": "content", "res_id": flow.id, "raw": raw}
                for flow, raw in files.items()
            ]
        )
        flows.invalidate_recordset(["content"])
        for flow, raw in files.items():
            flow.sha256 = hashlib.sha256(raw).hexdigest()
        good = {"error": False, "error_count": 0, "retry_at": False}
        flows._update_state(FlowState.TO_READ, good)

    def _read_together(self, summary):
        """Read these messages and act upon them; what fails is noted there only."""

        def failed(flow, error):
            _logger.exception("flow %s failed", flow.id)
            flow._note_failure(SECRETS.mask(str(error))[:500] or type(error).__name__)
            return Counter(failed=1)

        for told in self.env["ar.bulk"]._ar_safely(self, self._read_some, failed):
            for name, count in told.items():
                summary[name] += count

    @api.model
    def _read_some(self, flows):
        """Read messages of one platform; a file that is no message is refused.

        :return: figures, as a Counter
        """
        figures, observed = Counter(), {}
        for flow in flows:
            try:
                observed[flow] = flow._observed()
            except CdarError as error:
                flow._refuse(error, figures)
        every = [told for some in observed.values() for told in some]
        links = flows.platform_id._observe(every, figures) if every else {}
        done, _known = self.browse(), flows.link_ids
        for flow, some in observed.items():
            flow.link_ids = self.env["ar.platform.invoice"].union(
                *(links[told.invoice.external_id] for told in some)
            )
            if flow._succeeded():
                done += flow
        good = {"error": False, "error_count": 0, "retry_at": False}
        done._update_state(FlowState.DONE, good)
        return figures

    def _succeeded(self):
        """Whether all invoices of this message took it; noted when one did not."""
        links = self.link_ids
        if self.rule in PUBLIC_RULES:
            for link in links.filtered(lambda link: not link.is_public):
                # Decided as a private buyer's so far: once more, with the legal delay.
                link.write({"is_public": True, "stale": bool(link.move_id)})
        failed = links.filtered("error")[:1]
        if failed:
            # Noted there; the message is read again later, which doubles nothing.
            self._note_failure(failed.error)
        return not failed

    def _observed(self):
        """What this message says of our invoices."""
        if self.flow_type == LIFECYCLE:
            return self._observed_statuses()
        refused = self.direction == OUTGOING and self.ack == REFUSED
        return [self._observed_refusal()] if refused else []

    def _observed_statuses(self):
        message = parse_cdar(base64.b64decode(self.content or b""))
        rejected = LifecycleCode.MESSAGE_REJECTED
        if any(status.status is rejected for status in message.statuses):
            self.platform_id._receipt_rejected(message)
        return observed_of(
            message,
            zone=ZoneInfo(self.platform_id.naive_zone),
            public=self.rule in PUBLIC_RULES,
            total_of=self._total_of,
        )

    def _observed_refusal(self):
        """Our own platform did not take an invoice: nobody has received it."""
        number = self.tracking_id or (self.name or "").rpartition(".")[0]
        moment = self.updated_at.replace(tzinfo=ZoneInfo("UTC"))
        return Observed(
            invoice=MovedInvoice(external_id=f"flow/{self.flow_id}", number=number),
            events=(
                PlatformEvent(
                    external_id=f"{self.flow_id}-{ACK_ERROR}",
                    code=ACK_ERROR,
                    raw_date=moment.isoformat(),
                    moment=moment,
                    comment=self.problems or "",
                    payload={"flow": self.flow_id, "problems": self.problems or ""},
                ),
            ),
        )

    def _total_of(self, status):
        """Total in cents of the invoice of a status; None when it is not found."""
        ours = self.env["ar.platform.invoice"]._ours(self.company_id)
        moves = self.env["account.move"].search(
            [("name", "=", status.number), *ours], limit=2
        )
        return round(moves.amount_total * 100) if len(moves) == 1 else None

    def _refuse(self, error, summary):
        """A file that is no honest message: kept, shown, never acted upon."""
        summary["failed"] += 1
        words = self._problem_words(error)
        self._update_state(
            FlowState.UNREADABLE,
            {"error": words, "error_kind": error.kind, "retry_at": False},
        )
        _logger.warning("flow %s is unreadable: %s", self.id, error.kind)
        self.platform_id._alert(
            self.env._("A status message could not be read"),
            self.env._(
                "Message %(flow)s: %(problem)s Nothing of it was used; the file is "
                "kept.",
                flow=self.flow_id,
                problem=words,
            ),
        )

    def _problem_words(self, error):
        """What is wrong with a file, for the person who reads it."""
        _ = self.env._
        return {
            CdarTooLarge.kind: _("It is larger than any honest message."),
            CdarMalformed.kind: _("It is no well-formed XML, or it is cut."),
            CdarForbidden.kind: _(
                "It declares a document type or entities, behind which an attack may "
                "hide."
            ),
            CdarWrongRoot.kind: _(
                "It is no status message, or one of another version."
            ),
        }.get(error.kind, str(error))

    def _note_failure(self, words):
        self.ensure_one()
        count = self.error_count + 1
        retry_at = next_try(count)
        self.write({"error": words, "error_count": count, "retry_at": retry_at})

    def action_retry(self):
        """Fetch and read these again at the next round."""
        self.check_access("write")
        for flow in self.sudo().filtered("error"):
            flow.retry_at = False
            flow._update_state(FlowState.TO_FETCH)
