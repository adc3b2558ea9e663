from odoo import fields, models


class ArPlatformSettings(models.Model):
    """How patient a connection is with the buyers."""

    _inherit = "ar.platform"

    idle_days = fields.Integer(
        "Follow up when nothing happened for (days)",
        default=5,
        help="Calendar days after an invoice was made available, without a status, a "
        "comment or an opening of the customer's page.",
    )
    approver_days = fields.Integer(
        "Remind the approver after (days)",
        default=10,
        help="Calendar days in validation without approval.",
    )

    _patience_positive = models.Constraint(
        "CHECK (idle_days > 0 AND approver_days > 0)", "Durations cannot be negative."
    )
