from odoo import fields, models
from odoo.exceptions import UserError


class AccountMoveCase(models.Model):
    """An invoice and its recovery case."""

    _inherit = "account.move"

    ar_case_line_ids = fields.One2many("ar.case.line", "move_id", readonly=True)
    ar_case_count = fields.Integer(
        "Recovery cases",
        compute="_compute_ar_case_count",
        groups="ar_collections.group_user,ar_collections.group_reader",
    )

    def _compute_ar_case_count(self):
        groups = self.env["ar.case.line"]._read_group(
            [("move_id", "in", self.ids)], ["move_id"], ["case_id:count_distinct"]
        )
        counts = {move.id: count for move, count in groups}
        for move in self:
            move.ar_case_count = counts.get(move.id, 0)

    def action_ar_open_cases(self):
        """Recovery cases of this invoice."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_collections.ar_case_action_all"
        )
        action["domain"] = [("line_ids.move_id", "=", self.id)]
        return action

    def action_ar_new_case(self):
        """Open a recovery case about these invoices.

        :raise UserError: when they are not of one account
        """
        debtors = self.env["ar.debtor"]._ar_of_moves(self)
        if len(debtors) != 1:
            raise UserError(self.env._("Choose invoices of one account."))
        debtors.check_access("write")
        debtors.sudo()._ar_refresh(debtors.sudo().partner_id.ids)
        return self.ar_item_ids._ar_case_wizard(debtors)
