from odoo import fields, models
from odoo.exceptions import UserError

#: Which answer a status of the buyer asks for.
ASKED = {"suspended": "complete", "rejected": "rejection", "refused": "rejection"}


class ArPlatformReply(models.Model):
    """Answers from the invoice on the platform."""

    _inherit = "ar.platform.invoice"

    answer_ids = fields.One2many("ar.platform.answer", "link_id", "Our answers")
    can_answer = fields.Boolean(compute="_compute_can_answer")

    def _compute_can_answer(self):
        for link in self:
            link.can_answer = (
                link.platform_id.sudo().kind == "chorus_pro" and link.canonical in ASKED
            )

    def action_answer(self):
        """Open a new answer to the buyer, of the kind that his status asks for."""
        self.ensure_one()
        if not self.can_answer:
            raise UserError(
                self.env._("Only a suspended or rejected invoice is answered there.")
            )
        kind = ASKED[self.canonical]
        answer = self.answer_ids.filtered(
            lambda a: a.kind == kind and a.state in ("draft", "waiting", "refused")
        )[:1]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Answer the buyer"),
            "res_model": "ar.platform.answer",
            "view_mode": "form",
            "res_id": answer.id,
            "target": "new",
            "context": {"default_link_id": self.id, "default_kind": kind},
        }


class AccountMove(models.Model):
    _inherit = "account.move"

    ar_can_answer = fields.Boolean(compute="_compute_ar_can_answer", compute_sudo=True)

    def _compute_ar_can_answer(self):
        for move in self:
            move.ar_can_answer = any(move.ar_platform_invoice_ids.mapped("can_answer"))

    def action_ar_answer(self):
        """Answer the buyer of this invoice on his platform."""
        self.ensure_one()
        links = self.ar_platform_invoice_ids.filtered("can_answer")
        return links[:1].action_answer()
