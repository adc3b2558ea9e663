from odoo import api, fields, models

from ..engine.notices import judge
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
        residuals = notices.line_ids.move_id._ar_residuals()
        for notice in notices:
            notice._ar_judge_one(residuals)

    def _ar_judge_one(self, residuals):
        places = self.currency_id.decimal_places
        lines = [
            (
                round(line.amount * 10**places),
                round(line.residual_at * 10**places),
                residuals[line.move_id.id],
            )
            for line in self.line_ids
            if line.move_id.id in residuals
        ]
        state, received = judge(
            lines, self.state, self.hold_until, self.company_id._ar_today()
        )
        amount = received / 10**places
        if self.currency_id.compare_amounts(self.amount_received, amount):
            self.amount_received = amount
        moved = self._update_state(state, {"judged_at": fields.Datetime.now()})
        moved._ar_event(KINDS.get(state, "notice_announced"), actor="ar")
