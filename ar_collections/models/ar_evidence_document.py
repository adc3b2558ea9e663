from odoo import models

from ..engine.evidence_text import file_name
from ..engine.evidence_verifier import digest


class ArEvidenceDocument(models.AbstractModel):
    """The documents of a recovery case in its evidence file."""

    _inherit = "ar.evidence"

    def _ar_document_files(self, documents, files):
        """Put the documents into the file; what it tells about them.

        A document whose arrival is a sealed fact is held to the digest of that fact.

        :param documents: ``ar.case.document`` with a file
        :param dict files: ``{path: bytes}``, filled
        """
        told = []
        for document in documents.sudo().sorted(lambda d: (d.number or 9999, d.id)):
            raw = document.attachment_id.raw
            if not raw:
                continue
            name = file_name(document.attachment_id.name)
            path = f"documents/{document.number or 0:02d}-{document.id}-{name}"
            files[path] = raw
            told.append(
                {
                    "path": path,
                    "number": document.number,
                    "kind": document.kind,
                    "name": document.name,
                    "date": f"{document.date}",
                    "sha256": digest(raw),
                    "fact": document.event_id or None,
                }
            )
        return told
