from markupsafe import Markup

from odoo import api, fields, models

from ..engine.facts import Step
from ..engine.states import DisputeState

CLOSED = (DisputeState.RESOLVED.value, DisputeState.WITHDRAWN.value)


class ArDisputeTell(models.Model):
    """Who hears of a dispute: colleagues at once, the customer if the company likes."""

    _inherit = "ar.dispute"

    customer_note = fields.Text(
        "Words to the customer",
        copy=False,
        help="Added to the message that tells the customer how the dispute ended.",
    )
    reminder_ids = fields.One2many(
        "ar.reminder", "dispute_id", "Messages to the customer", readonly=True
    )

    @api.model_create_multi
    def create(self, vals_list):
        disputes = super().create(vals_list)
        disputes.sudo()._ar_write_to_customer("opened")
        return disputes

    def _ar_set(self, state, kind, values=None, strict=False, actor=None):
        moved = super()._ar_set(state, kind, values, strict=strict, actor=actor)
        closed = moved.sudo().filtered(lambda d: d.state in CLOSED)
        closed._ar_tell_colleagues(actor)
        # A payment has its own thanks, and nobody writes that he gave up.
        closed.filtered(
            lambda d: d.state == DisputeState.RESOLVED.value and d.resolution != "paid"
        )._ar_write_to_customer("closed")
        return moved

    # Colleagues.

    def _ar_listeners(self):
        """Who is told that it ended: who opened it, the collector, the salesperson."""
        self.ensure_one()
        people = (
            self.create_uid | self.debtor_id.collector_id | self.move_id.invoice_user_id
        )
        root = self.env.ref("base.user_root")
        return (
            people.filtered(lambda u: u.active and not u.share) - root - self.env.user
        )

    def _ar_tell_colleagues(self, actor=None):
        """Notify at once, by mail or in the inbox as each of them has chosen.

        What they read is the fact of the timeline: the thread says nothing else.
        """
        for dispute in self:
            payload = dispute._ar_payload()
            for lang, people in dispute._ar_listeners().grouped("lang").items():
                said = dispute.with_context(lang=lang or self.env.lang)
                summary = said.env["ar.event"]._ar_words_of("dispute_closed", payload)
                who = actor or self.env.user.name
                customer = dispute.partner_id.display_name
                said.message_notify(
                    partner_ids=people.partner_id.ids,
                    subject=said.env._(
                        "Dispute ended: %(invoice)s, %(customer)s",
                        invoice=dispute.move_id.name,
                        customer=customer,
                    ),
                    body=Markup("<p>%s</p><p>%s · %s</p>") % (summary, customer, who),
                    email_layout_xmlid="mail.mail_notification_light",
                    force_record_name=dispute.name,
                )

    # The customer.

    def _ar_write_to_customer(self, when):
        """Plan the message that tells the customer, when the company wants it.

        It leaves as every contact does (hours, recipient, language, proof), and
        counts in no cap: it asks for nothing.

        :param str when: ``opened`` or ``closed``
        """
        wanted = self.filtered(lambda d: d.company_id[f"ar_dispute_tell_{when}"])
        self.env["ar.reminder"].sudo().create(
            [dispute._ar_message_values(when) for dispute in wanted]
        )

    def _ar_message_values(self, when):
        self.ensure_one()
        debtor, now = self.debtor_id, fields.Datetime.now()
        strategy, release = debtor.strategy_id, now
        if strategy:
            step = Step(0, "", 0, channel="email", mode="auto")
            release = debtor._ar_release_at(strategy, step, now)
        moment = self.closed_at if when == "closed" else self.opened_at
        return {
            "debtor_id": debtor.id,
            "company_id": self.company_id.id,
            "unit_key": f"dispute:{self.id}:{when}:{moment:%Y%m%d%H%M%S}",
            "dispute_id": self.id,
            "purpose": "info",
            "strategy_id": strategy.id,
            "channel": "email",
            "mode": "auto",
            "planned_date": self.company_id._ar_today(),
            "release_at": release,
            "reasons": [{"code": f"dispute_{when}", "params": {}}],
            "user_id": debtor.collector_id.id,
        }
