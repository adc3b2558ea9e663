import hashlib

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.ar_collections.models.ar_state_mixin import selection

from ..engine.advice_states import ADVICE_TRANSITIONS, AdviceState

ACTIVITY = "ar_portal.ar_activity_advice"
VERDICTS = [
    ("customer_right", "The customer is right"),
    ("customer_wrong", "The customer is wrong"),
    ("more", "More is needed to answer"),
]
STATES = selection(
    AdviceState,
    {
        AdviceState.TO_REVIEW: "To validate",
        AdviceState.ACCEPTED: "Accepted",
        AdviceState.REFUSED: "Sent back",
        AdviceState.REPLACED: "Replaced",
    },
)


class ArDisputeAdvice(models.Model):
    """What a colleague answered about a dispute, without any right to decide it.

    It changes nothing until the collector validates it: then it fills the dispute's
    own answer.
    """

    _name = "ar.dispute.advice"
    _inherit = ["ar.state.mixin"]
    _description = "Colleague's answer to a dispute"
    _order = "id desc"
    _rec_name = "person"

    dispute_id = fields.Many2one(
        "ar.dispute", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="dispute_id.company_id")
    debtor_id = fields.Many2one(related="dispute_id.debtor_id", string="Account")
    move_id = fields.Many2one(related="dispute_id.move_id", string="Invoice")
    currency_id = fields.Many2one(related="dispute_id.currency_id")
    disputed = fields.Monetary(related="dispute_id.amount", string="Disputed")
    link_id = fields.Many2one(
        "ar.colleague.link", readonly=True, ondelete="set null", index=True
    )
    person = fields.Char("Answered by", readonly=True)
    email = fields.Char("Sender's address", readonly=True)
    verdict = fields.Selection(VERDICTS, required=True, readonly=True)
    amount = fields.Monetary(
        "To be credited",
        readonly=True,
        help="Including tax, when the customer is right; empty: all that is disputed.",
    )
    message = fields.Text("In his words", readonly=True)
    sent_at = fields.Datetime(
        "Received on", required=True, readonly=True, default=fields.Datetime.now
    )
    attachment_ids = fields.Many2many(
        "ir.attachment",
        "ar_dispute_advice_attachment_rel",
        "advice_id",
        "attachment_id",
        string="Files",
        readonly=True,
    )
    state = fields.Selection(
        STATES,
        default=AdviceState.TO_REVIEW.value,
        required=True,
        readonly=True,
        index=True,
    )
    refusal_reason = fields.Char("Why sent back", readonly=True)
    judged_by_id = fields.Many2one(
        "res.users", "Validated by", readonly=True, ondelete="set null"
    )
    source_key = fields.Char(readonly=True)

    _source_unique = models.UniqueIndex(
        "(dispute_id, source_key)", "This answer was received already."
    )

    def _ar_transitions(self):
        return ADVICE_TRANSITIONS

    # From the colleague.

    @api.model
    def _ar_submit(self, link, form, files):
        """Keep the answer behind this link; sent twice, it is one.

        An earlier answer of the same person that nobody judged yet is replaced.

        :param form: :class:`~..engine.colleague_forms.AdviceForm` without mistakes
        :param files: ``[(shown name, Checked)]``, each already checked
        :raise UserError: when the dispute was answered meanwhile
        """
        dispute = link.dispute_id
        key = self._ar_key(link, form, files)
        known = self.sudo().search(
            [("dispute_id", "=", dispute.id), ("source_key", "=", key)]
        )
        if known:
            return known
        if dispute.state != "open" or dispute.decided_at:
            raise UserError(self.env._("This dispute was answered meanwhile."))
        earlier = self.sudo().search(
            [("dispute_id", "=", dispute.id), ("email", "=", link.email)]
        )
        earlier._update_state(AdviceState.REPLACED)
        advice = self.sudo().create(
            {
                "dispute_id": dispute.id,
                "link_id": link.id,
                "person": link.person,
                "email": link.email,
                "verdict": form.verdict,
                "amount": float(form.amount or 0),
                "message": form.message,
                "source_key": key,
            }
        )
        advice.attachment_ids = self.env["ir.attachment"]._ar_keep_files(
            advice, f"answer-{dispute.name}", files
        )
        advice._ar_tell_collector()
        dispute._ar_event(
            "dispute_advised",
            actor=link.person,
            verdict=form.verdict,
            words=form.message,
        )
        return advice

    @api.model
    def _ar_key(self, link, form, files):
        """The same answer of the same person always gives the same key."""
        parts = [
            link.email or "",
            form.verdict,
            str(form.amount or ""),
            " ".join(form.message.split()).lower(),
            *sorted(checked.digest for _name, checked in files),
        ]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def _ar_tell_collector(self):
        """Whoever looks after the account finds the answer in his activities."""
        self.ensure_one()
        dispute = self.dispute_id.sudo()
        person = dispute.debtor_id._ar_responsible()
        say = self.with_context(lang=person.lang or self.env.lang)
        dispute.activity_unlink([ACTIVITY])
        dispute.with_context(mail_activity_quick_update=True).activity_schedule(
            ACTIVITY,
            dispute.company_id._ar_today(),
            summary=say.env._("Validate the answer of %(name)s", name=self.person),
            user_id=person.id,
        )

    # From the collector.

    def action_ar_accept(self):
        """Take the answer over: the dialog of the dispute opens, filled with it.

        An answer that more is needed decides nothing; it is only noted.

        :raise UserError: when the dispute is no longer open
        """
        self.ensure_one()
        dispute = self._ar_judging()
        if self.verdict == "more":
            self._ar_judge(AdviceState.ACCEPTED)
            return dispute._get_records_action(context={})
        said = f"{self.message}\n\n{self.person}"
        action = dispute.action_ar_answer()
        credit = {}
        if self.verdict == "customer_right":
            credit["default_credit_amount"] = min(
                self.amount or dispute.amount, dispute.amount
            )
        context = {
            **action["context"],
            "default_resolution": self.verdict,
            "default_note": said,
            "default_ar_advice_id": self.id,
            **credit,
        }
        return {**action, "context": context}

    def action_ar_refuse(self):
        """Ask why, then send it back."""
        self.ensure_one()
        self._ar_judging()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send the answer back"),
            "res_model": "ar.dispute.advice.refuse",
            "view_mode": "form",
            "target": "new",
            "context": {"default_advice_id": self.id},
        }

    def _ar_judging(self):
        """The dispute, when the user may decide it and it is still open."""
        self.check_access("write")
        dispute = self.dispute_id
        dispute.check_access("write")
        if dispute.state != "open" or self.state != AdviceState.TO_REVIEW.value:
            raise UserError(self.env._("This was answered meanwhile."))
        return dispute

    def _ar_judge(self, state, **values):
        """Keep what became of it, and who said so."""
        done = self.sudo()._update_state(
            state, {"judged_by_id": self.env.uid, **values}, strict=True
        )
        done.dispute_id.activity_unlink([ACTIVITY])
        return done

    def _ar_refuse(self, reason):
        """Send it back with a reason, which the colleague reads in a mail."""
        self.ensure_one()
        dispute = self._ar_judging()
        self._ar_judge(AdviceState.REFUSED, refusal_reason=reason)
        dispute._ar_event("dispute_sent_back", to=self.email, words=reason)
        link = self.sudo().link_id
        if (
            link
            and not link.revoked
            and dispute.sudo().company_id.ar_portal_dispute_links
        ):
            link._ar_renew("ar_portal.mail_template_advice_refused", ar_why=reason)
