from odoo import api, fields, models
from odoo.exceptions import UserError


class ArReassign(models.TransientModel):
    """Give accounts to another collector, for good."""

    _name = "ar.reassign"
    _description = "Pass accounts on"

    scope = fields.Selection(
        [("selection", "The accounts chosen"), ("collector", "All of a collector")],
        string="Which accounts",
        default="selection",
        required=True,
    )
    debtor_ids = fields.Many2many("ar.debtor", string="Accounts")
    from_id = fields.Many2one("res.users", "Collector until now")
    user_id = fields.Many2one(
        "res.users", "New collector", required=True, domain="[('share', '=', False)]"
    )
    reason = fields.Char()
    account_count = fields.Integer("Number of accounts", compute="_compute_count")

    @api.depends("scope", "debtor_ids", "from_id")
    def _compute_count(self):
        for wizard in self:
            wizard.account_count = len(wizard._ar_accounts())

    def _ar_accounts(self):
        """Accounts of all companies that whoever asks works in."""
        self.ensure_one()
        if self.scope == "selection":
            return self.debtor_ids._origin
        debtors = self.env["ar.debtor"].with_context(active_test=False)
        return debtors.search([("collector_id", "=", self.from_id.id)])

    def action_reassign(self):
        """Change the collector of the accounts; what he had to do follows.

        :raise UserError: without accounts, or when the new collector may not work
            on one of them
        """
        self.ensure_one()
        debtors = self._ar_accounts()
        if not debtors:
            raise UserError(self.env._("There is no account to pass on."))
        user = self.user_id
        user._ar_check_may_collect(debtors)
        debtors.check_access("write")
        moved = debtors._ar_reassign(user, self.reason or "")
        message = self.env._(
            "%(count)d accounts now belong to %(name)s.",
            count=len(moved),
            name=user.name,
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
