from odoo import api, models


def _in_readers_words(reason, step):
    params = reason.get("params") or {}
    if "step" not in params:
        return reason
    return {**reason, "params": {**params, "step": step.name}}


class ArReasonLine(models.Model):
    """A decision on one line: lists and cards have room for a sentence or two."""

    _inherit = "ar.reason"

    @api.model
    def _ar_line(self, reasons, step=None):
        """Tell reasons shortly, the same code once.

        :param reasons: list of ``{"code", "params"}``
        :param step: ``ar.strategy.step`` that they speak of; the planner wrote its
            name in his own language, the reader wants it in hers
        :return: text; a code that occurs once in its words, one that occurs several
            times as its label and how often
        """
        told = {}
        if step:
            reasons = [_in_readers_words(reason, step) for reason in reasons or ()]
        for reason in self._ar_words(reasons):
            told.setdefault(reason["code"], []).append(reason)
        return " ".join(
            same[0]["words"] if len(same) == 1 else f"{same[0]['label']} ({len(same)})."
            for same in told.values()
        )
