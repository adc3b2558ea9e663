from odoo import Command, api, fields, models


class ArStatementImport(models.TransientModel):
    """Upload of bank files, and what became of them."""

    _name = "ar.statement.import"
    _description = "Import of a bank statement"

    journal_id = fields.Many2one(
        "account.journal",
        "Bank journal",
        domain=[("type", "=", "bank")],
        help="Empty: found by the account number of the file.",
    )
    attachment_ids = fields.Many2many("ir.attachment", string="Files", required=True)
    state = fields.Selection(
        [("upload", "Upload"), ("done", "Done")], default="upload", readonly=True
    )
    created = fields.Integer("Lines imported", readonly=True)
    known = fields.Integer("Known already", readonly=True)
    pending = fields.Integer("Not yet booked by the bank", readonly=True)
    messages = fields.Text(readonly=True)
    line_ids = fields.Many2many("account.bank.statement.line", readonly=True)

    def action_import(self):
        """Import the files, one after the other, and show what came of it.

        :raise UserError: when a file cannot be imported at all
        """
        self.ensure_one()
        self.env["account.bank.statement.line"].check_access("create")
        importer = self.env["ar.statement.importer"]
        results = [
            importer._ar_import(file.name, file.datas, self.journal_id or None)
            for file in self.attachment_ids
        ]
        self.write(self._prepare_done_vals(results))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Bank statement imported"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    @api.model
    def _prepare_done_vals(self, results):
        messages = [
            text
            for result in results
            for text in result["problems"] + result["warnings"]
        ]
        lines = [ident for result in results for ident in result["line_ids"]]
        return {
            "state": "done",
            "created": sum(result["created"] for result in results),
            "known": sum(result["known"] for result in results),
            "pending": sum(result["pending"] for result in results),
            "messages": "\n".join(messages),
            "line_ids": [Command.set(lines)],
        }

    def action_match(self):
        """Match what was imported, and show it."""
        self.ensure_one()
        if self.line_ids:
            self.line_ids.ar_letter()
        return self.action_open()

    def action_open(self):
        """Show the receipts that were imported."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_lettering.ar_receipt_action"
        )
        action["domain"] = [("id", "in", self.line_ids.ids)]
        action["context"] = {}
        return action
