from odoo import api, models
from odoo.tools import format_date

from .ar_event_timeline import looks_of

CASE = "case"
LOOKS = {
    "case_requested": ("fa-inbox", "info"),
    "case_accepted": ("fa-folder-open-o", "info"),
    "case_opened": ("fa-folder-open-o", "info"),
    "case_stage": ("fa-arrow-right", "info"),
    "case_back": ("fa-undo", "warning"),
    "case_deadline": ("fa-clock-o", "warning"),
    "case_payment": ("fa-money", "success"),
    "case_undone": ("fa-undo", "danger"),
    "case_closed": ("fa-folder-o", "secondary"),
    "case_reopened": ("fa-undo", "warning"),
    "case_line_out": ("fa-minus-square-o", "warning"),
    "case_line_back": ("fa-plus-square-o", "secondary"),
    "case_letter_cancelled": ("fa-ban", "warning"),
}


class ArEventCase(models.Model):
    """Recovery cases on the timeline."""

    _inherit = "ar.event"

    @api.model
    def _ar_kinds(self):
        _ = self.env._
        return {
            **super()._ar_kinds(),
            "case_requested": _("Recovery requested"),
            "case_accepted": _("Request accepted: recovery case opened"),
            "case_opened": _("Recovery case opened"),
            "case_stage": _("Recovery case: next stage"),
            "case_back": _("Recovery case: stage taken back"),
            "case_deadline": _("Recovery case: deadline passed"),
            "case_payment": _("Recovery case: claim reduced"),
            "case_undone": _("Recovery case: a payment was undone"),
            "case_closed": _("Recovery case closed"),
            "case_reopened": _("Recovery case reopened"),
            "case_line_out": _("Invoice taken out of the case"),
            "case_line_back": _("Invoice put into the case"),
            "case_letter_cancelled": _("Letter of the case cancelled"),
        }

    @api.model
    def _ar_family_labels(self):
        return {**super()._ar_family_labels(), CASE: self.env._("Recovery cases")}

    @api.model
    def _ar_own_looks(self):
        return {**super()._ar_own_looks(), **looks_of(CASE, LOOKS)}

    def _ar_say(self, payload):
        if self.kind in LOOKS and payload.get("case"):
            return self._ar_case_words(payload)
        return super()._ar_say(payload)

    @api.model
    def _ar_case_words(self, payload):
        """“REC/2026/0001 · Formal notice · €300.00 · by 12 March 2026 · why”."""
        told = [payload["case"]]
        outcome = payload.get("outcome")
        if outcome:
            labels = self.env["ar.case"]._fields["outcome"]
            told.append(dict(labels._description_selection(self.env)).get(outcome))
        elif payload.get("stage"):
            told.append(payload["stage"])
        if payload.get("number"):
            told.append(payload["number"])
        currency = self.env["res.currency"]._ar_of(payload["currency"])
        if payload.get("received"):
            amount = currency._ar_written(payload["received"])
            told.append(self.env._("%(amount)s less", amount=amount))
        if payload.get("more"):
            amount = currency._ar_written(payload["more"])
            told.append(self.env._("%(amount)s more", amount=amount))
        if payload.get("cents"):
            told.append(currency._ar_written(payload["cents"]))
        if payload.get("deadline"):
            day = format_date(self.env, payload["deadline"])
            told.append(self.env._("by %(date)s", date=day))
        told += [payload[key] for key in ("third_party", "why") if payload.get(key)]
        return " · ".join(filter(None, told))
