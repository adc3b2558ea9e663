from odoo import api, fields, models
from odoo.exceptions import UserError


class ArItemCase(models.Model):
    """The recovery case that an instalment is in."""

    _inherit = "ar.item"

    case_line_ids = fields.One2many("ar.case.line", "item_id", readonly=True)
    case_id = fields.Many2one(
        "ar.case", "Recovery case", compute="_compute_case_id", compute_sudo=True
    )

    @api.depends("case_line_ids.holds", "case_line_ids.case_id")
    def _compute_case_id(self):
        lines = (
            self.env["ar.case.line"]
            .sudo()
            .search([("item_id", "in", self.ids), ("holds", "=", True)])
        )
        cases = {line.item_id.id: line.case_id for line in lines}
        for item in self:
            item.case_id = cases.get(item.id, False)

    def _ar_ever_in_case(self):
        """Those of these items that are, or were, in a case."""
        Line = self.env["ar.case.line"].sudo().with_context(active_test=False)
        lines = Line.search([("item_id", "in", self.ids)])
        return self.browse(lines.item_id.ids)

    def action_new_case(self):
        """Open a recovery case about these items.

        :raise UserError: when they are not of one account
        """
        if len(self.debtor_id) != 1:
            raise UserError(self.env._("Choose items of one account."))
        return self._ar_case_wizard(self.debtor_id)

    def _ar_case_wizard(self, debtor):
        debtor.check_access("write")
        free = self.filtered(lambda i: i.is_open and not i.is_credit and not i.case_id)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Open a recovery case"),
            "res_model": "ar.case.new",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_debtor_id": debtor.id,
                "default_item_ids": [(6, 0, free.ids)],
            },
        }
