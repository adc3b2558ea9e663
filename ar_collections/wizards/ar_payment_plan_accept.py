from odoo import fields, models
from odoo.exceptions import UserError


class ArPaymentPlanAccept(models.TransientModel):
    """A collector records that the customer accepted: who, when, with which proof."""

    _name = "ar.payment.plan.accept"
    _description = "Record the acceptance of a plan"

    plan_id = fields.Many2one("ar.payment.plan", required=True, readonly=True)
    by = fields.Char("Accepted by", required=True, help="Name of who accepted.")
    accepted_on = fields.Date(required=True, default=fields.Date.context_today)
    kind = fields.Selection(
        [("signed", "Signed document"), ("reply", "Written reply")],
        "Evidence",
        required=True,
        default="signed",
    )
    attachment_ids = fields.Many2many("ir.attachment", string="Files")
    note = fields.Text(help="Where the reply is, what was said.")

    def action_accept(self):
        """Record it.

        :raise UserError: without any proof, or on a day to come
        """
        self.ensure_one()
        self.plan_id.check_access("write")
        if not self.attachment_ids and not (self.note or "").strip():
            raise UserError(
                self.env._("Attach the signed document, or tell where the reply is.")
            )
        if self.accepted_on > self.plan_id.company_id._ar_today():
            raise UserError(self.env._("The acceptance cannot be on a day to come."))
        self.attachment_ids.sudo().write(
            {"res_model": self.plan_id._name, "res_id": self.plan_id.id}
        )
        self.plan_id._ar_accept(
            self.by,
            {
                "kind": self.kind,
                "note": self.note,
                "attachment_ids": self.attachment_ids.ids,
                "accepted_on": self.accepted_on,
            },
        )
        return {"type": "ir.actions.act_window_close"}
