from odoo import api, models
from odoo.tools import format_date


class ArEventDispute(models.Model):
    """Facts about disputes, told in the language of who reads them."""

    _inherit = "ar.event"

    @api.model
    def _ar_kinds(self):
        _ = self.env._
        return {
            **super()._ar_kinds(),
            "dispute_decided": _("Dispute decided"),
            "dispute_changed": _("Dispute changed"),
            "dispute_amount": _("Disputed amount changed"),
            "dispute_escalated": _("Dispute overdue"),
            "dispute_failed": _("Dispute not brought up to date"),
        }

    def _ar_say_dispute(self, payload, more=()):
        """“LIT/1, Price: 300 € of F1 (reopened)”: what all of them begin with."""
        if not payload.get("name"):
            return False
        return ", ".join(
            filter(
                None,
                [
                    self.env._(
                        "%(name)s, %(reason)s: %(amount)s of %(move)s",
                        name=payload["name"],
                        reason=self._ar_dispute_reason(payload),
                        amount=self._ar_dispute_money(payload, "cents"),
                        move=payload["number"],
                    ),
                    *more,
                ],
            )
        )

    def _ar_dispute_reason(self, payload):
        Reason = self.env["ar.dispute.reason"].sudo()
        reason = Reason.browse(payload.get("reason_id") or []).exists()
        return reason.name or payload.get("reason") or ""

    def _ar_dispute_money(self, payload, key):
        currency = self.env["res.currency"].sudo()._ar_of(payload["currency"])
        return currency._ar_written(payload.get(key) or 0)

    def _ar_dispute_outcome(self, payload):
        field = self.env["ar.dispute"]._fields["resolution"]
        labels = dict(field._description_selection(self.env))
        return labels.get(payload.get("resolution"), "")

    def _ar_say_dispute_opened(self, payload):
        owner = payload.get("owner")
        told = owner and self.env._("answered by %(owner)s", owner=owner)
        return self._ar_say_dispute(payload, [told])

    def _ar_say_dispute_closed(self, payload):
        outcome = self._ar_dispute_outcome(payload)
        if payload.get("state") == "withdrawn":
            outcome = self.env._("withdrawn")
        return self._ar_say_dispute(payload, [outcome, payload.get("note")])

    def _ar_say_dispute_decided(self, payload):
        return self._ar_say_dispute(
            payload,
            [
                self._ar_dispute_outcome(payload),
                self.env._(
                    "%(amount)s to be credited",
                    amount=self._ar_dispute_money(payload, "credit"),
                )
                if payload.get("credit")
                else None,
                payload.get("note"),
            ],
        )

    def _ar_say_dispute_reopened(self, payload):
        return self._ar_say_dispute(payload, [self.env._("open again")])

    def _ar_say_dispute_amount(self, payload):
        if not payload.get("name"):
            return False
        return self.env._(
            "%(name)s: disputed amount %(before)s → %(amount)s",
            name=payload["name"],
            before=self._ar_dispute_money(payload, "before"),
            amount=self._ar_dispute_money(payload, "cents"),
        )

    def _ar_say_dispute_changed(self, payload):
        if not payload.get("name"):
            return False
        told = [self._ar_say_change(change) for change in payload.get("changes") or ()]
        return f"{payload['name']} · " + " · ".join(told)

    def _ar_say_dispute_escalated(self, payload):
        if not payload.get("to"):
            return False
        late = self.env._(
            "not answered by %(date)s, told to %(name)s",
            date=format_date(self.env, payload["target"]),
            name=payload["to"],
        )
        return self._ar_say_dispute(payload, [late])

    def _ar_say_dispute_failed(self, payload):
        return self._ar_say_dispute(payload, [payload.get("error")])
