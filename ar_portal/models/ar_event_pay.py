from odoo import api, models


class ArEventPay(models.Model):
    _inherit = "ar.event"

    @api.model
    def _ar_kinds(self):
        _ = self.env._
        return {
            **super()._ar_kinds(),
            "notice_pay_started": _("Online payment begun"),
            "notice_pay_pending": _("Online payment under way"),
            "notice_pay_done": _("Online payment received"),
            "notice_pay_failed": _("Online payment failed"),
            "notice_pay_unapplied": _("Online payment: part without invoice"),
            "notice_pay_refunded": _("Online payment refunded"),
            "notice_pay_disputed": _("Online payment contested at the bank"),
            "notice_pay_returned": _("Online payment taken back by the bank"),
            "notice_pay_won": _("Online payment confirmed by the bank"),
            "notice_pay_mismatch": _("Online payment that does not match"),
        }
