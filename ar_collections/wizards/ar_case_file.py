import base64

from odoo import api, fields, models

from .download import download_action


class ArCaseFileWizard(models.TransientModel):
    """The file for the court: what misses is named before it is made."""

    _name = "ar.case.file"
    _description = "File for the court"

    case_id = fields.Many2one("ar.case", "Recovery case", required=True, readonly=True)
    completeness = fields.Integer(related="case_id.completeness")
    missing_text = fields.Text(related="case_id.missing_text")
    court_id = fields.Many2one(related="case_id.court_id")
    court_reason = fields.Text(related="case_id.court_reason")
    court_warning = fields.Text(related="case_id.court_warning")
    legal_way = fields.Selection(related="case_id.legal_way")
    warnings = fields.Text("To know before it goes", compute="_compute_warnings")
    document = fields.Binary("File for the court", readonly=True, attachment=True)
    document_name = fields.Char(readonly=True)

    @api.depends("case_id")
    @api.depends_context("uid")
    def _compute_warnings(self):
        for wizard in self:
            case = wizard.case_id
            told = case._ar_warn_parties() + case._ar_warn_claim() if case else []
            if case and not case.notice_sent_on:
                told.append(self.env._("No formal notice has left."))
            if case and not case.claimant_representative:
                told.append(self.env._("Who represents us is not written yet."))
            wizard.warnings = "\n".join(told)

    def action_make(self):
        """Make the ZIP and show it for download."""
        self.ensure_one()
        self.case_id.check_access("write")
        raw, name = self.case_id._ar_court_zip()
        self.write({"document": base64.b64encode(raw), "document_name": name})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("File for the court"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_download(self):
        """Hand the file to the browser."""
        return download_action(self)
