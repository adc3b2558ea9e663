from datetime import timedelta

from markupsafe import Markup

from odoo import fields, models

from .ar_platform_retry import OPEN

#: Older comments are history: they are read, nobody is called for them.
FRESH_DAYS = 3


class ArPlatformPeople(models.Model):
    """Who is told: the collector about a comment, sales about a dispute."""

    _inherit = "ar.platform.invoice"

    def _tell_people(self, fresh):
        """Notify the collector of what the buyer wrote, in one message.

        :param fresh: the ``ar.platform.event`` that this reading brought
        """
        limit = fields.Datetime.now() - timedelta(days=FRESH_DAYS)
        written = fresh.filtered(
            lambda e: e.comment and (e.event_date or e.fetched_at) >= limit
        )
        for link, events in written.grouped("link_id").items():
            if link.move_id and link._open():
                link._tell_collector(events)

    def _tell_collector(self, written):
        """One message to the collector about what was written of one invoice."""
        debtor = self.move_id._ar_debtor().sudo()
        user = debtor.collector_id
        if not user.active:
            return
        _ = self.env._
        quotes = Markup().join(
            Markup("<blockquote>{}{}<br/>{}</blockquote>").format(
                event.label, f" – {event.author}" if event.author else "", event.comment
            )
            for event in written
        )
        debtor.message_notify(
            partner_ids=user.partner_id.ids,
            subject=_("%(number)s: the buyer commented", number=self.move_id.name),
            body=quotes,
        )

    def _open(self):
        return self.move_id.payment_state in OPEN

    def _apply_dispute(self, move, signal, known):
        before = known.running
        dispute = super()._apply_dispute(move, signal, known)
        if dispute and dispute not in before and dispute.state == "open":
            self._tell_sales(move, dispute)
        return dispute

    def _tell_sales(self, move, dispute):
        """The salesperson of the invoice follows its dispute, and is told."""
        seller = move.invoice_user_id
        if not seller.active or seller._is_public() or seller == dispute.owner_id:
            return
        dispute.message_subscribe(partner_ids=seller.partner_id.ids)
        dispute.message_notify(
            partner_ids=seller.partner_id.ids,
            subject=self.env._(
                "%(number)s is contested: %(reason)s",
                number=move.name,
                reason=dispute.reason_id.name,
            ),
            body=Markup("<p style='white-space: pre-line'>{}</p>").format(
                dispute.description or ""
            ),
        )
