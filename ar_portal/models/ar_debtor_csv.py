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
        rows = [csv_row(told, mark) for told in self._ar_portal_rows()]
        return write_csv(self._ar_portal_titles(), rows, mark)


def csv_row(told, mark):
    """Cells of one line of the statement, as text."""
    places = told["currency"].decimal_places

    def amount(units):
        return number(round(units * 10**places), places, mark)

    return (
        harmless(told["number"]),
        harmless(told["reference"]),
        told["invoiced"].isoformat() if told["invoiced"] else "",
        told["due"].isoformat(),
        str(told["late"]),
        "" if told["total"] is None else amount(told["total"]),
        amount(told["open"]),
        told["currency"].name,
    )
