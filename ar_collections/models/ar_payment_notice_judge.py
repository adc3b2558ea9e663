from odoo import api, fields, models

from ..engine.notices import judge, share
from ..engine.states import NoticeState

KINDS = {
    NoticeState.KEPT.value: "notice_kept",
    NoticeState.PARTLY.value: "notice_partly",
    NoticeState.BROKEN.value: "notice_broken",
    NoticeState.ACTIVE.value: "notice_announced",
}


class ArPaymentNoticeJudge(models.Model):
    """What the ledger received tells what an announcement was worth."""

    _inherit = "ar.payment.notice"

    @api.model
    def _ar_judge(self, debtors):
        """Judge the notices of these accounts; again, when matching was undone."""
        ended = (NoticeState.REFUSED.value, NoticeState.WITHDRAWN.value)
        notices = self.sudo().search(
            [("debtor_id", "in", debtors.ids), ("state", "not in", ended)]
        )
        if not notices:
            return
        received = notices._ar_received()
        moved = notices.browse()
        for notice in notices:
            moved |= notice._ar_judge_one(received)
        if moved:
            notices._ar_measure(moved)

    def _ar_received(self, until=None):
        """``{line id: (announced, received)}`` in cents, posted invoices only.

        :param until: count only what was received by that day
        """
        lines = self.line_ids.filtered(lambda ln: ln.move_id.state == "posted")
        paid = lines.move_id._ar_paid(until)
        told = {}
        for move, group in lines.grouped("move_id").items():
            unit = 10**move.currency_id.decimal_places
            group = group.sorted("id")
            parts = [
                (round(ln.amount * unit), round(ln.paid_before * unit)) for ln in group
            ]
            shares = share(parts, paid.get(move.id, 0))
            for line, (announced, _), got in zip(group, parts, shares, strict=True):
                told[line.id] = (announced, got)
        return told

    def _ar_judge_one(self, received):
        places = self.currency_id.decimal_places
        lines = [received[ln.id] for ln in self.line_ids if ln.id in received]
        state, received = judge(
            lines, self.state, self.hold_until, self.company_id._ar_today()
        )
        amount = received / 10**places
        if self.currency_id.compare_amounts(self.amount_received, amount):
            self.amount_received = amount
        moved = self._update_state(state, {"judged_at": fields.Datetime.now()})
        moved._ar_event(KINDS.get(state, "notice_announced"), actor="ar")
        return moved
