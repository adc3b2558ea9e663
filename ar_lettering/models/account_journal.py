from odoo import models
from odoo.exceptions import UserError


class AccountJournal(models.Model):
    _inherit = "account.journal"

    def ar_import_statement(self, filename, content_base64):
        """Import a bank file into this journal.

        Formats: camt.053, camt.054, CFONB 120, MT940, OFX.

        :param str filename: name of the file
        :param str content_base64: the file, in base64
        :return: ``{"statement_ids", "line_ids", "created", "known", "pending",
            "problems", "warnings"}``: numbers of lines created and known already, of
            pending entries that were passed over, and sentences
        :rtype: dict
        :raise UserError: when nothing of the file can be imported
        """
        self.ensure_one()
        self.check_access("read")
        self.env["account.bank.statement.line"].check_access("create")
        if self.type != "bank":
            raise UserError(
                self.env._("%(journal)s is no bank journal.", journal=self.display_name)
            )
        importer = self.env["ar.statement.importer"]
        return importer._ar_import(filename, content_base64, self)

    def action_ar_import_statement(self):
        """Open the upload, from the journal's card."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import a bank statement"),
            "res_model": "ar.statement.import",
            "view_mode": "form",
            "target": "new",
            "context": {"default_journal_id": self.id},
        }
