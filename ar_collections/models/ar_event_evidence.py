from odoo import api, models


class ArEventEvidence(models.Model):
    """What belongs to a fact besides its words."""

    _inherit = "ar.event"

    def _ar_kinds(self):
        return {**super()._ar_kinds(), "evidence_made": self.env._("Evidence file")}

    def _ar_files(self):
        """Stored files of the record that this fact is about.

        Only of what a fact is the first to tell: the letter with the contact that
        was made, the proof with the payment that was announced.
        """
        self.ensure_one()
        own = self._ar_stored(self._name, self.id)
        kinds = self._ar_kinds_with_files()
        if self.kind not in kinds or self.res_model not in self.env:
            return own
        found = own | self._ar_stored(self.res_model, self.res_id)
        record = self.env[self.res_model].sudo().browse(self.res_id).exists()
        if "attachment_ids" in record._fields:
            found |= record.attachment_ids
        return found

    @api.model
    def _ar_stored(self, model, record_id):
        return (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("res_model", "=", model),
                    ("res_id", "=", record_id),
                    ("res_field", "=", False),
                    ("type", "=", "binary"),
                ],
                order="id",
            )
        )

    def _ar_kinds_with_files(self):
        """Kinds of facts whose record's files are evidence; add-ons add theirs."""
        return {
            "reminder_sent",
            "notice_announced",
            "dispute_opened",
            "letter_posted",
        }

    def _ar_say_evidence_made(self, payload):
        if not payload.get("digest"):
            return False
        return self.env._(
            "Evidence file made of %(count)d facts, sha256 %(digest)s",
            count=payload.get("events") or 0,
            digest=payload["digest"],
        )
