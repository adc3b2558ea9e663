from odoo import api, models

from .ar_event_case import CASE
from .ar_event_timeline import looks_of

LOOKS = {
    "case_document": ("fa-file-text-o", "info"),
    "case_document_removed": ("fa-file-o", "warning"),
    "case_file": ("fa-file-archive-o", "info"),
    "case_order": ("fa-gavel", "info"),
}


class ArEventCaseDocument(models.Model):
    """Documents of recovery cases and acts of the court, on the timeline."""

    _inherit = "ar.event"

    @api.model
    def _ar_kinds(self):
        _ = self.env._
        return {
            **super()._ar_kinds(),
            "case_document": _("Document of the case"),
            "case_document_removed": _("Document of the case removed"),
            "case_file": _("File for the court made"),
            "case_order": _("Order of the court"),
        }

    @api.model
    def _ar_own_looks(self):
        return {**super()._ar_own_looks(), **looks_of(CASE, LOOKS)}

    def _ar_kinds_with_files(self):
        return {*super()._ar_kinds_with_files(), "case_document"}

    def _ar_files(self):
        files = super()._ar_files()
        if self.kind != "case_document":
            return files
        payload = self.content_ids[:1].payload or {}
        document = self.env["ar.case.document"].sudo()
        return document.browse(payload.get("document")).exists().attachment_id

    def _ar_say(self, payload):
        if self.kind in LOOKS and payload.get("case"):
            return self._ar_document_words(payload)
        return super()._ar_say(payload)

    @api.model
    def _ar_document_words(self, payload):
        """“REC/2026/0001 · Acknowledgement of receipt · RA 123 · 4 pages”."""
        kinds = self.env["ar.case.document"]._fields["kind"]
        label = dict(kinds._description_selection(self.env)).get(payload.get("kind"))
        told = [payload["case"], label, payload.get("name"), payload.get("post_number")]
        if payload.get("exhibits"):
            told.append(self.env._("%(count)d exhibits", count=payload["exhibits"]))
        told.append(payload.get("why"))
        return " · ".join(dict.fromkeys(filter(None, told)))
