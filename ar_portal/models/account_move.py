import io
import zipfile

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

    def _ar_portal_file_name(self, kind):
        """Name of the document for its customer.

        :param str kind: as :meth:`_ar_portal_document` told it
        """
        self.ensure_one()
        return f"{(self.name or 'invoice').replace('/', '_')}.{kind}"

    def _ar_portal_archive(self):
        """The documents of these invoices in one ZIP file.

        :return: bytes
        """
        stream = io.BytesIO()
        # PDFs are compressed already.
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
            taken = set()
            for move in self:
                content, kind = move._ar_portal_document()
                name = move._ar_portal_file_name(kind)
                if name in taken:
                    name = f"{move.id}-{name}"
                taken.add(name)
                archive.writestr(name, content)
        return stream.getvalue()
