import io

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from odoo import api, fields, models
from odoo.tools import format_datetime
from odoo.tools.pdf import PdfFileReader, PdfFileWriter

from ..engine.evidence_text import harmless
from ..engine.exhibits import Exhibit, checklist, completeness, file_name, numbered
from .ar_reminder_content import HIDDEN_URL

PAPER = "ar_collections.case_reminder_sheet"


class ArCaseExhibits(models.Model):
    """Exhibits of a request: collected, checked, numbered, stamped."""

    _inherit = "ar.case"

    completeness = fields.Integer(
        "Complete", compute="_compute_completeness", help="Per cent of the checklist."
    )
    missing_text = fields.Text("Missing", compute="_compute_completeness")

    @api.depends(
        "document_ids.kind", "document_ids.attachment_id", "document_ids.needed"
    )
    @api.depends_context("lang")
    def _compute_completeness(self):
        for case in self:
            checks = case.sudo()._ar_checks()
            case.completeness = completeness(checks)
            case.missing_text = "\n".join(case._ar_missing(checks))

    def _ar_checks(self):
        """The checklist; a document without a file that is not needed waives its
        kind."""
        documents = self.document_ids
        waived = {d.kind for d in documents if not d.needed and not d.attachment_id}
        numbers = dict.fromkeys(filter(None, self.line_ids.move_id.mapped("name")))
        return checklist(self._ar_engine_exhibits(), list(numbers), waived)

    def _ar_engine_exhibits(self):
        return [
            Exhibit(
                d.id,
                d.kind,
                d.name,
                d.date,
                d.move_id.name or "",
                bool(d.attachment_id),
            )
            for d in self.sudo().document_ids
            if d.needed
        ]

    def _ar_missing(self, checks=None):
        """What the checklist misses, by name."""
        kinds = dict(
            self.env["ar.case.document"]
            ._fields["kind"]
            ._description_selection(self.env)
        )
        kinds["proof"] = self.env._("Proof of the formal notice")
        return [
            f"{kinds[check.kind]} {check.about}".strip()
            for check in (self._ar_checks() if checks is None else checks)
            if not check.present
        ]

    # Collecting.

    def action_collect(self):
        """Put in the file what the program has: invoices, reminders, statement."""
        self.check_access("write")
        for case in self:
            case.sudo()._ar_collect()
            case._ar_number()
        return True

    def _ar_collect(self):
        told = self._ar_for_court()
        told._ar_collect_invoices()
        told._ar_collect_reminders()
        told._ar_collect_plans()
        debtor = self.debtor_id.with_context(lang=told.env.lang)
        self._ar_keep(
            "statement",
            told.env._("Statement of account"),
            debtor._ar_statement(told.env.lang),
        )
        self._ar_keep(
            "claim_working", told.env._("Account of the claim"), told._ar_account_pdf()
        )

    def _ar_collect_invoices(self):
        """The stored PDF of each invoice, byte for byte."""
        have = self.document_ids.filtered(lambda d: d.kind == "invoice").move_id
        for move in self.line_ids.move_id - have:
            stored = move.invoice_pdf_report_id
            if stored.raw:
                name = self.env._("Invoice %(number)s", number=move.name)
                self._ar_keep(
                    "invoice",
                    stored.name or name,
                    stored.raw,
                    name=name,
                    date=move.invoice_date,
                    move_id=move.id,
                )

    def _ar_collect_reminders(self):
        """Each contact that was made: the letter itself, the e-mail on paper."""
        have = self.document_ids.reminder_id
        for reminder in self._ar_told_before() - have:
            day = self.company_id._ar_day(reminder.sent_at)
            letter = reminder.letter_attachment_id
            name = self.env._(
                "%(channel)s of %(day)s",
                channel=self._ar_reminder_words(reminder).capitalize(),
                day=self._ar_day(day),
            )
            self._ar_keep(
                "reminder",
                name,
                letter.raw or self._ar_reminder_pdf(reminder),
                date=day,
                reminder_id=reminder.id,
            )

    def _ar_reminder_pdf(self, reminder):
        """An e-mail or SMS as it left, on paper."""
        zone = self.company_id.ar_tz or "Europe/Paris"
        body = (reminder.body or "").replace(HIDDEN_URL, "[…]")
        values = {
            "title": reminder.subject or reminder.name,
            "mail": {
                "date": format_datetime(self.env, reminder.sent_at, tz=zone),
                "sender": reminder.user_id.name or reminder.company_id.name,
                "recipient": reminder.recipient_id.display_name or "",
                "address": reminder.email or "",
                "subject": reminder.subject or "",
                "number": reminder.name,
                "files": [f["name"] for f in reminder.enclosures or ()],
                "body": harmless(body),
            },
        }
        return self.env["ir.actions.report"]._ar_pdf(PAPER, values)

    def _ar_collect_plans(self):
        """Plans that the debtor accepted: he acknowledged the debt."""
        have = {d.attachment_id.checksum for d in self.document_ids}
        plans = self.debtor_id.plan_ids.filtered(
            lambda p: p.accepted_on and p.part_ids.move_id & self.line_ids.move_id
        )
        for plan in plans:
            for attachment in plan.attachment_ids:
                if attachment.checksum not in have and attachment.raw:
                    self._ar_keep(
                        "acknowledgement",
                        attachment.name,
                        attachment.raw,
                        date=plan.accepted_on,
                    )

    # Numbers.

    def _ar_number(self):
        """Give every exhibit its number; the others have none."""
        for case in self.sudo():
            numbers = {e.key: n for n, e in numbered(case._ar_engine_exhibits())}
            for document in case.document_ids:
                number = numbers.get(document.id, 0)
                if document.number != number:
                    document.number = number

    def _ar_exhibit_rows(self):
        """Exhibits in the order of their numbers, with the names of their files."""
        word = self.env._("Exhibit")
        kinds = dict(
            self.env["ar.case.document"]
            ._fields["kind"]
            ._description_selection(self.env)
        )
        documents = self.sudo().document_ids.filtered("number").sorted("number")
        return [
            {
                "number": document.number,
                "kind": kinds[document.kind],
                "name": document.name,
                "date": self._ar_day(document.date),
                "file": file_name(
                    document.number, word, document.name, document.attachment_id.name
                ),
                "digest": document.digest or "",
                "document": document,
            }
            for document in documents
        ]

    def _ar_stamped(self, row):
        """The exhibit with its number on every page; what is no PDF stays as it is."""
        raw = row["document"].attachment_id.raw
        if not raw.startswith(b"%PDF-"):
            return raw
        word = self.env._("Exhibit")
        try:
            return _stamped(raw, f"{word} {row['number']} · {self.name}")
        except Exception:
            # Encrypted or odd PDFs keep their bytes: the name has the number.
            return raw


def _stamped(raw, text):
    reader, writer = PdfFileReader(io.BytesIO(raw), strict=False), PdfFileWriter()
    for number in range(reader.numPages):
        page = reader.getPage(number)
        left, low, right, high = (float(side) for side in page.mediaBox)
        stream = io.BytesIO()
        canvas = Canvas(stream, pagesize=(right, high))
        canvas.setFont("Helvetica-Bold", 9)
        width = canvas.stringWidth(text, "Helvetica-Bold", 9)
        edge, top = right - 6 * mm, high - 7 * mm
        canvas.setFillGray(1)
        canvas.rect(edge - width - 2 * mm, top - mm, width + 3 * mm, 5 * mm, 0, 1)
        canvas.setFillGray(0)
        canvas.drawRightString(edge, top + 0.4 * mm, text)
        canvas.save()
        stream.seek(0)
        page.mergePage(PdfFileReader(stream).getPage(0))
        writer.addPage(page)
    result = io.BytesIO()
    writer.write(result)
    return result.getvalue()
