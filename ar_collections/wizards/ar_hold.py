from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class ArHold(models.TransientModel):
    """Suspend the chasing of accounts until a date: a pause always ends."""

    _name = "ar.hold"
    _description = "Suspend chasing"

    debtor_ids = fields.Many2many("ar.debtor", string="Accounts", required=True)
    hold_until = fields.Date("Until", required=True)
    reason = fields.Char(required=True)

    def action_hold(self):
        """Write the pause on the accounts and on their timeline."""
        self.ensure_one()
        companies = self.debtor_ids.company_id
        if any(self.hold_until <= company._ar_today() for company in companies):
            raise UserError(self.env._("Choose a date to come."))
        debtors = self.debtor_ids
        debtors.check_access("write")
        debtors.write({"hold_until": self.hold_until, "hold_reason": self.reason})
        debtors._ar_event_hold(
            "hold_set",
            self.env._(
                "Chasing suspended until %(date)s: %(reason)s",
                date=format_date(self.env, self.hold_until),
                reason=self.reason,
            ),
            {"until": self.hold_until.isoformat(), "reason": self.reason},
        )
        debtors.sudo()._ar_decide()
