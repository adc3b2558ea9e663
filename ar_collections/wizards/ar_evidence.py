import base64

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..models.ar_event_note import PERSONAL_NOTES
from .download import download_action


class ArEvidenceWizard(models.TransientModel):
    """Make the evidence file of an account or of an invoice, and hand it over."""

    _name = "ar.evidence.wizard"
    _description = "Evidence file"

    debtor_id = fields.Many2one("ar.debtor", "Account", readonly=True)
    move_ids = fields.Many2many("account.move", string="Invoices", readonly=True)
    date_from = fields.Date("From")
    date_to = fields.Date("To")
    with_files = fields.Boolean(
        "With the files",
        default=True,
        help="Attachments of the mails, letters, proofs of payment.",
    )
    with_notes = fields.Boolean(
        "With personal notes",
        help="Notes of colleagues among themselves. They stay out of what is handed"
        " to others, unless a credit manager decides otherwise.",
    )
    may_add_notes = fields.Boolean(compute="_compute_may_add_notes")
    document = fields.Binary("Evidence file", readonly=True, attachment=True)
    document_name = fields.Char(readonly=True)
    event_count = fields.Integer("Facts", readonly=True)
    digest = fields.Char("sha256", readonly=True)
    root = fields.Char("Last root of the seals", readonly=True)

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        model = self.env.context.get("active_model")
        ids = self.env.context.get("active_ids") or []
        if model == "ar.debtor":
            if len(ids) > 1:
                raise UserError(self.env._("Choose one account."))
            values["debtor_id"] = ids[:1] and ids[0]
        elif model == "account.move":
            values["move_ids"] = [(6, 0, ids)]
        return values

    def _ar_subject(self):
        """Whose facts, and about what: company, account (or none), invoices."""
        self.debtor_id.check_access("read")
        self.move_ids.check_access("read")
        company = self.debtor_id.company_id
        if not company:
            company = self.env["res.company"].union(
                *(c._ar_collecting_company() for c in self.move_ids.company_id)
            )
        if len(company) != 1:
            raise UserError(
                self.env._("An evidence file is about an account, or about invoices")
                + " "
                + self.env._("of one company.")
            )
        return company

    def _ar_events(self, company):
        """The facts of the subject, between the days asked for."""
        events = self._ar_all_events()
        events = events.filtered(lambda e: e.company_id == company)

        def inside(event):
            day = company._ar_day(event.event_date)
            return (not self.date_from or day >= self.date_from) and (
                not self.date_to or day <= self.date_to
            )

        kept = events.filtered(inside)
        if self.with_notes and self.may_add_notes:
            return kept
        return kept.filtered(lambda e: e.kind not in PERSONAL_NOTES)

    def _ar_all_events(self):
        """The facts of the subject, of any day and company."""
        links = Domain("debtor_id", "=", self.debtor_id.id)
        if self.move_ids:
            links = Domain("move_id", "in", self.move_ids.ids)
        return self.env["ar.event.link"].search(links).event_id

    def _ar_documents(self):
        """Documents that go along: those of a recovery case."""
        return False

    def _ar_told_of(self):
        """Account and invoices on whose timeline it shows that the file was made."""
        debtors = self.debtor_id or self.env["ar.debtor"]._ar_of_moves(self.move_ids)
        return debtors[:1], self.move_ids

    def _compute_may_add_notes(self):
        self.may_add_notes = self.env.user.has_group("ar_collections.group_manager")

    def action_make(self):
        """Make the file, note on the timeline that it was made, show it."""
        self.ensure_one()
        company = self._ar_subject()
        title = self._ar_title(company)
        events = self._ar_events(company)
        told = self.env["ar.evidence"]._ar_make(
            company, events, title, self.with_files, self._ar_documents()
        )
        payload = {k: told[k] for k in ("digest", "root", "events")}
        Event = self.env["ar.event"]
        debtor, moves = self._ar_told_of()
        Event._ar_record(
            [
                {
                    "kind": "evidence_made",
                    "summary": Event._ar_words_of("evidence_made", payload),
                    "payload": payload,
                    "company_id": company.id,
                    "debtor_id": debtor.id,
                    "move_ids": moves.ids,
                }
            ]
        )
        self.write(
            {
                "document": base64.b64encode(told["raw"]),
                "document_name": self._ar_file_name(),
                "event_count": told["events"],
                "digest": told["digest"],
                "root": told["root"],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Evidence file"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def _ar_title(self, company):
        _ = self.with_context(lang=company._ar_lang()).env._
        if self.move_ids:
            numbers = ", ".join(self.move_ids.mapped("name"))
            return _("Evidence file of %(numbers)s", numbers=numbers)
        return _("Evidence file of %(name)s", name=self.debtor_id.display_name)

    def _ar_file_name(self):
        subject = self.move_ids[:1].name or self.debtor_id.display_name
        words = "".join(c if c.isalnum() else "-" for c in subject or "")
        return f"{self.env._('evidence')}-{words}.zip"

    def action_download(self):
        """Hand the file to the browser."""
        return download_action(self)
