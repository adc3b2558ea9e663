from odoo import models
from odoo.tools import format_date


class ArDebtorBuyer(models.Model):
    """The statement of account says what the buyer's platform says of each item."""

    _inherit = "ar.debtor"

    def _ar_sheet_texts(self, sheet, today):
        texts = super()._ar_sheet_texts(sheet, today)
        told = self._ar_buyer_told([row["move_id"] for row in sheet.rows])
        for row, line in zip(sheet.rows, texts["rows"], strict=False):
            line["buyer"] = told.get(row["move_id"], "")
        return texts

    def _ar_buyer_told(self, move_ids):
        """``{invoice id: status, its day and the last comment, as one text}``."""
        items = (
            self.env["ar.item"]
            .sudo()
            .search([("move_id", "in", move_ids), ("buyer_status", "!=", False)])
        )
        told = {}
        for item in items:
            day = item.buyer_status_date
            moment = day and self.company_id._ar_day(day)
            words = self.env._(
                "Status with you: %(status)s (%(date)s)",
                status=item.buyer_status,
                date=format_date(self.env, moment, date_format="d MMM y"),
            )
            if item.buyer_comment:
                words = f"{words} – {_short(item.buyer_comment)}"
            told[item.move_id.id] = words
        return told


def _short(text, most=200):
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[: most - 1]}…"
