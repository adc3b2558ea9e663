from odoo import fields, models

from ..models.ar_case import URGENCIES


class ArCaseAsk(models.TransientModel):
    """A colleague without any right on receivables asks for a recovery case."""

    _name = "ar.case.ask"
    _description = "Ask for recovery"

    partner_id = fields.Many2one("res.partner", "Customer")
    request_customer = fields.Char(
        "Customer, in words", help="When you do not find the customer in the list."
    )
    request_numbers = fields.Char(
        "Invoice numbers", help="Separated by commas. Empty: everything that is late."
    )
    reason = fields.Text("Why", required=True)
    urgency = fields.Selection(URGENCIES, default="normal", required=True)
    attachment_ids = fields.Many2many("ir.attachment", string="Files")

    def action_ask(self):
        """Hand the request in, and show what becomes of it.

        Told twice by an impatient click, it is one request.
        """
        self.ensure_one()
        case = self.env["ar.case"]._ar_request(
            [
                {
                    "source": "back_office",
                    "source_key": f"{self._name}/{self.id}/{self.create_date}",
                    "company_id": self.env.company.id,
                    "requester_id": self.env.uid,
                    "requester_email": self.env.user.email,
                    "partner_id": self.partner_id.id,
                    "request_customer": self.request_customer,
                    "request_numbers": self.request_numbers,
                    "reason": self.reason,
                    "urgency": self.urgency,
                    "attachment_ids": self.attachment_ids.ids,
                }
            ]
        )
        xml_id = "ar_collections.ar_case_action_mine"
        action = self.env["ir.actions.act_window"]._for_xml_id(xml_id)
        views = [view for view in action["views"] if view[1] == "form"]
        return {**action, "res_id": case.id, "views": views}
