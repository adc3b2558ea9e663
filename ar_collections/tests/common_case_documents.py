import base64
import io
from datetime import date, timedelta
from unittest.mock import patch

from reportlab.pdfgen.canvas import Canvas

from odoo.tools import html2plaintext

from .common_cases import CaseCommon


def pdf(*lines, pages=1):
    """A small PDF that says these lines."""
    stream = io.BytesIO()
    canvas = Canvas(stream)
    for _page in range(pages):
        for rank, line in enumerate(lines):
            canvas.drawString(20, 800 - 12 * rank, line)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


class CaseDocumentCommon(CaseCommon):
    """A French creditor who claims interest, a French debtor, rates for every day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        france = cls.env.ref("base.fr").id
        euro = cls.env.ref("base.EUR")
        euro.active = True
        cls.company.partner_id.write(
            {
                "street": "12 rue des Tanneurs",
                "zip": "69009",
                "city": "Lyon",
                "country_id": france,
                "company_registry": "55208131766522",
            }
        )
        cls.customer.write(
            {
                "is_company": True,
                "street": "4 avenue Foch",
                "zip": "30100",
                "city": "Alès",
                "country_id": france,
                "company_registry": "732829320",
            }
        )
        cls.bank = cls.env["res.partner.bank"].create(
            {
                "acc_number": "FR7630006000011234567890189",
                "partner_id": cls.company.partner_id.id,
                "allow_out_payment": True,
            }
        )
        (cls.first | cls.second).partner_bank_id = cls.bank
        cls.env["ar.interest.rate"].search([]).unlink()
        for year in range(cls.today.year - 3, cls.today.year + 2):
            for month in (1, 7):
                cls.env["ar.interest.rate"].create(
                    {
                        "start_date": date(year, month, 1),
                        "ecb_rate": 5.0,
                        "legal_rate": 2.0,
                        "source": "Rates of the tests",
                        "source_date": date(year, month, 1),
                    }
                )
        cls.company.write({"ar_interest": True, "ar_indemnity": True})
        cls.case = cls.open_case().with_context(lang="en_US")

    def setUp(self):
        super().setUp()
        # Where the program that makes PDFs is missing, the words of the sheet do.
        if self.env["ir.actions.report"].get_wkhtmltopdf_state() == "install":
            self.use_plain_paper()

    def use_plain_paper(self):
        """Make PDFs of the text of the sheets, without wkhtmltopdf."""

        def plain(report, bodies, *args, **kwargs):
            return pdf(*html2plaintext(bodies[0]).splitlines())

        report = type(self.env["ir.actions.report"])
        for name, function in (
            ("get_wkhtmltopdf_state", lambda report: "ok"),
            ("_run_wkhtmltopdf", plain),
        ):
            patcher = patch.object(report, name, function)
            patcher.start()
            self.addCleanup(patcher.stop)

    def notice(self, lang="en_US", **values):
        """Words of the formal notice as the customer reads them, on one line."""
        case = self.case.with_context(lang=lang)
        html = self.env["ir.qweb"]._render(
            "ar_collections.case_notice_sheet",
            {
                "notice": case._ar_notice_values(values.get("registered")),
                "title": "",
                "zoom": 1,
                "sheet_lang": lang,
            },
            lang=lang,
        )
        text = html2plaintext(html, include_references=False)
        return " ".join(text.replace("\u00a0", " ").split()).replace("*", "")

    def wizard(self, **values):
        return (
            self.env["ar.case.notice"]
            .with_context(default_case_id=self.case.id, lang="en_US")
            .create(values)
        )

    def add(self, kind, raw=None, **values):
        return self.env["ar.case.document"].create(
            {
                "case_id": self.case.id,
                "kind": kind,
                "name": kind,
                "date": self.today,
                "file": base64.b64encode(raw or pdf(kind)),
                "file_name": f"{kind}.pdf",
                **values,
            }
        )

    def record(self, act, days=0, **values):
        day = self.today + timedelta(days=days)
        self.case._ar_order_record(act, {"day": day, **values})
