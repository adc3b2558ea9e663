import io

import xlsxwriter

from odoo import models

#: Widths of the columns, in characters.
WIDTHS = (22, 18, 13, 13, 10, 15, 15, 9)


class ArDebtorWorkbook(models.Model):
    """The statement of account as a spreadsheet, for who reconciles with it."""

    _inherit = "ar.debtor"

    def _ar_portal_workbook(self):
        """Everything open as an XLSX file, in the language of the environment.

        Texts are written as texts: nothing in them is taken for a formula.

        :return: bytes
        """
        self.ensure_one()
        stream = io.BytesIO()
        book = xlsxwriter.Workbook(
            stream,
            {
                "in_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        sheet = book.add_worksheet(self.env._("Statement of account")[:31])
        self._ar_portal_fill(book, sheet)
        book.close()
        return stream.getvalue()

    def _ar_portal_fill(self, book, sheet):
        head = book.add_format({"bold": True, "bottom": 1})
        day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
        titles = self._ar_portal_titles()
        for column, (title, width) in enumerate(zip(titles, WIDTHS, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, title, head)
        moneys = {}
        for row, told in enumerate(self._ar_portal_rows(), 1):
            places = told["currency"].decimal_places
            if places not in moneys:
                shape = "#,##0" + ("." + "0" * places if places else "")
                moneys[places] = book.add_format({"num_format": shape})
            money = moneys[places]
            sheet.write_string(row, 0, told["number"])
            sheet.write_string(row, 1, told["reference"])
            if told["invoiced"]:
                sheet.write_datetime(row, 2, told["invoiced"], day)
            sheet.write_datetime(row, 3, told["due"], day)
            sheet.write_number(row, 4, told["late"])
            if told["total"] is not None:
                sheet.write_number(row, 5, told["total"], money)
            sheet.write_number(row, 6, told["open"], money)
            sheet.write_string(row, 7, told["currency"].name)
        sheet.freeze_panes(1, 0)

    def _ar_portal_rows(self):
        """Lines of the statement, whatever the file: one dictionary per open item.

        Amounts are units, negative for credits; ``total`` is None for an entry that
        is no invoice, ``invoiced`` False for one without a date.
        """
        today = self.company_id._ar_today()
        for item in self._ar_portal_items():
            move, page, owed = item["move"], item["page"], item["amount"] > 0
            total = None
            if move.is_invoice(include_receipts=True):
                total = move.amount_total if owed else -move.amount_total
            yield {
                "number": item["number"] or "",
                "reference": move.ref or "",
                "invoiced": move.invoice_date,
                "due": page.due,
                "late": max(page.days_late(today), 0) if owed else 0,
                "total": total,
                "open": item["amount"],
                "currency": item["currency"],
            }

    def _ar_portal_titles(self):
        """Headings of the statement, in the language of the environment."""
        _ = self.env._
        return (
            _("Number"),
            _("Your reference"),
            _("Invoice date"),
            _("Due date"),
            _("Days late"),
            _("Amount"),
            _("Open amount"),
            _("Currency"),
        )
