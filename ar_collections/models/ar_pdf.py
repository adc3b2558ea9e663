import io

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools.pdf import PdfFileReader, PdfFileWriter

from odoo.addons.base.models.ir_actions_report import _wkhtml

#: Margins of a sheet, in millimetres; positions in ``report/`` count from them.
MARGINS = {"top": 12, "right": 20, "bottom": 14, "left": 20}
#: What Qt shrinks a printed page by, when wkhtmltopdf was built without its patches.
UNPATCHED_SHRINK = 1.3


class ArPdf(models.AbstractModel):
    """Paper: whole HTML documents that carry their own letterhead.

    Distributions ship a wkhtmltopdf without headers, footers and zoom; so nothing of
    these is used, and a millimetre in the style sheet is a millimetre on paper with
    either build. Sheets load nothing from anywhere: pictures are inside.
    """

    _inherit = "ir.actions.report"

    @api.model
    def _ar_pdf(self, template, values):
        """Print one document.

        :param str template: XML id of a template that calls ``ar_collections.sheet``
        :param dict values: what it shows; the language is the environment's
        :return: the PDF, as bytes
        :raise UserError: when the program that makes PDFs is missing, or fails
        """
        self._ar_check_pdf()
        zoom = 1 if _wkhtml().is_patched_qt else UNPATCHED_SHRINK
        lang = (self.env.lang or "en_US").replace("_", "-")
        values = {**values, "zoom": zoom, "sheet_lang": lang}
        html = self.env["ir.qweb"]._render(template, values)
        # Without it the old engine lets tables forget the size of the letters.
        html = f"<!DOCTYPE html>{html}"
        return self.with_context(ar_sheet=True)._run_wkhtmltopdf([html])

    @api.model
    def _ar_check_pdf(self):
        """Refuse in words when no PDF can be made here.

        :raise UserError: names the missing program
        """
        if self.get_wkhtmltopdf_state() in ("install", "broken"):
            raise UserError(
                self.env._(
                    "No PDF can be made: the program wkhtmltopdf is not installed on"
                    " the server, or does not start."
                )
            )

    @api.model
    def _build_wkhtmltopdf_args(self, paperformat_id, *args, **kwargs):
        if not self.env.context.get("ar_sheet"):
            return super()._build_wkhtmltopdf_args(paperformat_id, *args, **kwargs)
        size = paperformat_id.format
        options = ["--quiet", "--disable-local-file-access", "--disable-javascript"]
        options += ["--encoding", "utf-8"]
        options += ["--page-size", size if size and size != "custom" else "A4"]
        for side, width in MARGINS.items():
            options += [f"--margin-{side}", f"{width}"]
        if _wkhtml().is_patched_qt:
            options += ["--disable-smart-shrinking", "--dpi", "96"]
        return options

    # What is done to finished PDFs.

    @api.model
    def _ar_count_pages(self, pdf):
        return PdfFileReader(io.BytesIO(pdf)).numPages

    @api.model
    def _ar_number_pages(self, pdf, reference):
        """Write “reference · 2/3” under each page of a PDF that has several.

        :param str reference: plain letters and digits
        """
        reader, writer = PdfFileReader(io.BytesIO(pdf)), PdfFileWriter()
        count = reader.numPages
        if count < 2:
            return pdf
        for number in range(count):
            page = reader.getPage(number)
            size = [float(side) for side in page.mediaBox[2:]]
            text = f"{reference} · {number + 1}/{count}"
            page.mergePage(PdfFileReader(_stamp(text, size)).getPage(0))
            writer.addPage(page)
        return _written(writer)

    @api.model
    def _ar_merge(self, pdfs, duplex=False):
        """One PDF of several.

        :param list pdfs: their bytes
        :param bool duplex: each one begins on a new sheet of paper
        """
        writer = PdfFileWriter()
        for pdf in pdfs:
            reader = PdfFileReader(io.BytesIO(pdf))
            for number in range(reader.numPages):
                writer.addPage(reader.getPage(number))
            if duplex and reader.numPages % 2:
                writer.addBlankPage()
        return _written(writer)


def _stamp(text, size):
    """A transparent page with one line at its foot."""
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=size)
    canvas.setFont("Helvetica", 7.5)
    canvas.setFillGray(0.36)
    canvas.drawCentredString(size[0] / 2, 7 * mm, text)
    canvas.save()
    stream.seek(0)
    return stream


def _written(writer):
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()
