from datetime import datetime, time

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.evidence_verifier import digest


class ArAcknowledgement(models.TransientModel):
    """Record what starts the time limit of debts again."""

    _name = "ar.acknowledgement"
    _description = "Interruption of the time limit"

    debtor_id = fields.Many2one("ar.debtor", "Account", readonly=True)
    item_ids = fields.Many2many(
        "ar.item",
        string="Invoices",
        required=True,
        domain="[('debtor_id', '=', debtor_id), ('is_open', '=', True),"
        " ('is_credit', '=', False)]",
    )
    interrupts = fields.Selection(
        [
            ("acknowledgement", "Acknowledgement of the debt"),
            ("court", "Claim in court"),
            ("enforcement", "Enforcement"),
        ],
        "What",
        default="acknowledgement",
        required=True,
        help="A formal notice does not interrupt the time limit.",
    )
    day = fields.Date(required=True, default=fields.Date.context_today)
    note = fields.Text(required=True, help="Who recognised what, and how.")
    attachment_ids = fields.Many2many("ir.attachment", string="Document")

    @api.model
    def default_get(self, fields_list):
        """Everything open of the account, or of the invoices chosen."""
        values = super().default_get(fields_list)
        model = self.env.context.get("active_model")
        ids = self.env.context.get("active_ids") or []
        items = self.env["ar.item"]
        if model == "ar.debtor":
            items = self.env["ar.debtor"].browse(ids[:1]).open_item_ids
        elif model == "account.move":
            items = items.search([("move_id", "in", ids), ("is_open", "=", True)])
        elif model == "ar.item":
            items = items.browse(ids)
        items = items.filtered(lambda i: not i.is_credit)
        if len(items.debtor_id) > 1:
            raise UserError(self.env._("Choose items of one account."))
        values["debtor_id"] = items.debtor_id.id or (
            ids[0] if model == "ar.debtor" and ids else False
        )
        values["item_ids"] = [(6, 0, items.ids)]
        return values

    def action_record(self):
        """Write the fact on the timeline and compute the clocks again."""
        self.ensure_one()
        self.debtor_id.check_access("write")
        company = self.debtor_id.company_id
        if self.day > company._ar_today():
            raise UserError(self.env._("This day is still to come."))
        if self.item_ids.debtor_id != self.debtor_id:
            raise UserError(self.env._("Choose items of one account."))
        kinds = dict(self._fields["interrupts"]._description_selection(self.env))
        files = self.attachment_ids.sudo()
        event = self.env["ar.event"]._ar_record(
            [
                {
                    "kind": "acknowledgement",
                    "summary": f"{kinds[self.interrupts]}: {self.note}",
                    "company_id": company.id,
                    "debtor_id": self.debtor_id.id,
                    "move_ids": self.item_ids.move_id.ids,
                    # Noon: the same day wherever the company is.
                    "event_date": datetime.combine(self.day, time(12)),
                    "payload": {
                        "interrupts": self.interrupts,
                        "note": self.note,
                        "files": [
                            {"name": file.name, "sha256": digest(file.raw or b"")}
                            for file in files
                        ],
                    },
                }
            ]
        )
        files.write({"res_model": "ar.event", "res_id": event.id})
        self.env["ar.item"].browse(self.item_ids.ids)._ar_clock()
        return {"type": "ir.actions.act_window_close"}
