from datetime import timedelta

from odoo import api, fields, models

#: A service repeats a notification for some days; after that it may be forgotten.
KEEP_DAYS = 90


class ArPaymentHook(models.Model):
    """A notification of a payment service that was taken in, once."""

    _name = "ar.payment.hook"
    _description = "Notification of a payment service"
    _order = "id desc"

    provider_id = fields.Many2one(
        "payment.provider", required=True, readonly=True, ondelete="cascade", index=True
    )
    event = fields.Char(required=True, readonly=True)
    request_id = fields.Many2one(
        "ar.payment.request",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
    )
    kind = fields.Char(readonly=True)
    outcome = fields.Selection(
        [
            ("done", "Applied"),
            ("known", "Nothing new"),
            ("early", "Waits for the payment"),
            ("foreign", "Not ours"),
            ("refused", "Does not match"),
        ],
        required=True,
        readonly=True,
    )
    fact = fields.Json(readonly=True)

    _event_unique = models.Constraint(
        "UNIQUE(provider_id, event)", "This notification was taken in already."
    )

    @api.autovacuum
    def _gc_ar_hooks(self):
        limit = fields.Datetime.now() - timedelta(days=KEEP_DAYS)
        self.sudo().search([("create_date", "<", limit)], limit=5000).unlink()
