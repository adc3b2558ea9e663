from odoo import models

STATEMENT = "ar_collections.statement_document"


class IrActionsReportStatement(models.Model):
    _inherit = "ir.actions.report"

    def _render_qweb_pdf(self, report_ref, res_ids=None, data=None):
        """The statement is a whole document of its own: nothing is put around it."""
        if self._get_report(report_ref).report_name != STATEMENT:
            return super()._render_qweb_pdf(report_ref, res_ids=res_ids, data=data)
        debtors = self.env["ar.debtor"].browse(res_ids)
        debtors.check_access("read")
        return debtors._ar_statement(), "pdf"
