import hashlib

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.exhibits import AFTERWARDS, ORDER, PROOFS

DOCUMENT_KINDS = [
    ("invoice", "Invoice"),
    ("order", "Order or contract"),
    ("delivery", "Proof of delivery"),
    ("terms", "Terms of sale"),
    ("statement", "Statement of account"),
    ("reminder", "Reminder"),
    ("formal_notice", "Formal notice"),
    ("proof_deposit", "Proof of deposit"),
    ("proof_presented", "Proof of presentation"),
    ("proof_received", "Acknowledgement of receipt"),
    ("proof_refused", "Refused or not claimed"),
    ("acknowledgement", "Acknowledgement of the debt"),
    ("claim_working", "Account of the claim"),
    ("order_court", "Order of the court"),
    ("service", "Service of the order"),
    ("other", "Other"),
]
#: Columns that no person writes once a document is there.
MACHINE = {"case_id", "digest", "event_id", "made", "number", "reminder_id"}


class ArCaseDocument(models.Model):
    """A document of a recovery case: an exhibit, a proof, an act of the court."""

    _name = "ar.case.document"
    _description = "Document of a recovery case"
    _order = "case_id, number, date, id"

    case_id = fields.Many2one(
        "ar.case", "Recovery case", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="case_id.company_id", store=True)
    kind = fields.Selection(DOCUMENT_KINDS, required=True, default="other")
    number = fields.Integer(
        "Exhibit", readonly=True, copy=False, help="0: no exhibit of the request."
    )
    name = fields.Char(required=True)
    date = fields.Date(default=fields.Date.context_today, required=True)
    move_id = fields.Many2one(
        "account.move", "Invoice", ondelete="set null", index="btree_not_null"
    )
    attachment_id = fields.Many2one(
        "ir.attachment", "File", ondelete="set null", index="btree_not_null"
    )
    file = fields.Binary(
        "Content", compute="_compute_file", inverse="_inverse_file", attachment=False
    )
    file_name = fields.Char(compute="_compute_file", inverse="_inverse_file")
    digest = fields.Char("SHA-256", readonly=True, copy=False)
    post_number = fields.Char(
        "Number of the post", help="Of the registered letter that this is about."
    )
    event_id = fields.Integer("Fact", readonly=True, copy=False)
    needed = fields.Boolean(
        "In the file", default=True, help="Empty: kept, but not given to the court."
    )
    made = fields.Boolean("Made by the program", readonly=True, copy=False)
    reminder_id = fields.Many2one(
        "ar.reminder", "Contact", readonly=True, ondelete="set null", copy=False
    )

    @api.depends("attachment_id")
    def _compute_file(self):
        for document in self:
            attachment = document.sudo().attachment_id
            document.file = attachment.datas
            document.file_name = attachment.name

    def _inverse_file(self):
        """Keep what was chosen; the same content again is the same file."""
        for document in self:
            old = document.sudo().attachment_id
            if not document.file or old and old.datas == document.file:
                continue
            document.attachment_id = (
                self.env["ir.attachment"]
                .sudo()
                .create(
                    {
                        "name": document.file_name or document.name,
                        "datas": document.file,
                        "res_model": self._name,
                        "res_id": document.id,
                    }
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        self._ar_check_files(vals_list)
        documents = super().create(vals_list)
        for document in documents:
            document._ar_seal()
        return documents

    def write(self, vals):
        if MACHINE & vals.keys() and not self.env.su:
            raise UserError(self.env._("A document stays in its recovery case."))
        self._ar_check_files([vals])
        result = super().write(vals)
        if {"attachment_id", "file"} & vals.keys():
            for document in self:
                document._ar_seal()
        return result

    @api.model
    def _ar_check_files(self, vals_list):
        """The content is read with more rights: it has to be the user's to give.

        :raise AccessError: for a file of a record that he may not change
        """
        given = [vals["attachment_id"] for vals in vals_list if "attachment_id" in vals]
        files = self.env["ir.attachment"].browse(filter(None, given))
        files.check_access("write")

    def _ar_seal(self):
        """Note the digest of the file, and tell the timeline that it came."""
        document = self.sudo()
        attachment = document.attachment_id
        if not attachment.raw:
            return
        digest = hashlib.sha256(attachment.raw).hexdigest()
        if digest == document.digest:
            return
        if not attachment.res_id:
            attachment.write({"res_model": self._name, "res_id": document.id})
        document.digest = digest
        if document.made and document.kind != "formal_notice":
            return
        events = document.case_id.with_env(self.env)._ar_record(
            "case_document", document._ar_payload()
        )
        document.event_id = events[:1].id

    def _ar_payload(self):
        kinds = dict(self._fields["kind"]._description_selection(self._ar_told().env))
        return {
            "document": self.id,
            "kind": self.kind,
            "kind_label": kinds[self.kind],
            "name": self.name,
            "date": fields.Date.to_string(self.date),
            "file": self.attachment_id.name or "",
            "sha256": self.digest,
            "post_number": self.post_number or "",
        }

    def _ar_told(self):
        return self.with_context(lang=self.case_id.company_id._ar_lang())

    @api.ondelete(at_uninstall=False)
    def _ar_unlink_trace(self):
        """What the customer or a court was given stays; the rest leaves its trace."""
        for document in self.sudo():
            if document.reminder_id or document.kind in AFTERWARDS:
                raise UserError(
                    self.env._(
                        "%(name)s was sent or comes from the court: it stays.",
                        name=document.name,
                    )
                )
            if document.event_id:
                document.case_id.with_env(self.env)._ar_record(
                    "case_document_removed", document._ar_payload()
                )

    # Exhibits.

    def _ar_is_proof(self):
        return self.kind in PROOFS

    def _ar_is_exhibit(self):
        return self.kind in ORDER and self.needed
