import hashlib
from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo import Command, api, fields, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.tools import mute_logger

from ..engine.proof_states import ProofState, proof_state

#: What the files of proofs not yet judged may weigh in all, per account.
PENDING_BYTES = 100 * 1024 * 1024
#: Files of refused proofs hold bank data of the customer; they are not kept longer.
REFUSED_DAYS = 180


class ArPaymentProof(models.Model):
    """What a customer sent to show that he paid.

    The payment notice it makes is the truth about its effect (chasing is held,
    accepted, refused); this adds who sent it, with which files, and who looks at it.
    """

    _name = "ar.payment.proof"
    _description = "Payment proof"
    _order = "id desc"

    notice_id = fields.Many2one(
        "ar.payment.notice",
        "Payment notice",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    name = fields.Char(related="notice_id.name")
    company_id = fields.Many2one(related="notice_id.company_id")
    debtor_id = fields.Many2one(related="notice_id.debtor_id", string="Account")
    collector_id = fields.Many2one(related="debtor_id.collector_id")
    currency_id = fields.Many2one(related="notice_id.currency_id")
    amount = fields.Monetary(related="notice_id.amount")
    reference = fields.Char(
        related="notice_id.reference", string="Customer's reference", readonly=True
    )
    hold_until = fields.Date(related="notice_id.hold_until", readonly=True)
    line_ids = fields.One2many(
        related="notice_id.line_ids", string="Invoices", readonly=True
    )
    notice_state = fields.Selection(related="notice_id.state", string="Notice status")
    refusal_reason = fields.Char(
        related="notice_id.refusal_reason", readonly=True, string="Why refused"
    )
    paid_on = fields.Date("Paid on", readonly=True)
    message = fields.Text("Message of the customer", readonly=True)
    sent_at = fields.Datetime(
        "Received on", required=True, readonly=True, default=fields.Datetime.now
    )
    partner_id = fields.Many2one(
        "res.partner", "Sent by", readonly=True, ondelete="set null", index=True
    )
    sender = fields.Char("Sender's address", readonly=True)
    link_id = fields.Many2one(
        "ar.portal.link",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        groups="ar_collections.group_user",
    )
    network = fields.Char(
        "Sent from", readonly=True, help="First half of the sender's address."
    )
    taken_by_id = fields.Many2one(
        "res.users", "Looked at by", readonly=True, ondelete="set null"
    )
    file_ids = fields.One2many("ar.payment.proof.file", "proof_id", readonly=True)
    file_count = fields.Integer("Files", compute="_compute_file_count")
    state = fields.Selection(
        [
            (ProofState.RECEIVED.value, "Received"),
            (ProofState.UNDER_REVIEW.value, "Under review"),
            (ProofState.ACCEPTED.value, "Accepted"),
            (ProofState.REFUSED.value, "Refused"),
        ],
        compute="_compute_state",
        search="_search_state",
    )

    _notice_unique = models.Constraint(
        "UNIQUE(notice_id)", "A payment notice has one proof."
    )

    @api.depends("file_ids")
    def _compute_file_count(self):
        for proof in self:
            proof.file_count = len(proof.file_ids)

    @api.depends("notice_id.state", "taken_by_id")
    def _compute_state(self):
        for proof in self:
            taken = bool(proof.taken_by_id)
            proof.state = proof_state(proof.notice_id.state, taken).value

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        states = dict(self.env["ar.payment.notice"]._fields["state"].selection)
        wanted = [
            [("notice_id.state", "=", state), ("taken_by_id", taken_op, False)]
            for state in states
            for taken, taken_op in ((False, "="), (True, "!="))
            if proof_state(state, taken).value in value
        ]
        return fields.Domain.OR(wanted) if wanted else fields.Domain.FALSE

    # From the customer.

    @api.model
    def _ar_submit(self, debtor, claim, files, sender):
        """Keep a proof and announce the payment it shows, to be reviewed.

        Sent twice, it is one proof: the notice's key is the content.

        :param debtor: ``ar.debtor``
        :param dict claim: ``currency`` (record), ``amount`` (Decimal), ``paid_on``
            (date), ``reference``, ``message``, ``shares`` (``[(ar.item, Decimal)]``)
        :param files: ``[(shown name, Checked)]``, each already checked
        :param dict sender: ``partner``, ``email``, ``link`` (may be empty),
            ``network``
        :return: the proof
        :raise UserError: when this account has too much waiting for review
        """
        key = self._ar_submission_key(debtor, claim, files)
        known = self.sudo().search([("notice_id.source_key", "=", key)])
        if known:
            return known
        self._ar_check_quota(debtor, files)
        vals = self._ar_notice_vals(debtor, claim, files, sender)
        vals["source_key"] = key
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                proof = self._ar_keep(vals, claim, sender)
        except UniqueViolation as error:
            # A double click: the other request was faster, but our snapshot does not
            # show its proof. The request is run again and then finds it.
            raise ConcurrencyError("the same proof is being received") from error
        if proof.file_ids:
            return proof
        proof._ar_store(files)
        proof._ar_send_receipt()
        return proof

    @api.model
    def _ar_keep(self, vals, claim, sender):
        """The proof of this announcement, new or known."""
        notice = self.env["ar.payment.notice"].sudo()._ar_announce([vals])
        known = self.sudo().search([("notice_id", "=", notice.id)])
        return known or self.sudo().create(
            {
                "notice_id": notice.id,
                "paid_on": claim["paid_on"],
                "message": claim["message"],
                "partner_id": sender["partner"].id,
                "sender": sender["email"],
                "link_id": sender["link"].id if sender["link"] else False,
                "network": sender["network"],
            }
        )

    @api.model
    def _ar_notice_vals(self, debtor, claim, files, sender):
        """What the hub is told of this payment."""
        today = debtor.company_id._ar_today()
        return {
            "debtor_id": debtor.id,
            "source": "proof",
            "state": "to_review",
            "amount": float(claim["amount"]),
            # A hold counts from now, even when the payment is older.
            "expected_date": max(today, claim["paid_on"]),
            "reference": claim["reference"],
            "note": claim["message"],
            "actor": sender["email"] or sender["partner"].display_name,
            "event_payload": {"digests": [f.digest for _name, f in files]},
            "lines": [
                {
                    "move_id": item.move_id.id,
                    "item_id": item.id,
                    "amount": float(part),
                }
                for item, part in claim["shares"]
            ],
        }

    @api.model
    def _ar_submission_key(self, debtor, claim, files):
        """The same content always gives the same key."""
        parts = [
            str(debtor.id),
            claim["currency"].name,
            str(claim["amount"]),
            claim["paid_on"].isoformat(),
            (claim["reference"] or "").strip().lower(),
            ",".join(str(item.id) for item, _part in claim["shares"]),
            *sorted(checked.digest for _name, checked in files),
        ]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    @api.model
    def _ar_check_quota(self, debtor, files):
        pending = (
            self.env["ar.payment.proof.file"]
            .sudo()
            ._read_group(
                [
                    ("proof_id.debtor_id", "=", debtor.id),
                    ("proof_id.notice_id.state", "=", "to_review"),
                ],
                aggregates=["size:sum"],
            )[0][0]
        )
        self._ar_check_room(pending, files)

    @api.model
    def _ar_check_room(self, waiting, files):
        """Refuse files beyond what one account may leave to be looked at.

        :param int waiting: bytes of the account that wait already, or None
        :param files: ``[(shown name, Checked)]``
        :raise UserError: when there is no room for them
        """
        more = sum(checked.size for _name, checked in files)
        if (waiting or 0) + more > PENDING_BYTES:
            raise UserError(
                self.env._(
                    "Too many documents of your account are waiting to be looked at. "
                    "Please contact us."
                )
            )

    def _ar_store(self, files):
        """Keep checked files as attachments of this proof."""
        self.ensure_one()
        stem = f"proof-{self.notice_id.name or 'proof'}"
        for rank, (shown, checked) in enumerate(files, start=1):
            attachment = self.env["ir.attachment"]._ar_keep_checked(
                self, stem, rank, checked
            )
            self.env["ar.payment.proof.file"].sudo().create(
                {
                    "proof_id": self.id,
                    "sequence": rank,
                    "name": shown,
                    "kind": checked.kind.value,
                    "size": checked.size,
                    "digest": checked.digest,
                    "scanned": checked.scanned,
                    "attachment_id": attachment.id,
                }
            )
            self.notice_id.attachment_ids = [Command.link(attachment.id)]

    def _ar_send_receipt(self):
        """Confirm in writing, to an address that we already know."""
        template = self.env.ref("ar_portal.mail_template_proof_receipt").sudo()
        for proof in self.filtered("sender"):
            template.send_mail(
                proof.id,
                email_values={"recipient_ids": [], "email_to": proof.sender},
            )

    # From the collector.

    def action_ar_take(self):
        """Tell the customer that somebody looks at it."""
        self.check_access("write")
        self.sudo().filtered(lambda p: not p.taken_by_id).taken_by_id = self.env.uid

    def action_ar_accept(self):
        """Believe the proof: the payment stays announced until it is judged."""
        self.check_access("write")
        self.action_ar_take()
        self.notice_id.action_accept()
        return True

    def action_ar_refuse(self):
        """Ask why, then refuse."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Refuse this proof"),
            "res_model": "ar.payment.proof.refuse",
            "view_mode": "form",
            "target": "new",
            "context": {"default_proof_id": self.id},
        }

    def _ar_refuse(self, reason):
        """Refuse with a reason, which the customer reads on his page."""
        self.check_access("write")
        self.notice_id.check_access("write")
        self.action_ar_take()
        self.notice_id._ar_set(
            "refused", "notice_refused", {"refusal_reason": reason}, strict=True
        )

    @api.autovacuum
    def _gc_ar_refused_files(self):
        """Forget the files of proofs refused long ago."""
        limit = fields.Datetime.now() - timedelta(days=REFUSED_DAYS)
        old = self.sudo().search(
            [
                ("notice_id.state", "in", ("refused", "withdrawn")),
                ("notice_id.write_date", "<", limit),
                ("file_ids", "!=", False),
            ],
            limit=1000,
        )
        old.file_ids.unlink()
