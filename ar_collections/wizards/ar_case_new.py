from odoo import api, fields, models

from ..models.ar_case import URGENCIES


class ArCaseNew(models.TransientModel):
    """A collector opens a recovery case."""

    _name = "ar.case.new"
    _description = "Open a recovery case"

    debtor_id = fields.Many2one("ar.debtor", "Account", required=True, readonly=True)
    company_id = fields.Many2one(related="debtor_id.company_id")
    item_ids = fields.Many2many(
        "ar.item",
        string="Invoices",
        required=True,
        domain="[('debtor_id', '=', debtor_id), ('is_open', '=', True),"
        " ('is_credit', '=', False)]",
    )
    stage_id = fields.Many2one(
        "ar.case.stage",
        "First stage",
        required=True,
        compute="_compute_stage_id",
        store=True,
        readonly=False,
        domain="[('company_id', 'in', [False, company_id]), ('state', '!=', 'closed')]",
    )
    user_id = fields.Many2one(
        "res.users",
        "Owner",
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
    )
    urgency = fields.Selection(URGENCIES, default="normal", required=True)
    reason = fields.Char("Why", help="For the timeline.")

    @api.depends("debtor_id")
    def _compute_stage_id(self):
        for wizard in self:
            stages = self.env["ar.case.stage"]._ar_of(wizard.debtor_id.company_id)
            wizard.stage_id = stages[:1]

    def action_open(self):
        """Open the case and show it."""
        self.ensure_one()
        self.debtor_id.check_access("write")
        case = self.env["ar.case"]._ar_open(
            {
                "debtor_id": self.debtor_id.id,
                "item_ids": self.item_ids.ids,
                "stage_id": self.stage_id.id,
                "user_id": self.user_id.id,
                "urgency": self.urgency,
                "reason": self.reason,
            }
        )
        return case._ar_show()
