from odoo import api, models

from .ar_dispute_advice import VERDICTS


class ArEvent(models.Model):
    """What colleagues said of a dispute, on its timeline."""

    _inherit = "ar.event"

    @api.model
    def _ar_kinds(self):
        _ = self.env._
        return {
            **super()._ar_kinds(),
            "dispute_asked": _("Colleague asked"),
            "dispute_advised": _("Colleague's answer"),
            "dispute_sent_back": _("Answer sent back"),
        }

    def _ar_say_dispute_asked(self, payload):
        return self._ar_say_dispute(
            payload,
            [self.env._("%(name)s was asked to answer", name=payload.get("person"))],
        )

    def _ar_say_dispute_advised(self, payload):
        if payload.get("verdict") not in dict(VERDICTS):
            return False
        field = self.env["ar.dispute.advice"]._fields["verdict"]
        labels = dict(field._description_selection(self.env))
        return self._ar_say_dispute(
            payload, [labels[payload["verdict"]], payload.get("words")]
        )

    def _ar_say_dispute_sent_back(self, payload):
        return self._ar_say_dispute(payload, [payload.get("words")])
