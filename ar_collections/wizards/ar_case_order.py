from odoo import api, fields, models


class ArCaseOrderWizard(models.TransientModel):
    """Record an act of the court or of the commissaire de justice."""

    _name = "ar.case.order"
    _description = "Act after a request to the court"

    case_id = fields.Many2one("ar.case", "Recovery case", required=True, readonly=True)
    currency_id = fields.Many2one(related="case_id.currency_id")
    act = fields.Selection(
        selection="_select_act", string="What", required=True, default="order"
    )
    day = fields.Date(required=True, default=fields.Date.context_today)
    number = fields.Char()
    amount = fields.Monetary("Ordered")
    note = fields.Text()
    file = fields.Binary("Document")
    file_name = fields.Char()

    @api.model
    def _select_act(self):
        return self.env["ar.case"]._ar_acts()

    @api.model
    def default_get(self, fields_list):
        """The act that comes next."""
        values = super().default_get(fields_list)
        case = self.env["ar.case"].browse(values.get("case_id"))
        if case.order_date:
            values["act"] = "enforcement" if case.order_served_on else "service"
        return values

    def action_record(self):
        """Keep the act with its document; the clocks follow."""
        self.ensure_one()
        case = self.case_id
        case.check_access("write")
        case._ar_order_record(
            self.act,
            {
                "day": self.day,
                "number": self.number,
                "amount": self.amount,
                "note": self.note,
            },
        )
        if self.file:
            kinds = {"order": "order_court", "service": "service"}
            self.env["ar.case.document"].create(
                {
                    "case_id": case.id,
                    "kind": kinds.get(self.act, "other"),
                    "name": dict(case._ar_acts())[self.act],
                    "date": self.day,
                    "file": self.file,
                    "file_name": self.file_name,
                }
            )
        return {"type": "ir.actions.act_window_close"}
