from odoo import models

from ..engine.states import NoticeState

#: Announcements that were not kept, wholly or in part.
INCIDENTS = (NoticeState.BROKEN.value, NoticeState.PARTLY.value)
SETTLED = ("paid", "reversed")


class ArPaymentNoticeIncidents(models.Model):
    """A broken promise is forgotten some time after the invoice was settled."""

    _inherit = "ar.payment.notice"

    def _ar_remembered(self):
        """Those of these judged announcements that still count."""
        since = {company: company._ar_incidents_since() for company in self.company_id}
        old = self.filtered(
            lambda n: n.state in INCIDENTS and n.hold_until < since[n.company_id]
        )
        if not old:
            return self
        days = self.env["ar.privacy"]._ar_settled(old.line_ids.move_id.ids)
        return self - old.filtered(
            lambda n: n._ar_settled_before(since[n.company_id], days)
        )

    def _ar_settled_before(self, day, days):
        """Whether all invoices were settled before a day.

        :param dict days: day on which each invoice was last settled
        """
        moves = self.sudo().line_ids.move_id
        return all(
            move.payment_state in SETTLED and (days.get(move.id) or day) < day
            for move in moves
        )
