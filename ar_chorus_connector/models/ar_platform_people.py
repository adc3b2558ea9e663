from datetime import timedelta

from markupsafe import Markup

from odoo import fields, models

#: Older comments are history: they are read, nobody is called for them.
FRESH_DAYS = 3


class ArPlatformPeople(models.Model):
    """Who is told: the collector about a comment, sales about a dispute."""

    _inherit = "ar.platform.invoice"

    def _tell_people(self, fresh):
        """Notify the collector of what the buyer wrote, in one message.

        :param fresh: the ``ar.platform.event`` that this reading brought
        """
        self.ensure_one()
        limit = fields.Datetime.now() - timedelta(days=FRESH_DAYS)
        written = fresh.filtered(
            lambda e: e.comment and (e.event_date or e.fetched_at) >= limit
        )
        if not written or not self._open():
            return
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
        return self.move_id.payment_state in ("not_paid", "partial")

    def _apply_dispute(self, move, signal):
        before = self.env["ar.dispute"].search(
            [("move_id", "=", move.id), ("state", "=", "open")]
        )
        dispute = super()._apply_dispute(move, signal)
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
