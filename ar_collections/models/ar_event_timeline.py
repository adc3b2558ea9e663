from odoo import api, models

#: Families of facts, with the beginnings of their kinds.
FAMILIES = {
    "mail": ("reminder", "reply", "bounce", "message", "thanks", "sms", "letter"),
    "call": ("call",),
    "note": ("note", "activity"),
    "payment": ("notice", "receipt", "proof"),
    "dispute": ("dispute",),
    "platform": ("platform",),
    "decision": (
        "decision",
        "hold",
        "account",
        "reassigned",
        "absence",
        "evidence",
        "acknowledgement",
        "words",
        "data",
    ),
    "visit": ("link",),
}
OTHER = "other"
#: Icon and colour of a family.
LOOKS = {
    "mail": ("fa-envelope-o", "primary"),
    "call": ("fa-phone", "info"),
    "note": ("fa-pencil", "secondary"),
    "payment": ("fa-handshake-o", "success"),
    "dispute": ("fa-gavel", "warning"),
    "platform": ("fa-university", "info"),
    "decision": ("fa-user", "secondary"),
    "visit": ("fa-eye", "secondary"),
    OTHER: ("fa-circle-o", "secondary"),
}
#: Kinds that look otherwise than their family.
KIND_LOOKS = {
    "reminder_sent": ("fa-paper-plane", "primary"),
    "reminder_failed": ("fa-exclamation-triangle", "danger"),
    "reminder_in_doubt": ("fa-question-circle", "warning"),
    "reminder_cancelled": ("fa-ban", "secondary"),
    "reply": ("fa-reply", "success"),
    "bounce": ("fa-undo", "danger"),
    "activity": ("fa-check-square-o", "secondary"),
    "notice_broken": ("fa-chain-broken", "danger"),
    "notice_partly": ("fa-adjust", "warning"),
    "notice_kept": ("fa-check", "success"),
    "receipt_matched": ("fa-check", "success"),
    "receipt_undone": ("fa-undo", "warning"),
    "platform_comment": ("fa-comment-o", "info"),
    "hold_set": ("fa-pause", "warning"),
    "hold_lifted": ("fa-play", "success"),
    "account_merged": ("fa-compress", "secondary"),
    "reassigned": ("fa-exchange", "secondary"),
}


def looks_of(family, looks):
    """The kinds of one family, from ``{kind: (icon, colour)}``."""
    return {kind: (family, look) for kind, look in looks.items()}


class ArEventTimeline(models.Model):
    """How facts are sorted and drawn on a timeline."""

    _inherit = "ar.event"

    @api.model
    def _ar_family_labels(self):
        """Labels of the families, in the order in which they are offered."""
        _ = self.env._
        return {
            "mail": _("Mails and replies"),
            "call": _("Calls"),
            "note": _("Notes"),
            "payment": _("Payments"),
            "dispute": _("Disputes"),
            "platform": _("Buyer's platform"),
            "decision": _("Decisions"),
            "visit": _("Visits"),
            OTHER: _("Other"),
        }

    @api.model
    def _ar_own_looks(self):
        """Kinds that are sorted and drawn by themselves, not by how they begin.

        :return: ``{kind: (family, (icon, colour))}``, as :func:`looks_of` makes it
        """
        return {}

    @api.model
    def _ar_family(self, kind):
        """Family of one kind of fact."""
        own = self._ar_own_looks().get(kind)
        if own:
            return own[0]
        first = (kind or "").partition("_")[0]
        for family, beginnings in FAMILIES.items():
            if first in beginnings:
                return family
        return OTHER

    @api.model
    def _ar_look(self, kind):
        """Icon (Font Awesome) and Bootstrap colour of one kind of fact."""
        own = self._ar_own_looks().get(kind)
        if own:
            return own[1]
        return KIND_LOOKS.get(kind) or LOOKS[self._ar_family(kind)]
