from odoo import api, models


class ArEventReplies(models.Model):
    """Facts about what was read in the mails of customers."""

    _inherit = "ar.event"

    @api.model
    def _ar_kinds(self):
        _ = self.env._
        return {
            **super()._ar_kinds(),
            "reply_confirmed": _("Reply confirmed"),
            "reply_dismissed": _("Suggestion dismissed"),
        }

    def _ar_say_reply_confirmed(self, payload):
        return self._ar_say_read(payload)

    def _ar_say_reply_dismissed(self, payload):
        return self._ar_say_read(payload)

    def _ar_say_read(self, payload):
        """“Promise to pay: “we pay on Friday””, in the reader's language."""
        kinds = self.env["ar.reply.suggestion"]._fields["kind"]
        label = dict(kinds._description_selection(self.env)).get(payload.get("kind"))
        if not label:
            return False
        return self.env._(
            "%(kind)s: “%(sentence)s”",
            kind=label,
            sentence=payload.get("sentence") or "",
        )
