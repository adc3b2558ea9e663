from odoo import models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    _inherit = "account.move"

    def _ar_portal_document(self):
        """The document of this invoice for its customer.

        The PDF that was sent when there is one, else the usual report; as a page
        where the server cannot make PDFs.

        :return: ``(bytes, "pdf" or "html")``
        """
        self.ensure_one()
        stored = self.invoice_pdf_report_id
        if stored:
            return stored.raw, "pdf"
        reports = self.env["ir.actions.report"].sudo().with_company(self.company_id)
        try:
            content, kind = reports._render_qweb_pdf(
                "account.account_invoices", self.ids
            )
        except UserError:
            content, kind = reports._render_qweb_html(
                "account.account_invoices", self.ids
            )
        return content, "pdf" if kind == "pdf" else "html"
