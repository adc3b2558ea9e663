from odoo import api, models

from .ar_event_timeline import looks_of

FAMILY = "claim"
LOOKS = {
    "claim_waived": ("fa-eraser", "secondary"),
    "claim_restored": ("fa-undo", "warning"),
    "claim_cashed": ("fa-check", "success"),
    "claim_invoiced": ("fa-file-text-o", "info"),
}


class ArEventClaims(models.Model):
    """What people made of late interest and indemnities, on the timeline."""

    _inherit = "ar.event"

    @api.model
    def _ar_kinds(self):
        _ = self.env._
        return {
            **super()._ar_kinds(),
            "claim_waived": _("Claim waived"),
            "claim_restored": _("Waiver taken back"),
            "claim_cashed": _("Claim cashed"),
            "claim_invoiced": _("Claim invoiced"),
        }

    @api.model
    def _ar_family_labels(self):
        return {
            **super()._ar_family_labels(),
            FAMILY: self.env._("Interest and indemnities"),
        }

    @api.model
    def _ar_own_looks(self):
        return {**super()._ar_own_looks(), **looks_of(FAMILY, LOOKS)}

    def _ar_say(self, payload):
        if self.kind not in LOOKS or not payload.get("claim"):
            return super()._ar_say(payload)
        currency = self.env["res.currency"]._ar_of(payload["currency"])
        kinds = self.env["ar.claim"]._fields["kind"]._description_selection(self.env)
        told = self.env._(
            "%(claim)s on %(invoice)s: %(amount)s",
            claim=dict(kinds)[payload["claim"]],
            invoice=payload.get("number") or "",
            amount=currency._ar_written(payload["cents"]),
        )
        return f"{told} · {payload['note']}" if payload.get("note") else told
