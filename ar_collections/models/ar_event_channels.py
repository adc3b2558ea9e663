from odoo import api, models

from ..engine.states import Delivery
from .ar_event_timeline import looks_of

LOOKS = {
    "delivered": ("fa-check", "success"),
    "undelivered": ("fa-undo", "danger"),
}


class ArEventChannels(models.Model):
    """SMS, letters and tasks on the timeline, and what carriers tell of them."""

    _inherit = "ar.event"

    @api.model
    def _ar_kinds(self):
        return {
            **super()._ar_kinds(),
            "delivered": self.env._("Reminder delivered"),
            "undelivered": self.env._("Reminder not delivered"),
        }

    @api.model
    def _ar_own_looks(self):
        return {**super()._ar_own_looks(), **looks_of("mail", LOOKS)}

    def _ar_say_reminder_sent(self, payload):
        name, text = payload.get("recipient"), payload.get("subject") or ""
        channel = payload.get("channel")
        if channel == "sms" and payload.get("phone"):
            return self.env._(
                "SMS to %(phone)s: %(text)s",
                phone=payload["phone"],
                text=payload.get("text") or "",
            )
        if channel == "letter" and name:
            return self.env._(
                "Letter to %(name)s: %(subject)s", name=name, subject=text
            )
        if channel == "task" and name:
            return self.env._("Task for %(name)s: %(text)s", name=name, text=text)
        return super()._ar_say_reminder_sent(payload)

    def _ar_say_delivered(self, payload):
        return self._ar_say_delivery(payload)

    def _ar_say_undelivered(self, payload):
        return self._ar_say_delivery(payload)

    @api.model
    def _ar_say_delivery(self, payload):
        """What became of a contact, from ``{"channel", "recipient", "delivery",
        "text"}``."""
        if not payload.get("recipient"):
            return False
        channels = self.env["ar.reminder"]._fields["channel"]
        values = {
            "channel": dict(channels._description_selection(self.env))[
                payload["channel"]
            ],
            "name": payload["recipient"],
            "text": payload.get("text"),
        }
        if payload["delivery"] == Delivery.DELIVERED.value:
            return self.env._("%(channel)s delivered to %(name)s", **values)
        if values["text"]:
            return self.env._(
                "%(channel)s to %(name)s not delivered: %(text)s", **values
            )
        return self.env._("%(channel)s to %(name)s not delivered", **values)
