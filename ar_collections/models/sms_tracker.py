from odoo import fields, models

from ..engine.states import Delivery

#: What Odoo's statuses of an SMS say about the reminder it carries.
DELIVERIES = {
    "process": Delivery.HANDED_OVER,
    "pending": Delivery.HANDED_OVER,
    "sent": Delivery.DELIVERED,
    "error": Delivery.UNDELIVERED,
}


class SmsTracker(models.Model):
    """Delivery reports of SMS find their reminder."""

    _inherit = "sms.tracker"

    ar_reminder_id = fields.Many2one(
        "ar.reminder", "Reminder", ondelete="cascade", index="btree_not_null"
    )

    def _action_update_from_sms_state(
        self, sms_state, failure_type=False, failure_reason=False
    ):
        result = super()._action_update_from_sms_state(
            sms_state, failure_type=failure_type, failure_reason=failure_reason
        )
        if sms_state in DELIVERIES:
            text = self._ar_failure_text(failure_type, failure_reason)
            reminders = self.sudo().ar_reminder_id
            reminders._ar_report_delivery(DELIVERIES[sms_state], text)
        return result

    def _action_update_from_provider_error(self, provider_error):
        result = super()._action_update_from_provider_error(provider_error)
        _status, failure_type, failure_reason = result
        text = self._ar_failure_text(failure_type, failure_reason)
        self.sudo().ar_reminder_id._ar_report_delivery(Delivery.UNDELIVERED, text)
        return result

    def _ar_failure_text(self, failure_type, failure_reason):
        """Why an SMS did not arrive, in words; "" when it did."""
        if not failure_type and not failure_reason:
            return ""
        field = self.env["mail.notification"]._fields["failure_type"]
        labels = dict(field._description_selection(self.env))
        if failure_type == "unknown":
            return failure_reason or labels.get(failure_type, "")
        return labels.get(failure_type) or failure_reason or failure_type
