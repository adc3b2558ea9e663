from odoo import models
from odoo.tools import get_lang

from ..engine.statement_csv import harmless, number, write_csv


class ArDebtorCsv(models.Model):
    """The statement of account as CSV, for programs that read nothing else."""

    _inherit = "ar.debtor"

    def _ar_portal_csv(self):
        """Everything open as CSV, with the decimal mark of the reader's language.

        :return: bytes (UTF-8 with its mark)
        """
        self.ensure_one()
        mark = get_lang(self.env).decimal_point or "."
        today = self.company_id._ar_today()
        titles = self._ar_portal_titles()
        rows = [
            self._ar_portal_csv_row(item, today, mark)
            for item in self._ar_portal_items()
        ]
        return write_csv(titles, rows, mark)

    def _ar_portal_csv_row(self, item, today, mark):
        move, page = item["move"], item["page"]
        places = item["currency"].decimal_places
        total = ""
        if move.is_invoice(include_receipts=True):
            units = round(move.amount_total * 10**places)
            total = number(units if page.residual > 0 else -units, places, mark)
        late = page.days_late(today) if page.residual > 0 else 0
        return (
            harmless(item["number"] or ""),
            harmless(move.ref or ""),
            move.invoice_date.isoformat() if move.invoice_date else "",
            page.due.isoformat(),
            str(max(late, 0)),
            total,
            number(page.residual, places, mark),
            item["currency"].name,
        )
