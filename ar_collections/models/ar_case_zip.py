from pathlib import Path

from odoo import models

from ..engine import evidence_verifier
from ..engine.evidence_verifier import digest, pack, with_manifest
from ..engine.exhibits import slug


class ArCaseZip(models.Model):
    """Everything a court or a lawyer needs, in one ZIP."""

    _inherit = "ar.case"

    def action_court_file(self):
        """Collect, check and hand over the file for the court.

        :raise UserError: when the case is not open
        """
        dialog = self._ar_dialog(self.env._("File for the court"), "ar.case.file")
        self.action_collect()
        return dialog

    def _ar_court_zip(self):
        """Make the ZIP and tell the timeline.

        :return: ``(bytes, file name)``
        """
        self.ensure_one()
        case = self.sudo()._ar_for_court()
        _ = case.env._
        case._ar_number()
        values = case._ar_request_values()
        rows, missing = values["exhibits"], values["missing"]
        folder, prefix = _("exhibits"), slug(case.name)
        request, data = slug(_("Request to the court")), slug(_("Data of the form"))
        listed, account = slug(_("List of exhibits")), slug(_("Account of the claim"))
        files = {
            f"{prefix}-{request}.pdf": case._ar_request_pdf(values),
            f"{prefix}-{listed}.pdf": case._ar_exhibits_pdf(values),
            f"{prefix}-{account}.pdf": case._ar_account_pdf(values),
            f"{prefix}-{data}.txt": case._ar_form_text(values),
            **{f"{folder}/{row['file']}": case._ar_stamped(row) for row in rows},
            **case._ar_evidence_files(),
        }
        files["README.txt"] = case._ar_zip_words(missing).encode()
        raw = pack(with_manifest(files))
        self._ar_record(
            "case_file",
            {"exhibits": len(rows), "missing": missing, "sha256": digest(raw)},
        )
        name = slug(_("File for the court"))
        return raw, f"{prefix}-{name}.zip"

    def _ar_evidence_files(self):
        """The evidence file of this case, and the program that checks it."""
        events = self._ar_court_events()
        if not events:
            return {}
        title = self.env._("Evidence file of case %(case)s", case=self.name)
        told = self.env["ar.evidence"]._ar_make(self.company_id, events, title)
        script = Path(evidence_verifier.__file__).read_bytes()
        folder = self.env._("evidence")
        return {
            f"{folder}/{folder}-{slug(self.name)}.zip": told["raw"],
            f"{folder}/verify.py": script,
        }

    def _ar_court_events(self):
        """Facts about the invoices of this case, and about the case itself."""
        case = self.sudo()
        events = case._ar_own_events(case.line_ids.move_id)
        return events.filtered(lambda e: e.company_id == case.company_id)

    def _ar_form_text(self, values):
        """The data of the form as plain text, to copy."""
        rows = self._ar_form_rows(values)
        title = self.env._(
            "Data of form %(form)s", form=self.court_form_number or "12946"
        )
        lines = [f"{label}:\n{value}\n" for label, value in rows]
        return "\n".join([title, "", *lines]).encode()

    def _ar_zip_words(self, missing):
        _ = self.env._
        lines = [
            _("File of case %(case)s: %(debtor)s", case=self.name,
              debtor=self.partner_id.name),
            "",
            self.court_id.name or "",
            self.court_reason or "",
            self.court_warning or "",
            "",
        ]  # fmt: skip
        if missing:
            lines += [_("Missing:"), *(f"- {name}" for name in missing), ""]
        lines += [
            _(
                "Exhibits carry the number that they have in the list of exhibits, on"
                " their pages and in their names."
            ),
            _(
                "MANIFEST.json has the sha256 of every file. The facts are in the"
                " evidence file; to check it: python3 verify.py EVIDENCE.zip"
            ),
            "",
        ]
        return "\n".join(lines)
