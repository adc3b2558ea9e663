from odoo import fields, models
from odoo.exceptions import UserError

from ..clients.errors import BusinessError, PlatformError, TransportError
from ..clients.masking import get_logger
from ..engine.flow_states import ReceiptState
from ..engine.flows import ACCEPTED, LIFECYCLE, OUTGOING, REFUSED
from ..engine.statuses import Canonical
from .ar_platform_receipt_sql import cashed
from .ar_platform_retry import may_try, next_try

_logger = get_logger(__name__)

#: Nobody pays these, and their number is dead.
DEAD = (Canonical.REFUSED, Canonical.REJECTED, Canonical.WITHDRAWN)
LIMIT = 500


class ArPlatformReceiptSend(models.Model):
    """Tells a platform what was cashed, each receipt once."""

    _inherit = "ar.platform"

    def _tell_receipts(self, client, summary, keep):
        """Make the receipts due, send them; one that fails is left for later."""
        if self.cashed_emission == "off":
            return
        self._collect_receipts()
        keep(0)
        for receipt in self._receipts_to_send():
            self._tell_receipt(client, receipt, summary, keep)

    def _collect_receipts(self):
        """One receipt per invoice whose cash is not what was told."""
        self.env.flush_all()
        dead = [status.value for status in DEAD]
        every = self.cashed_emission == "all"
        rows = self.env.execute_query(cashed(self.id, dead, every, LIMIT))
        moves = self.env["account.move"].browse([row[0] for row in rows])
        for move, (_id, cents, day) in zip(moves, rows, strict=True):
            self.env["ar.platform.receipt"]._adjust(self, move, cents, day)

    def _receipts_to_send(self):
        domain = [
            ("platform_id", "=", self.id),
            ("state", "in", ("to_send", "sending")),
            *may_try(),
        ]
        return self.env["ar.platform.receipt"].search(domain, order="id", limit=LIMIT)

    def _tell_receipt(self, client, receipt, summary, keep):
        """Send one; where the answer is lost, the platform is asked before a repeat."""
        try:
            content = receipt._message()
        except (UserError, ValueError) as error:
            self._put_off(receipt, str(error), summary)
            return
        receipt._update_state(ReceiptState.SENDING)
        receipt.write({"attempts": receipt.attempts + 1, "error": False})
        keep(0)
        try:
            flow_id = getattr(self, f"_submit_receipt_{self.kind}")(
                client, receipt, content
            )
        except BusinessError as error:
            self._refuse_receipt(receipt, self._words(error))
            summary["failed"] += 1
        except TransportError as error:
            # It may have been taken: asked at the next round.
            self._put_off(receipt, self._words(error), summary)
            if error.stops_round:
                raise
        except PlatformError:
            receipt._update_state(ReceiptState.TO_SEND)
            raise
        else:
            sent = {"flow_id": flow_id, "sent_at": fields.Datetime.now()}
            receipt._update_state(ReceiptState.SENT, {**sent, "retry_at": False})
        keep(1)

    def _submit_receipt_pa(self, client, receipt, content):
        """Find what was taken under this id, else submit; id of the flow."""
        known = client.find(receipt.tracking_id)
        good = [flow for flow in known if flow.ack != REFUSED]
        if good:
            return good[-1].flow_id
        name = f"{receipt.tracking_id}.xml"
        return client.submit(content, name, receipt.tracking_id)

    def _put_off(self, receipt, words, summary):
        summary["failed"] += 1
        receipt.write({"error": words, "retry_at": next_try(receipt.attempts)})

    def _refuse_receipt(self, receipt, words):
        receipt._update_state(ReceiptState.REFUSED, {"error": words})
        self._alert(
            self.env._("A receipt was refused by the platform"),
            self.env._(
                "%(invoice)s: %(problem)s",
                invoice=receipt.move_id.name,
                problem=words,
            ),
        )

    # What the platform answers later.

    def _judge_receipts(self, flows):
        """Take the acknowledgements of what we submitted."""
        ours = {
            flow.tracking_id: flow
            for flow in flows
            if flow.direction == OUTGOING and flow.flow_type == LIFECYCLE
        }
        receipts = self.env["ar.platform.receipt"].search(
            [
                ("platform_id", "=", self.id),
                ("tracking_id", "in", [t for t in ours if t]),
                ("state", "in", ("sending", "sent", "accepted")),
            ]
        )
        for receipt in receipts:
            flow = ours[receipt.tracking_id]
            receipt._update_state(ReceiptState.SENT, {"flow_id": flow.flow_id})
            if flow.ack == ACCEPTED:
                receipt._update_state(ReceiptState.ACCEPTED, {"error": False})
            elif flow.ack == REFUSED:
                words = "; ".join(" ".join(problem) for problem in flow.problems)
                self._refuse_receipt(receipt, words or REFUSED)

    def _receipt_rejected(self, message):
        """The tax office rejects a status message of ours (601)."""
        receipts = self.env["ar.platform.receipt"].search(
            [("platform_id", "=", self.id), ("state", "in", ("sent", "accepted"))]
        )
        for status in message.statuses:
            codes = " ".join(m.code or m.label for m in status.motives)
            mine = receipts.filtered(
                lambda r, n=status.number: r.tracking_id in n or r.move_id.name == n
            )[:1]
            if mine:
                self._refuse_receipt(mine, f"601 {codes}".strip())
            else:
                self._alert(
                    self.env._("A status message of ours was rejected"),
                    self.env._(
                        "%(number)s: %(reasons)s", number=status.number, reasons=codes
                    ),
                )
