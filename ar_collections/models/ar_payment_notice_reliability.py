from odoo import api, fields, models

from ..engine.states import NoticeState

#: Statuses of announcements whose time has come.
JUDGED = (NoticeState.KEPT.value, NoticeState.PARTLY.value, NoticeState.BROKEN.value)
#: What the customer himself announces: the measure of his word.
HIS_WORD = ("promise", "proof", "remittance", "instalment")


class ArPaymentNoticeReliability(models.Model):
    """How much of what was announced came in time.

    In time is by the end of the hold: what arrives later is received, not kept. It
    is read from the dates of the payments, so that undoing and redoing a
    reconciliation tells the same.
    """

    _inherit = "ar.payment.notice"

    amount_in_time = fields.Monetary(
        "Received in time", readonly=True, copy=False, help="By the end of the hold."
    )

    def _ar_measure(self, moved):
        """Measure announcements that were judged, and the customers who made them.

        :param moved: those of ``self`` (all of some accounts) that changed status
        """
        judged = moved.filtered(lambda n: n.state in JUDGED)
        lines = self.line_ids
        for until, group in judged.grouped("hold_until").items():
            # With those that share an invoice: a payment counts for one of them.
            moves = group.line_ids.move_id
            rivals = lines.filtered(lambda ln, moves=moves: ln.move_id in moves)
            received = rivals.notice_id._ar_received(until)
            for notice in group:
                cents = sum(received.get(ln.id, (0, 0))[1] for ln in notice.line_ids)
                amount = cents / 10**notice.currency_id.decimal_places
                if notice.currency_id.compare_amounts(notice.amount_in_time, amount):
                    notice.amount_in_time = amount
        self.env["ar.debtor"]._ar_measure_word(moved.debtor_id)

    @api.model
    def _ar_reliability(self, debtors):
        """How announcements turned out, by account and source.

        :return: ``{account id: {source: {"judged", "kept", "announced", "in_time"}}}``;
            counts, and amounts in the currency of the company at today's rate
        """
        found = {}
        notices = self.sudo().search_fetch(
            [("debtor_id", "in", debtors.ids), ("state", "in", JUDGED)],
            ["debtor_id", "source", "currency_id", "amount_in_time", "company_id"],
            order="id",
        )
        for notice in notices._ar_remembered():
            company, currency = notice.company_id, notice.currency_id
            announced = sum(notice.line_ids.mapped("amount"))
            rate = (announced, notice.amount_in_time)
            if currency != company.currency_id:
                rate = tuple(
                    currency._convert(
                        part, company.currency_id, company, company._ar_today()
                    )
                    for part in rate
                )
            sources = found.setdefault(notice.debtor_id.id, {})
            told = sources.setdefault(
                notice.source,
                {"judged": 0, "kept": 0, "announced": 0.0, "in_time": 0.0},
            )
            told["judged"] += 1
            whole = currency.compare_amounts(notice.amount_in_time, announced) >= 0
            told["kept"] += whole
            told["announced"] += rate[0]
            told["in_time"] += rate[1]
        return found
