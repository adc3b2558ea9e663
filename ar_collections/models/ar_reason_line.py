from odoo import api, models


class ArReasonLine(models.Model):
    """A decision on one line: lists and cards have room for a sentence or two."""

    _inherit = "ar.reason"

    @api.model
    def _ar_line(self, reasons):
        """Tell reasons shortly, the same code once.

        :param reasons: list of ``{"code", "params"}``
        :return: text; a code that occurs once in its words, one that occurs several
            times as its label and how often
        """
        told = {}
        for reason in self._ar_words(reasons):
            told.setdefault(reason["code"], []).append(reason)
        return " ".join(
            same[0]["words"] if len(same) == 1 else f"{same[0]['label']} ({len(same)})."
            for same in told.values()
        )
