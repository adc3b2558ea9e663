from odoo import api, models


class ArStatementReport(models.AbstractModel):
    """Values of the statement of account, where Odoo prints it as a report."""

    _name = "report.ar_collections.statement_document"
    _description = "Statement of account"

    @api.model
    def _get_report_values(self, docids, data=None):
        debtors = self.env["ar.debtor"].browse(docids)
        debtors.check_access("read")
        values = debtors._ar_statement_document()
        return {**values, "zoom": 1, "sheet_lang": (self.env.lang or "en_US")[:2]}
