from odoo import api, fields, models

from ..models.ar_case_document import DOCUMENT_KINDS


class ArCaseProofWizard(models.TransientModel):
    """Put a document in a case: a proof of the post, an order, a delivery note."""

    _name = "ar.case.proof"
    _description = "Document for a recovery case"

    case_id = fields.Many2one("ar.case", "Recovery case", required=True, readonly=True)
    kind = fields.Selection(DOCUMENT_KINDS, "What", required=True, default="order")
    name = fields.Char(compute="_compute_name", store=True, readonly=False)
    day = fields.Date(required=True, default=fields.Date.context_today)
    move_id = fields.Many2one("account.move", "Invoice")
    move_ids = fields.Many2many("account.move", compute="_compute_move_ids")
    post_number = fields.Char("Number of the post")
    file = fields.Binary(required=True)
    file_name = fields.Char()

    @api.depends("kind")
    def _compute_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for wizard in self:
            wizard.name = kinds.get(wizard.kind)

    @api.depends("case_id")
    def _compute_move_ids(self):
        for wizard in self:
            wizard.move_ids = wizard.case_id.line_ids.move_id

    def action_add(self):
        """Keep the document; a proof of the post takes the number of the notice."""
        self.ensure_one()
        case = self.case_id
        case.check_access("write")
        notice = case.document_ids.filtered(lambda d: d.kind == "formal_notice")[-1:]
        number = self.post_number
        if not number and self.kind.startswith("proof_"):
            number = notice.post_number
        self.env["ar.case.document"].create(
            {
                "case_id": case.id,
                "kind": self.kind,
                "name": self.name,
                "date": self.day,
                "move_id": self.move_id.id,
                "post_number": number,
                "file": self.file,
                "file_name": self.file_name,
            }
        )
        case._ar_number()
        return {"type": "ir.actions.act_window_close"}
