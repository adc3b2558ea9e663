from odoo import models

PLAN = "ar_collections.plan_document"


class IrActionsReportPlan(models.Model):
    _inherit = "ir.actions.report"

    def _render_qweb_pdf(self, report_ref, res_ids=None, data=None):
        """A plan is a whole document of its own: nothing is put around it."""
        if self._get_report(report_ref).report_name != PLAN:
            return super()._render_qweb_pdf(report_ref, res_ids=res_ids, data=data)
        plans = self.env["ar.payment.plan"].browse(res_ids)
        plans.check_access("read")
        pdfs = [plan._ar_document() for plan in plans]
        return (pdfs[0] if len(pdfs) == 1 else self._ar_merge(pdfs)), "pdf"
