from odoo import models

BUYER_FIELDS = [
    "buyer_status",
    "buyer_status_code",
    "buyer_status_date",
    "buyer_comment",
    "confirmed_due_date",
    "due_date",
]


class ArDebtorBuyerWords(models.Model):
    """What the customer's own platform says of an invoice, in words for him."""

    _inherit = "ar.debtor"

    def _ar_portal_items(self, move=None):
        items = super()._ar_portal_items(move)
        known = [told["item"].id for told in items if told["item"]]
        self.env["ar.item"].sudo().browse(known).fetch(BUYER_FIELDS)
        words = self._ar_portal_buyer_words()
        for told in items:
            told["buyer"] = self._ar_portal_buyer(told["item"], words)
        return items

    def _ar_portal_buyer(self, item, words):
        """Status of one item at the buyer's platform.

        :param item: ``ar.item``, maybe empty
        :param dict words: as :meth:`_ar_portal_buyer_words` gives them
        :return: None without a status, else a dictionary with ``words``, ``day``
            (date or None), ``comment`` and ``due`` (date confirmed, or None when
            it is the due date anyway)
        """
        if not item or not item.buyer_status:
            return None
        moment = item.buyer_status_date
        confirmed = item.confirmed_due_date
        return {
            "words": words.get(item.buyer_status_code) or item.buyer_status,
            "day": self.company_id._ar_day(moment) if moment else None,
            "comment": " ".join((item.buyer_comment or "").split()),
            "due": confirmed if confirmed and confirmed != item.due_date else None,
        }

    def _ar_portal_buyer_words(self):
        """``{canonical status: words}``; a status without words keeps its own name.

        The reader is the buyer: the platform is his, and most steps are his own.
        """
        _ = self.env._
        return {
            "deposited": _("deposited"),
            "in_transit": _("on its way to you"),
            "not_delivered": _("could not be delivered to you"),
            "made_available": _("made available to you"),
            "in_validation": _("waiting for your approval"),
            "validation_late": _("your approval is late"),
            "service_done": _("service confirmed by you"),
            "partly_approved": _("approved in part"),
            "approved": _("approved by you"),
            "with_accountant": _("with your accountant, to be paid"),
            "booked": _("entered in your books"),
            "payment_sent": _("your payment is on its way"),
            "cashed": _("paid"),
            "suspended": _("suspended: something is missing"),
            "completed": _("completed by us, back with you"),
            "in_dispute": _("contested by you"),
            "misrouted": _("sent to the wrong service"),
            "refused": _("refused by you"),
            "rejected": _("rejected by the platform"),
            "withdrawn": _("withdrawn"),
        }
